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

-- Keep the brief's place among all, and the bounds of all.
local function enlist(briefs, id, at, max_briefs, prefix)
  redis.call('ZADD', briefs, at, id)
  local over = redis.call('ZCARD', briefs) - tonumber(max_briefs)
  if over > 0 then
    local oldest = redis.call('ZPOPMIN', briefs, over)
    for i = 1, #oldest, 2 do
      redis.call('DEL', prefix .. oldest[i])
    end
  end
end
