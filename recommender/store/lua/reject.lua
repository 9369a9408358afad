-- Keep rejected records; one that comes again takes its old place's turn, not a second one.
-- KEYS  1 rejected (sorted set)   2 rejected records (hash)
-- ARGV  1 max_rejected   2 at (seconds)   then for each record: id (digest), JSON
-- Returns how many are kept.

for i = 3, #ARGV, 2 do
  -- Microseconds keep the order of the records of one call.
  local at = string.format('%.17g', tonumber(ARGV[2]) + (i - 3) * 1e-6)
  redis.call('ZADD', KEYS[1], at, ARGV[i])
  redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
end
local over = redis.call('ZCARD', KEYS[1]) - tonumber(ARGV[1])
if over > 0 then
  local oldest = redis.call('ZPOPMIN', KEYS[1], over)
  for i = 1, #oldest, 2 do
    redis.call('HDEL', KEYS[2], oldest[i])
  end
end
return redis.call('ZCARD', KEYS[1])
