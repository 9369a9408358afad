-- Read, in one moment, all that one feed needs: what trends, what is read along, and its reader.
-- KEYS  1 trending (sorted set)   2 decay hash   then, unless for a guest:
--       3 preferences (string)   4 history   5 seen   6 hidden (sorted sets of the reader)
-- ARGV  1 how many trending articles   2 length of a ladder with its "since" (bytes)
--       3 the article that is being read ("" = none)   4 how many of the articles read last are anchors
--       5 how many articles read along with each anchor (0 = tell the anchors alone)
--       6 prefix of the co-read keys   7 codes of the kinds that count as read
--       8 before the last article met, for how long to tell the seconds of those met (seconds)
--       9 reader_ttl (seconds): what a reader chose lasts as long as the reader comes
-- Returns { trending ids, highest first; their ladders, one after the other; { an anchor, articles
-- read along with it and their levels, highest first, ... }; preferences JSON or nil; history and
-- seconds, newest first; ids seen long ago, oldest first; ids seen since and seconds, oldest first;
-- hidden ids }. Lists are joined by line feeds, which no id holds: one string is much cheaper to send
-- and to read than its parts. Of a reader who wants no personal feed the preferences alone are read.

local count, length, reading = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local last, along, co_read_prefix = tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6]
local is_read = '^[' .. ARGV[7] .. ']:%d*:(.*)$'  -- the history member of having read an article

local function joined(...)
  return table.concat(redis.call(...), '\n')
end

-- A second costs the server five times what an id costs, and only late ones are of use.
local function seen_of(key)
  local newest = redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')[2]
  if not newest then return '', '' end
  local since = string.format('%.17g', tonumber(newest) - tonumber(ARGV[8]))
  return joined('ZRANGEBYSCORE', key, '-inf', '(' .. since),
    joined('ZRANGEBYSCORE', key, since, '+inf', 'WITHSCORES')
end

local function trends()
  if count == 0 then return '', '' end
  local ids = redis.call('ZREVRANGE', KEYS[1], 0, count - 1)
  if #ids == 0 then return '', '' end
  local ladders = redis.call('HMGET', KEYS[2], unpack(ids))
  for i, packed in ipairs(ladders) do
    ladders[i] = packed:sub(1, length)
  end
  return table.concat(ids, '\n'), table.concat(ladders)
end

local function anchors_of(history)
  local anchors, met = {}, {}
  if reading ~= '' then
    anchors[1], met[reading] = reading, true
  end
  local left = last
  for i = 1, #history, 2 do
    if left == 0 then break end
    local article = history[i]:match(is_read)
    if article and not met[article] then
      anchors[#anchors + 1], met[article], left = article, true, left - 1
    end
  end
  return anchors
end

local function read_along(anchors)
  local told = {}
  for i, anchor in ipairs(anchors) do
    told[2 * i - 1] = anchor
    told[2 * i] = along == 0 and '' or joined('ZREVRANGE', co_read_prefix .. anchor, 0, along - 1, 'WITHSCORES')
  end
  return told
end

local ids, ladders = trends()
local preferences = KEYS[3] and redis.call('GET', KEYS[3]) or false
if preferences then redis.call('EXPIRE', KEYS[3], ARGV[9]) end
if not KEYS[3] or (preferences and cjson.decode(preferences).personalised == false) then
  return { ids, ladders, read_along(anchors_of({})), preferences, '', '', '', '' }
end
local older, newer = seen_of(KEYS[5])
local history = redis.call('ZREVRANGE', KEYS[4], 0, -1, 'WITHSCORES')
return {
  ids,
  ladders,
  read_along(anchors_of(history)),
  preferences,
  table.concat(history, '\n'),
  older,
  newer,
  joined('ZRANGE', KEYS[6], 0, -1),
}
