-- Apply one reader's interactions exactly once: log, history, seen and hidden lists, trending
-- counters, what was read along with what, and the signals that features are made of.
-- KEYS  1 history   2 seen   3 hidden   4 event ids   (sorted sets of this reader)
--       5 interactions stream   6 decay hash   7 trending   8 merged ids (sorted set of this reader)
--       9 slates stream   10 signals (hash)   11 topics (sorted set)   12 met (hash of this reader)
--       13 topics of this reader (hash)   14 audiences (hash)   15.. trending lists of categories
-- ARGV  1 now (seconds)   2 memory of event ids (seconds)   3 max_event_ids   4 max_history   5 max_seen
--       6 max_hidden   7 reader_ttl (seconds)   8 max_interactions (entries)   9 max_trending
--       10 t0 (seconds)   11 served rung (1-based)   12 prefix of the categories' trending keys
--       13 ln of the trending threshold   14 codes of the kinds that count as read
--       15 co-read rate (per second)   16 co_read_depth   17 max_co_read   18 co_read_ttl (seconds)
--       19 prefix of the co-read keys   20 max_signals   21 max_topics   22 decay rate of topics
--       23 decay rates of the signals' rungs, and 24 learning rate and decay rate of each bias, in
--       turn (float64 LE, per second)   25 max_reader_topics   26 the reader's id   27 decay rate of
--       audiences   28 R, the number of trending rungs   29..28+R decay rates, per second, ascending
--       half-life
--       then twelve for each event: id, article id, history member ("" = not taste), occurred_at
--       (seconds), hide ("1" or ""), ln of its trending weight ("" = none), index of its category's
--       key in KEYS (0 = none), JSON for the log, family of signals (1 clicks, 2 views, 3 shown,
--       0 none), entry of its slate in the log ("" = none), the slate's token, topics joined by line
--       feeds
-- Returns {-1} if the reader's event ids would pass max_event_ids (nothing is applied), else one
-- number for each event: 1 applied, 0 known already.
--
-- Trending is forward decay in the log domain (Cormode, Shkapenyuk, Srivastava and Xu, ICDE 2009):
-- x = rate * (t - t0) + ln w;  L <- max(L, x) + log1p(exp(-|L - x|)). Late events are exact.
-- "since" is the second of receipt at which the value at that second rose over the threshold.
--
-- An article read for the first time, as far as the history tells, makes a pair with each of the
-- co_read_depth other articles that the reader read last; a pair counts by the same decay from the
-- later of the two events.
--
-- Signals are counted by reader_topics.lua, audiences.lua and signals.lua, the first parts of this script.

local history, seen, hidden, events = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local interactions, decay, trending = KEYS[5], KEYS[6], KEYS[7]
local now, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local max_history, max_seen, max_hidden = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local max_trending, served = tonumber(ARGV[9]), tonumber(ARGV[11])
local category_prefix, log_threshold = ARGV[12], tonumber(ARGV[13])
local reading = '^[' .. ARGV[14] .. ']:%d*:(.*)$'  -- the history member of having read an article
local co_read_rate, co_read_depth = tonumber(ARGV[15]), tonumber(ARGV[16])
local max_co_read, co_read_ttl, co_read_prefix = tonumber(ARGV[17]), ARGV[18], ARGV[19]
local rungs, first_rate = tonumber(ARGV[28]), 29
local first, width = first_rate + rungs, 12
local category_at = rungs * 8 + 9  -- after the rungs and "since"
local rates = {}
for rung = 1, rungs do
  rates[rung] = tonumber(ARGV[first_rate + rung - 1])
