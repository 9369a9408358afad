-- Let go of exactly what was copied to another reader: what came in or changed since stays.
-- KEYS  1 history   2 seen   3 hidden   4 merged reader ids (sorted sets)   5 preferences (string)
-- ARGV  1 the preferences as copied ("" = none)   2..5 how many members for KEYS 1..4, then member and
--       score of each, as they were read
-- Returns how many members are left, over all keys. The event ids stay: an event that is sent again
-- under the old reader's id is known.

local left, at = 0, 6
for i = 1, 4 do
  for _ = 1, tonumber(ARGV[1 + i]) do
    if redis.call('ZSCORE', KEYS[i], ARGV[at]) == ARGV[at + 1] then
      redis.call('ZREM', KEYS[i], ARGV[at])
    end
    at = at + 2
  end
  left = left + redis.call('ZCARD', KEYS[i])
end
if ARGV[1] ~= '' and redis.call('GET', KEYS[5]) == ARGV[1] then
  redis.call('DEL', KEYS[5])
end
return left + redis.call('EXISTS', KEYS[5])
