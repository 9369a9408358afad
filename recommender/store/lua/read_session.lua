-- Read, in one moment, what is kept of a reader. Reads only: a server out of memory answers it too.
-- KEYS  1 history   2 seen   3 hidden   4 event ids   5 merged reader ids (sorted sets)   6 preferences (string)
--       then, where they are wanted: 7 pages   8 met   9 topics (hashes)
-- Returns { history, seen, hidden, event ids, merged } as flat lists of member and score, then the
-- preferences, "" where there are none, then flat lists of the fields and values of KEYS 7 to 9.

local found = {}
for i = 1, 5 do
  found[i] = redis.call('ZRANGE', KEYS[i], 0, -1, 'WITHSCORES')
end
found[6] = redis.call('GET', KEYS[6]) or ''
for i = 7, 9 do
  found[i] = KEYS[i] and redis.call('HGETALL', KEYS[i]) or {}
end
return found
