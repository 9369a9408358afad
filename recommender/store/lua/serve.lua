-- Serve one slate: log it, remember its articles as seen, keep what is left for further pages; or
-- refuse all of it.
-- KEYS  1 slates stream   2 pages (hash)   3 seen (sorted set; none for a guest)
-- ARGV  1 now (seconds)   2 slate (JSON)   3 features (n x f float32 LE)   4 contributions (n x f float64 LE)
--       5 max_slates (entries)   6 max_seen   7 reader_ttl (seconds)
--       8 snapshot's token ("" = no further pages)   9 its version   10 snapshot ("" = it is used up)
--       11 when it expires (second)   12 page_ttl (seconds)   13 max_pages
--       then the ids of the slate's articles
-- Returns { entry of the log }, or { nil, 1 if the snapshot is not the one before this version else 0,
-- ids that the reader has met already ... } and nothing is written.
-- A snapshot is two fields: TOKEN, and TOKEN:v with its version and its expiry, "3 1767229200".

local slates, pages, seen = KEYS[1], KEYS[2], KEYS[3]
local now, token, version = tonumber(ARGV[1]), ARGV[8], tonumber(ARGV[9])
local first = 14

local function is_stale()
  if token == '' then return false end
  local kept = redis.call('HGET', pages, token .. ':v')
  return (kept and tonumber(kept:match('^%d+')) or -1) ~= version - 1
end

local function met()
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
  if kept >= tonumber(ARGV[13]) then forget(oldest) end
end

local stale, repeated = is_stale(), met()
if stale or #repeated > 0 then
  return { false, stale and 1 or 0, unpack(repeated) }
end

-- The first write is one that a server out of memory refuses: such a server serves nothing.
local entry = redis.call(
  'XADD', slates, 'MAXLEN', '~', ARGV[5], '*', 's', ARGV[2], 'f', ARGV[3], 'c', ARGV[4]
)
if seen and #ARGV >= first then
  -- Not before what was seen last, whatever the clock says: what is served now must not be the
  -- first to be forgotten.
  local newest = redis.call('ZRANGE', seen, -1, -1, 'WITHSCORES')[2]
  local second = string.format('%.17g', math.max(now, tonumber(newest or 0)))
  for i = first, #ARGV do
    redis.call('ZADD', seen, 'GT', second, ARGV[i])
  end
  redis.call('ZREMRANGEBYRANK', seen, 0, -tonumber(ARGV[6]) - 1)
  redis.call('EXPIRE', seen, ARGV[7])
end
if token ~= '' and ARGV[10] == '' then
  forget(token)
elseif token ~= '' then
  if version == 0 then make_room() end
  redis.call('HSET', pages, token, ARGV[10], token .. ':v', ARGV[9] .. ' ' .. ARGV[11])
  redis.call('EXPIRE', pages, ARGV[12])
end
return { entry }
