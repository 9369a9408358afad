-- What a revision of a brief needs to be kept and published. A part of scripts, after withdraw.lua.

-- Tell whether each source is still as it was read, and of the same story.
-- sources   hashes of the articles
-- versions  JSON object: article id -> entry of the queue that held the content that was read
-- ids       the articles' ids, in the order of the hashes
local function unchanged(sources, ids, versions, story)
  local read = cjson.decode(versions)
  for i, source in ipairs(sources) do
    local entry, told = unpack(redis.call('HMGET', source, 'entry', 'story'))
    if entry ~= read[ids[i]] or told ~= story then
      return false
    end
  end
  return true
end

-- Note at an article that a brief is written from it: remove.lua looks there.
local function note_brief(article, id)
  local noted = redis.call('HGET', article, 'briefs')
  if not noted then
    redis.call('HSET', article, 'briefs', id)
  elseif not string.find(' ' .. noted .. ' ', ' ' .. id .. ' ', 1, true) then
    redis.call('HSET', article, 'briefs', noted .. ' ' .. id)
  end
end

-- Take the brief's article in; return whether there was room for it. take_in.lua says what is given.
local function is_taken(keys, given)
  local taken = take_in(keys, given)
  if taken == 'full' or taken == 'too_old' then
    return false
  end
  note_brief(keys[1], given[1])
  return true
end

-- Keep the brief's place among all, and the bound of all: with an old record its article leaves, for
-- nothing could withdraw that any more.
-- keys   1 briefs (sorted set)   2 live window (sorted set)   3 changes stream
-- given  1 max_briefs   2 prefix of a brief's key   3 prefix of an article's key   4 max_changes
local function enlist(keys, id, at, given)
  redis.call('ZADD', keys[1], at, id)
  local over = redis.call('ZCARD', keys[1]) - tonumber(given[1])
  local oldest = over > 0 and redis.call('ZPOPMIN', keys[1], over) or {}
  for i = 1, #oldest, 2 do
    local gone = oldest[i]
    if redis.call('HEXISTS', given[2] .. gone, 'live') == 1 then
      redis.call('ZREM', keys[2], gone)
      redis.call('DEL', given[3] .. gone)
      redis.call('XADD', keys[3], 'MAXLEN', '~', given[4], '*', 'op', 'gone', 'id', gone)
    end
    redis.call('DEL', given[2] .. gone)
  end
end
