-- Note erased readers for the archive, where there is one.
-- KEYS  1 erasures stream
-- ARGV  1 max_erasures (entries)   2.. digests of the readers' ids
-- Returns 1, or 0 where no archive was ever begun: then nothing is written.

if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
-- A server out of memory takes no XADD as the first write of a script, but does after one that frees
-- memory; an erasure frees more.
redis.call('XTRIM', KEYS[1], 'MAXLEN', '~', ARGV[1])
redis.call('XADD', KEYS[1], '*', 'r', table.concat(ARGV, '\n', 2))
return 1
