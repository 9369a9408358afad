-- Make embedded articles live: vector, story, time index, change stream, queue; and keep the window's bound.
-- KEYS  1 live window (sorted set)   2 changes stream   3 pending stream   4.. article hashes
-- ARGV  1 consumer group   2 max_articles   3 max_changes (entries)   4 article key prefix
--       5 position of the changes stream after which nothing may have become live ("" = anything may)
--       6 prefix of a brief's key   7 change of status (JSON) of a brief whose article left
--       then for each article: id, vector (d x float16 LE), published_at (seconds), entry id, story
--       ("" = none)
-- Returns how many became live, or -1 if something became live after the position (nothing is done).
-- Who acknowledges an entry first makes it live: a batch that two workers embedded counts once. An
-- entry of older content is only taken off the queue: the newer content has its own entry. An
-- article that was removed meanwhile stays removed. A brief whose article leaves is withdrawn; one of
-- whose sources leaves is not.
-- withdraw.lua comes before this.

local live, changes, pending = KEYS[1], KEYS[2], KEYS[3]
local group, max_articles, max_changes = ARGV[1], tonumber(ARGV[2]), ARGV[3]
if ARGV[5] ~= '' then
  for _, change in ipairs(redis.call('XRANGE', changes, '(' .. ARGV[5], '+')) do
    for i = 1, #change[2], 2 do
      if change[2][i] == 'op' and change[2][i + 1] == 'live' then
        return -1
      end
    end
  end
end

local made_live = 0
for i = 4, #KEYS do
  local at = 8 + (i - 4) * 5
  local id, entry, story = ARGV[at], ARGV[at + 3], ARGV[at + 4]
  -- Asked, not acknowledged yet: the first write must be one that a server out of memory refuses.
  local first = #redis.call('XPENDING', pending, group, entry, entry, 1) == 1
  if first and redis.call('HGET', KEYS[i], 'entry') == entry then
    redis.call('HSET', KEYS[i], 'vector', ARGV[at + 1])
    if story == '' then
      redis.call('HDEL', KEYS[i], 'story')
    else
      redis.call('HSET', KEYS[i], 'story', story)
    end
    redis.call('ZADD', live, ARGV[at + 2], id)
    redis.call('XADD', changes, 'MAXLEN', '~', max_changes, '*', 'op', 'live', 'id', id)
    made_live = made_live + 1
  end
  redis.call('XACK', pending, group, entry)
  redis.call('XDEL', pending, entry)
end
local over = redis.call('ZCARD', live) - max_articles
if over > 0 then
  local evicted = redis.call('ZPOPMIN', live, over)
  for i = 1, #evicted, 2 do
    local id = evicted[i]
    local keys = { ARGV[6] .. id, ARGV[4] .. id, live, changes }
    if withdraw_published(keys, id, max_changes, ARGV[7]) == 0 then
      redis.call('DEL', ARGV[4] .. id)
      redis.call('XADD', changes, 'MAXLEN', '~', max_changes, '*', 'op', 'gone', 'id', id)
    end
  end
end
return made_live
