-- Take in what another reader's session held; taking the same in again changes nothing.
-- KEYS  1 history   2 seen   3 hidden   4 event ids   5 merged reader ids (sorted sets)   6 preferences (string)
--       7 met (hash)
-- ARGV  1..5 the bounds of KEYS 1..5 (members)   6 reader_ttl (seconds)   7 memory of event ids (seconds)
--       8 preferences ("" = none)   9..13 how many members for KEYS 1..5, then member and score of each
-- Of one member the later score stays. Preferences are taken only where this reader has none.
-- Returns 1, or 0 where the merged reader ids would pass their bound: then nothing is changed. They
-- are never trimmed, since what was logged under a forgotten id could not be found any more.

local at = 14
for i = 1, 4 do
  at = at + 2 * tonumber(ARGV[8 + i])
end
local unknown = 0
for i = at, at + 2 * tonumber(ARGV[13]) - 2, 2 do
  if not redis.call('ZSCORE', KEYS[5], ARGV[i]) then unknown = unknown + 1 end
end
if unknown > 0 and redis.call('ZCARD', KEYS[5]) + unknown > tonumber(ARGV[5]) then
  return 0
end

local function forget_met()
  for _, article in ipairs(redis.call('ZRANGE', KEYS[2], 0, -tonumber(ARGV[2]) - 1)) do
    redis.call('HDEL', KEYS[7], article)
  end
end

at = 14
for i = 1, 5 do
  for _ = 1, tonumber(ARGV[8 + i]) do
    redis.call('ZADD', KEYS[i], 'GT', ARGV[at + 1], ARGV[at])
    at = at + 2
  end
  if i == 2 then forget_met() end
  if i < 5 then
    redis.call('ZREMRANGEBYRANK', KEYS[i], 0, -tonumber(ARGV[i]) - 1)
  end
  redis.call('EXPIRE', KEYS[i], i == 4 and ARGV[7] or ARGV[6])
end
if ARGV[8] ~= '' then
  redis.call('SET', KEYS[6], ARGV[8], 'NX')
end
redis.call('EXPIRE', KEYS[6], ARGV[6])
return 1
