-- Read, in one moment, a snapshot and what its reader has met since.
-- KEYS  1 pages (hash)   then, unless for a guest: 2 preferences (string)   3 seen   4 hidden (sorted sets)
-- ARGV  1 token   2 before the last article met, for how long to tell the seconds of those met (seconds)
-- Returns { snapshot or nil; preferences JSON or nil; ids seen long ago; ids seen since and seconds;
-- hidden ids }, oldest first; lists are joined by line feeds, which no id holds. Of a reader who
-- wants no personal feed the preferences alone are read.

local function joined(...)
  return table.concat(redis.call(...), '\n')
end

-- A second costs the server five times what an id costs, and only late ones are of use.
local function seen_of(key)
  local newest = redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')[2]
  if not newest then return '', '' end
  local since = string.format('%.17g', tonumber(newest) - tonumber(ARGV[2]))
  return joined('ZRANGEBYSCORE', key, '-inf', '(' .. since),
    joined('ZRANGEBYSCORE', key, since, '+inf', 'WITHSCORES')
end

if not KEYS[2] then
  return { redis.call('HGET', KEYS[1], ARGV[1]), false, '', '', '' }
end
local preferences = redis.call('GET', KEYS[2])
if preferences and cjson.decode(preferences).personalised == false then
  return { false, preferences, '', '', '' }
end
local older, newer = seen_of(KEYS[3])
return {
  redis.call('HGET', KEYS[1], ARGV[1]), preferences, older, newer, joined('ZRANGE', KEYS[4], 0, -1)
}
