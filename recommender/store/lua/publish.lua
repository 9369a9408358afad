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

-- Note that a brief is written from an article. Not in the article's own hash: a source that left by
-- age may still be taken back.
-- cited  hash: article's id -> ids of briefs, joined by spaces
local function note_brief(cited, article, id)
  local noted = redis.call('HGET', cited, article)
  if not noted then
    redis.call('HSET', cited, article, id)
  elseif not string.find(' ' .. noted .. ' ', ' ' .. id .. ' ', 1, true) then
    redis.call('HSET', cited, article, noted .. ' ' .. id)
  end
end

local function drop_note(cited, article, id)
  local left = {}
  for each in string.gmatch(redis.call('HGET', cited, article) or '', '%S+') do
    if each ~= id then
      left[#left + 1] = each
    end
  end
  if #left > 0 then
    redis.call('HSET', cited, article, table.concat(left, ' '))
  else
    redis.call('HDEL', cited, article)
  end
end

-- Let go of revisions of a brief, and of the notes of articles that only these were written from.
-- goes  tells of the number of a revision whether it is let go
local function forget(brief, cited, id, goes)
  local lost, kept = {}, {}
  for _, field in ipairs(redis.call('HKEYS', brief)) do
    local number, what = string.match(field, '^(%d+):(%l+)$')
    if what == 'sources' then
      local named = goes(tonumber(number)) and lost or kept
      for article in pairs(cjson.decode(redis.call('HGET', brief, field))) do
        named[article] = true
      end
    end
    if number and goes(tonumber(number)) then
      redis.call('HDEL', brief, field)
    end
  end
  for article in pairs(lost) do
    if not kept[article] then
      drop_note(cited, article, id)
    end
  end
end

-- Take the brief's article in; return whether there was room for it. take_in.lua says what is given.
local function is_taken(keys, given)
  local taken = take_in(keys, given)
  return taken ~= 'full' and taken ~= 'too_old'
end

-- Keep the brief's place among all, and the bound of all: with an old record its article leaves, for
-- nothing could withdraw that any more. Events that only were refused are a set of their own, so that
-- however many there are they push no brief out; and that a person took a brief back is noted apart
-- from its record, so that it holds when that is gone.
-- keys   1 briefs, or those that only were refused (sorted set)   2 live window (sorted set)
--        3 changes stream   4 notes of what briefs were written from (hash)
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
    forget(given[2] .. gone, keys[4], gone, function() return true end)
    redis.call('DEL', given[2] .. gone)
  end
end
