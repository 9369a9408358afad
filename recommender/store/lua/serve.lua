-- Serve one slate: log it, remember its articles as seen, keep what is left for further pages; or
-- refuse all of it.
-- KEYS  1 slates stream   2 pages (hash)   then, unless for a guest: 3 seen (sorted set)   4 met (hash)
-- ARGV  1 now (seconds)   2 slate's token and reader, a line feed between   3 slate (JSON)   4 features   5 contributions (tables of
--       numbers, see store/orderings.py)   6 max_slates (entries)   7 max_seen   8 reader_ttl (seconds)
--       9 snapshot's token ("" = no further pages)   10 its version   11 snapshot ("" = it is used up)
--       12 when it expires (second)   13 page_ttl (seconds)   14 max_pages
--       then the ids of the slate's articles
-- Returns { entry of the log }, or { nil, 1 if the snapshot is not the one before this version else 0,
-- ids that the reader has met already ... } and nothing is written.
-- A snapshot is two fields: TOKEN, and TOKEN:v with its version and its expiry, "3 1767229200".

local slates, pages, seen, met = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local now, token, version = tonumber(ARGV[1]), ARGV[9], tonumber(ARGV[10])
local first = 15

local function is_stale()
  if token == '' then return false end
  local kept = redis.call('HGET', pages, token .. ':v')
  return (kept and tonumber(kept:match('^%d+')) or -1) ~= version - 1
end

local function already_met()
  local ids = {}
  for i = first, seen and #ARGV or 0 do
    if redis.call('ZSCORE', seen, ARGV[i]) then ids[#ids + 1] = ARGV[i] end
  end
  return ids
end

local function forget(other)
  redis.call('HDEL', pages, other, other .. ':v')
end

-- Expired snapshots leave, and the one that expires first where there is no room for another.
local function make_room()
  local kept, oldest, least = 0, nil, math.huge
  for _, field in ipairs(redis.call('HKEYS', pages)) do
    local other = field:match('^(.*):v$')
    if other then
      local expires = tonumber(redis.call('HGET', pages, field):match(' (.*)$'))
      if expires <= now then
        forget(other)
      else
        kept = kept + 1
        if expires < least then oldest, least = other, expires end
      end
    end
  end
  if kept >= tonumber(ARGV[14]) then forget(oldest) end
end

local stale, repeated = is_stale(), already_met()
if stale or #repeated > 0 then
  return { false, stale and 1 or 0, unpack(repeated) }
end

-- The first write is one that a server out of memory refuses: such a server serves nothing.
local articles = ARGV[2] .. '\n' .. table.concat(ARGV, '\n', first)
local entry = redis.call(
  'XADD', slates, 'MAXLEN', '~', ARGV[6], '*', 'a', articles, 's', ARGV[3], 'f', ARGV[4], 'c', ARGV[5]
)
if seen and #ARGV >= first then
  -- Not before what was seen last, whatever the clock says: what is served now must not be the
  -- first to be forgotten.
  local newest = redis.call('ZRANGE', seen, -1, -1, 'WITHSCORES')[2]
  local second = string.format('%.17g', math.max(now, tonumber(newest or 0)))
  for i = first, #ARGV do
    redis.call('ZADD', seen, 'GT', second, ARGV[i])
  end
  for _, id in ipairs(redis.call('ZRANGE', seen, 0, -tonumber(ARGV[7]) - 1)) do
    redis.call('HDEL', met, id)
  end
  redis.call('ZREMRANGEBYRANK', seen, 0, -tonumber(ARGV[7]) - 1)
  redis.call('EXPIRE', seen, ARGV[8])
end
if token ~= '' and ARGV[11] == '' then
  forget(token)
elseif token ~= '' then
  if version == 0 then make_room() end
  redis.call('HSET', pages, token, ARGV[11], token .. ':v', ARGV[10] .. ' ' .. ARGV[12])
  redis.call('EXPIRE', pages, ARGV[13])
end
return { entry }
