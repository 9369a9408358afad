-- Read, in one moment, what is kept of a reader. Reads only: a server out of memory answers it too.
-- KEYS  1 history   2 seen   3 hidden   4 event ids   5 merged reader ids (sorted sets)   6 preferences (string)
--       7 pages (hash), where they are wanted
-- Returns { history, seen, hidden, event ids, merged } as flat lists of member and score, then the
-- preferences, "" where there are none, then a flat list of the pages' fields and values.

local found = {}
for i = 1, 5 do
  found[i] = redis.call('ZRANGE', KEYS[i], 0, -1, 'WITHSCORES')
end
found[6] = redis.call('GET', KEYS[6]) or ''
found[7] = KEYS[7] and redis.call('HGETALL', KEYS[7]) or {}
return found
