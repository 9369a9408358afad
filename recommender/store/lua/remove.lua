-- Remove one article everywhere in the catalogue.
-- KEYS  1 article hash   2 live window (sorted set)   3 changes stream
-- ARGV  1 id   2 max_changes (entries)
-- Returns 1 if it existed, else 0. A pending entry of it is dropped when the worker meets it.

local existed = redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
if existed == 1 then
  redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[2], '*', 'op', 'gone', 'id', ARGV[1])
end
return existed
