-- Take in what another reader's session held; taking the same in again changes nothing.
-- KEYS  1 history   2 seen   3 hidden   4 event ids   5 merged reader ids (sorted sets)   6 preferences (string)
-- ARGV  1..5 the bounds of KEYS 1..5 (members)   6 reader_ttl (seconds)   7 memory of event ids (seconds)
--       8 preferences ("" = none)   9..13 how many members for KEYS 1..5, then member and score of each
-- Of one member the later score stays. Preferences are taken only where this reader has none.

local at = 14
for i = 1, 5 do
  for _ = 1, tonumber(ARGV[8 + i]) do
    redis.call('ZADD', KEYS[i], 'GT', ARGV[at + 1], ARGV[at])
    at = at + 2
  end
  redis.call('ZREMRANGEBYRANK', KEYS[i], 0, -tonumber(ARGV[i]) - 1)
  redis.call('EXPIRE', KEYS[i], i == 4 and ARGV[7] or ARGV[6])
end
if ARGV[8] ~= '' then
  redis.call('SET', KEYS[6], ARGV[8], 'NX')
end
redis.call('EXPIRE', KEYS[6], ARGV[6])
return 1
