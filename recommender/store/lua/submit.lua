-- Take one article in: store it and queue it for embedding, unless nothing changed.
-- KEYS  1 article hash   2 pending stream   3 live window (sorted set)
-- ARGV  1 id   2 fingerprint   3 card (JSON)   4 body (zlib, may be empty)
--       5 published_at (seconds)   6 max_pending (entries)   7 max_articles
--       8 consumer group
-- Returns "unchanged", "created", "updated", "full" (nothing stored) or "too_old" (nothing stored).

local known = redis.call('HGET', KEYS[1], 'fingerprint')
if known == ARGV[2] then
  return 'unchanged'
end
if not known and redis.call('ZCARD', KEYS[3]) >= tonumber(ARGV[7]) then
  local oldest = redis.call('ZRANGE', KEYS[3], 0, 0, 'WITHSCORES')
  if oldest[2] and tonumber(ARGV[5]) < tonumber(oldest[2]) then
    return 'too_old'
  end
end
if redis.call('XLEN', KEYS[2]) >= tonumber(ARGV[6]) then
  return 'full'
end
local existed = redis.call('EXISTS', KEYS[1])
-- The entry of the newest content tells it from older ones: an entry's id never comes again, not
-- even for an article that was removed and sent anew while its first entry was being embedded.
local older = redis.call('HGET', KEYS[1], 'entry')
local entry = redis.call('XADD', KEYS[2], '*', 'id', ARGV[1])
if older then  -- one article, one place in the queue
  redis.call('XACK', KEYS[2], ARGV[8], older)
  redis.call('XDEL', KEYS[2], older)
end
redis.call('HSET', KEYS[1], 'entry', entry, 'fingerprint', ARGV[2], 'card', ARGV[3])
if ARGV[4] == '' then
  redis.call('HDEL', KEYS[1], 'body')
else
  redis.call('HSET', KEYS[1], 'body', ARGV[4])
end
return existed == 1 and 'updated' or 'created'
