-- Read, in one moment, all that one feed needs of its reader and of what is trending.
-- KEYS  1 history   2 seen   3 hidden (sorted sets of the reader)   4 trending (sorted set)
-- ARGV  1 how many trending articles
-- Returns { history with scores, newest first; seen ids; hidden ids; trending ids with scores, highest first }.

local count = tonumber(ARGV[1])
return {
  redis.call('ZREVRANGE', KEYS[1], 0, -1, 'WITHSCORES'),
  redis.call('ZRANGE', KEYS[2], 0, -1),
  redis.call('ZRANGE', KEYS[3], 0, -1),
  count > 0 and redis.call('ZREVRANGE', KEYS[4], 0, count - 1, 'WITHSCORES') or {},
}
