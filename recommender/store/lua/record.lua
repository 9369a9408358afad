-- Apply one reader's interactions exactly once: log, history, seen and hidden lists, trending counters.
-- KEYS  1 history   2 seen   3 hidden   4 event ids   (sorted sets of this reader)
--       5 interactions stream   6 decay hash   7 trending   8.. trending lists of categories
-- ARGV  1 now (seconds)   2 memory of event ids (seconds)   3 max_event_ids   4 max_history   5 max_seen
--       6 max_hidden   7 reader_ttl (seconds)   8 max_interactions (entries)   9 max_trending
--       10 t0 (seconds)   11 served rung (1-based)   12 prefix of the categories' trending keys
--       13 R, the number of rungs   14..13+R decay rates, per second, ascending half-life
--       then eight for each event: id, article id, history member ("" = not taste), occurred_at
--       (seconds), hide ("1" or ""), ln of its trending weight ("" = none), index of its category's
--       key in KEYS (0 = none), JSON for the log
-- Returns {-1} if the reader's event ids would pass max_event_ids (nothing is applied), else one
-- number for each event: 1 applied, 0 known already.
--
-- Trending is forward decay in the log domain (Cormode, Shkapenyuk, Srivastava and Xu, ICDE 2009):
-- x = rate * (t - t0) + ln w;  L <- max(L, x) + log1p(exp(-|L - x|)). Late events are exact.

local history, seen, hidden, events = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local interactions, decay, trending = KEYS[5], KEYS[6], KEYS[7]
local now, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local max_history, max_seen, max_hidden = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local max_trending, t0, served = tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11])
local category_prefix, rungs = ARGV[12], tonumber(ARGV[13])
local first, width = 14 + rungs, 8
local count = (#ARGV - first + 1) / width

local function log1p(x)
  if x < 1e-5 then
    return x - x * x / 2 + x * x * x / 3
  end
  return math.log(1 + x)
end

local function log_add(a, b)
  local high, low = math.max(a, b), math.min(a, b)
  return high + log1p(math.exp(low - high))
end

local function evict_lowest()
  local lowest = redis.call('ZPOPMIN', trending)[1]
  local packed = redis.call('HGET', decay, lowest)
  redis.call('HDEL', decay, lowest)
  local category = packed and packed:sub(rungs * 8 + 1) or ''
  if category ~= '' then
    redis.call('ZREM', category_prefix .. category, lowest)
  end
end

local function count_event(article, seconds, log_weight, category_key)
  local packed = redis.call('HGET', decay, article)
  local category = category_key and category_key:sub(#category_prefix + 1) or ''
  local values, level = {}, 0
  for rung = 1, rungs do
    local x = tonumber(ARGV[13 + rung]) * (seconds - t0) + log_weight
    local value = packed and log_add(struct.unpack('<d', packed, rung * 8 - 7), x) or x
    values[rung] = struct.pack('<d', value)
    if rung == served then level = value end
  end
  redis.call('HSET', decay, article, table.concat(values) .. category)
  local score = string.format('%.17g', level)
  redis.call('ZADD', trending, score, article)
  local before = packed and packed:sub(rungs * 8 + 1) or category
  if before ~= '' and before ~= category then
    redis.call('ZREM', category_prefix .. before, article)
  end
  if category_key then
    redis.call('ZADD', category_key, score, article)
  end
  if redis.call('ZCARD', trending) > max_trending then evict_lowest() end
end

local oldest = string.format('%.17g', now - window)

local function is_known(id)
  local received = redis.call('ZSCORE', events, id)
  return received and tonumber(received) >= now - window
end

-- Nothing is written before this check, and the first write is one that a server out of memory
-- refuses: such a server applies nothing.
local fresh, listed = 0, {}
for i = 0, count - 1 do
  local id = ARGV[first + i * width]
  if not listed[id] and not is_known(id) then
    listed[id] = true
    fresh = fresh + 1
  end
end
if redis.call('ZCOUNT', events, oldest, '+inf') + fresh > tonumber(ARGV[3]) then
  return {-1}
end

local results = {}
for i = 0, count - 1 do
  local at = first + i * width
  local id, article, member, second = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local applied = is_known(id) and 0 or 1
  if applied == 1 then
    redis.call('ZADD', events, now, id)
    redis.call('XADD', interactions, 'MAXLEN', '~', ARGV[8], '*', 'e', ARGV[at + 7])
    redis.call('ZADD', seen, 'GT', second, article)
    if member ~= '' then redis.call('ZADD', history, 'GT', second, member) end
    if ARGV[at + 4] == '1' then redis.call('ZADD', hidden, 'GT', second, article) end
    if ARGV[at + 5] ~= '' then
      count_event(article, tonumber(second), tonumber(ARGV[at + 5]), KEYS[tonumber(ARGV[at + 6])])
    end
  end
  results[i + 1] = applied
end
redis.call('ZREMRANGEBYSCORE', events, '-inf', '(' .. oldest)
redis.call('ZREMRANGEBYRANK', history, 0, -max_history - 1)
redis.call('ZREMRANGEBYRANK', seen, 0, -max_seen - 1)
redis.call('ZREMRANGEBYRANK', hidden, 0, -max_hidden - 1)
redis.call('EXPIRE', history, ARGV[7])
redis.call('EXPIRE', seen, ARGV[7])
redis.call('EXPIRE', hidden, ARGV[7])
redis.call('EXPIRE', events, ARGV[2])
return results
