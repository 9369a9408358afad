-- Read, in one moment, what a merge moves from one reader to another.
-- KEYS  1 history   2 seen   3 hidden   4 event ids   5 merged reader ids (sorted sets)   6 preferences (string)
-- Returns { history, seen, hidden, event ids, merged } as flat lists of member and score, then the
-- preferences, "" where there are none.

local found = {}
for i = 1, 5 do
  found[i] = redis.call('ZRANGE', KEYS[i], 0, -1, 'WITHSCORES')
end
found[6] = redis.call('GET', KEYS[6]) or ''
return found