end
local log_tolerance = 1e-9  -- five clicks in one second are 5, whatever the rounding
local count = (#ARGV - first + 1) / width

local function evict_lowest()
  local lowest = redis.call('ZPOPMIN', trending)[1]
  local packed = redis.call('HGET', decay, lowest)
  redis.call('HDEL', decay, lowest)
  local category = packed and packed:sub(category_at) or ''
  if category ~= '' then
    redis.call('ZREM', category_prefix .. category, lowest)
  end
end

local function count_event(article, seconds, log_weight, category_key)
  local packed = redis.call('HGET', decay, article)
  local category = category_key and category_key:sub(#category_prefix + 1) or ''
  local since = packed and packed:sub(category_at - 8, category_at - 1) or struct.pack('<d', 0 / 0)
  local values, level = {}, 0
  for rung = 1, rungs do
    local rate = rates[rung]
    local x = rate * (seconds - t0) + log_weight
    local before = packed and struct.unpack('<d', packed, rung * 8 - 7) or -math.huge
    local value = packed and log_add(before, x) or x
    values[rung] = struct.pack('<d', value)
    if rung == served then
      level = value
      local floor = rate * (now - t0) + log_threshold - log_tolerance
      if before < floor and value >= floor then since = struct.pack('<d', now) end
    end
  end
  values[rungs + 1] = since
  redis.call('HSET', decay, article, table.concat(values) .. category)
  local score = string.format('%.17g', level)
  redis.call('ZADD', trending, score, article)
  local before = packed and packed:sub(category_at) or category
  if before ~= '' and before ~= category then
    redis.call('ZREM', category_prefix .. before, article)
  end
  if category_key then
    redis.call('ZADD', category_key, score, article)
  end
  if redis.call('ZCARD', trending) > max_trending then evict_lowest() end
end

-- What the reader read: the co_read_depth articles read last, newest first, with their newest
-- seconds, and all that were ever read. Read when first needed, then kept up to date.
local recent, seconds_of, is_read

local function is_newer(a, b)
  return seconds_of[a] > seconds_of[b] or seconds_of[a] == seconds_of[b] and a > b
end

local function remember(article, second)
  is_read[article] = true
  local known = seconds_of[article]
  if known and known >= second then return end
  seconds_of[article] = second
  for i, other in ipairs(known and recent or {}) do
    if other == article then table.remove(recent, i) break end
  end
  local place = #recent
  while place > 0 and is_newer(article, recent[place]) do place = place - 1 end
  table.insert(recent, place + 1, article)
  if #recent > co_read_depth then seconds_of[table.remove(recent)] = nil end
end

local function read_history()
  recent, seconds_of, is_read = {}, {}, {}
  local newest = {}
  for _, member in ipairs(redis.call('ZREVRANGE', history, 0, -1)) do
    local article = member:match(reading)
    if article and not is_read[article] then
      is_read[article] = true
      if #newest < co_read_depth then newest[#newest + 1] = member end
    end
  end
  -- A score costs the server as much as five members.
  local seconds = newest[1] and redis.call('ZMSCORE', history, unpack(newest)) or {}
  for i, member in ipairs(newest) do
    remember(member:match(reading), tonumber(seconds[i]))
  end
end

-- Add to the pairs of one article: a list of partners and of what each gains.
local function count_pairs(article, partners, gains)
  local key, added = co_read_prefix .. article, {}
  local levels = redis.call('ZMSCORE', key, unpack(partners))
  for i, partner in ipairs(partners) do
    local sum = levels[i] and log_add(tonumber(levels[i]), gains[i]) or gains[i]
    added[2 * i - 1], added[2 * i] = string.format('%.17g', sum), partner
  end
  if redis.call('ZADD', key, unpack(added)) > 0 then
    redis.call('ZREMRANGEBYRANK', key, 0, -max_co_read - 1)
  end
  redis.call('EXPIRE', key, co_read_ttl)
end

local function count_read(article, second)
  if not recent then read_history() end
  if not is_read[article] and recent[1] then
    local gains = {}
    for i, other in ipairs(recent) do
      gains[i] = co_read_rate * (math.max(second, seconds_of[other]) - t0)
      count_pairs(other, { article }, { gains[i] })
    end
    count_pairs(article, recent, gains)
  end
  remember(article, second)
end

-- What is no longer remembered as seen was never met.
local function trim_seen()
  forget_meetings(redis.call('ZRANGE', seen, 0, -max_seen - 1))
  redis.call('ZREMRANGEBYRANK', seen, 0, -max_seen - 1)
end

local oldest = string.format('%.17g', now - window)

local function is_known(id)
  local received = redis.call('ZSCORE', events, id)
  return received and tonumber(received) >= now - window
end

-- Nothing is written before this check, and the first write is one that a server out of memory
-- refuses: such a server applies nothing.
local fresh, listed, counted = 0, {}, {}
for i = 0, count - 1 do
  local id = ARGV[first + i * width]
  if not listed[id] and not is_known(id) then
    listed[id] = true
    fresh = fresh + 1
    if ARGV[first + i * width + 8] ~= '0' then counted[#counted + 1] = ARGV[first + i * width + 1] end
  end
end
if redis.call('ZCOUNT', events, oldest, '+inf') + fresh > tonumber(ARGV[3]) then
  return {-1}
end

read_signals(counted)

local results = {}
for i = 0, count - 1 do
  local at = first + i * width
  local id, article, member, second = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local applied = is_known(id) and 0 or 1
  if applied == 1 then
    redis.call('ZADD', events, now, id)
    redis.call('XADD', interactions, 'MAXLEN', '~', ARGV[8], '*', 'e', ARGV[at + 7])
    redis.call('ZADD', seen, 'GT', second, article)
    if ARGV[at + 5] ~= '' and co_read_depth > 0 then count_read(article, tonumber(second)) end
    if member ~= '' then redis.call('ZADD', history, 'GT', second, member) end
    if ARGV[at + 4] == '1' then redis.call('ZADD', hidden, 'GT', second, article) end
    if ARGV[at + 5] ~= '' then
      count_event(article, tonumber(second), tonumber(ARGV[at + 5]), KEYS[tonumber(ARGV[at + 6])])
      count_topics(ARGV[at + 11], tonumber(second), tonumber(ARGV[at + 5]))
    end
    local family, entry, token, joined = tonumber(ARGV[at + 8]), ARGV[at + 9], ARGV[at + 10], ARGV[at + 11]
    count_signals(article, family, tonumber(second), joined, entry, token)
  end
  results[i + 1] = applied
end
write_signals()
trim_seen()
redis.call('ZREMRANGEBYSCORE', events, '-inf', '(' .. oldest)
redis.call('ZREMRANGEBYRANK', history, 0, -max_history - 1)
redis.call('ZREMRANGEBYRANK', hidden, 0, -max_hidden - 1)
redis.call('EXPIRE', history, ARGV[7])
redis.call('EXPIRE', seen, ARGV[7])
redis.call('EXPIRE', hidden, ARGV[7])
redis.call('EXPIRE', events, ARGV[2])
redis.call('EXPIRE', KEYS[8], ARGV[7])
redis.call('EXPIRE', met, ARGV[7])
redis.call('EXPIRE', own_topics, ARGV[7])
return results
