-- Take one article in: store it and queue it for embedding, unless nothing changed. A part of scripts.
-- keys   1 article hash   2 pending stream   3 live window (sorted set)
-- given  1 id   2 fingerprint   3 card (JSON)   4 body (zlib, may be empty)
--        5 published_at (seconds)   6 max_pending (entries)   7 max_articles
--        8 consumer group   9 story that it is known to tell ("" = to be found out)
-- Returns "unchanged", "created", "updated", "full" (nothing stored) or "too_old" (nothing stored).

local function put(key, field, value)
  if value == '' then
    redis.call('HDEL', key, field)
  else
    redis.call('HSET', key, field, value)
  end
end

local function take_in(keys, given)
  local article, pending, live = keys[1], keys[2], keys[3]
  local known = redis.call('HGET', article, 'fingerprint')
  if known == given[2] then
    return 'unchanged'
  end
  if not known and redis.call('ZCARD', live) >= tonumber(given[7]) then
    local oldest = redis.call('ZRANGE', live, 0, 0, 'WITHSCORES')
    if oldest[2] and tonumber(given[5]) < tonumber(oldest[2]) then
      return 'too_old'
    end
  end
  if redis.call('XLEN', pending) >= tonumber(given[6]) then
    return 'full'
  end
  local existed = redis.call('EXISTS', article)
  -- The entry of the newest content tells it from older ones: an entry's id never comes again, not
  -- even for an article that was removed and sent anew while its first entry was being embedded.
  local older = redis.call('HGET', article, 'entry')
  local entry = redis.call('XADD', pending, '*', 'id', given[1])
  if older then  -- one article, one place in the queue
    redis.call('XACK', pending, given[8], older)
    redis.call('XDEL', pending, older)
  end
  redis.call('HSET', article, 'entry', entry, 'fingerprint', given[2], 'card', given[3])
  put(article, 'body', given[4])
  put(article, 'known_story', given[9])
  return existed == 1 and 'updated' or 'created'
end
