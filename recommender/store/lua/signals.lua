-- The part of record.lua that follows reader_topics.lua and audiences.lua, and reads KEYS and ARGV:
-- signals, that is, what features are made of. Levels of clicks, views, impressions and expected clicks of
-- articles; the biases of those that were chosen and passed over; the tastes of those who clicked; levels
-- of topics; and what this reader met.
--
-- The mathematics is told in recommender/trending/signals.py, which a test holds this script to.
-- Rows, topic levels and records are read when first needed and written once, by write_signals.

local slates, signals, topics, met = KEYS[9], KEYS[10], KEYS[11], KEYS[12]
local t0, topic_rate = tonumber(ARGV[10]), tonumber(ARGV[22])
local max_signals, max_topics = tonumber(ARGV[20]), tonumber(ARGV[21])
local max_own_topics = tonumber(ARGV[25])
local merged, reader = KEYS[8], ARGV[26]
local CLICKS, VIEWS, SHOWN, EXPECTED = 1, 2, 3, 4  -- families

-- A row of signals: the levels of each family, the biases, since when they fade, and when the
-- article was first shown.
local signal_rungs = #ARGV[23] / 8
local signal_rates = { struct.unpack('<' .. ('d'):rep(signal_rungs), ARGV[23]) }
local learning = { struct.unpack('<' .. ('d'):rep(#ARGV[24] / 8), ARGV[24]) }
local levels, biases = EXPECTED * signal_rungs, #ARGV[24] / 16
local biased_at, first_shown = levels + biases + 1, levels + biases + 2
local row_format = '<' .. ('d'):rep(first_shown)
local met_format, met_most = '<I2I2I4I4I4', 65535  -- shown, clicked, first and last shown, last clicked
local rows, topic_levels, records = {}, {}, {}

local log = math.log

local function log1p(x)
  if x < 1e-5 then
    return x - x * x / 2 + x * x * x / 3
  end
  return log(1 + x)
end

local function log_add(a, b)
  if a < b then a, b = b, a end
  return a + log1p(exp(b - a))
end

local function new_row()
  local row = {}
  for i = 1, levels do row[i] = -math.huge end
  for i = levels + 1, levels + biases do row[i] = 0 end
  row[biased_at], row[first_shown] = 0 / 0, 0 / 0
  return row
end

local function read_rows(articles)
  local missing = {}
  for _, article in ipairs(articles) do
    if not rows[article] then missing[#missing + 1] = article end
  end
  for i = 1, #missing, chunk do
    local last = math.min(i + chunk - 1, #missing)
    for j, packed in ipairs(redis.call('HMGET', signals, unpack(missing, i, last))) do
      rows[missing[i + j - 1]] = packed and { struct.unpack(row_format, packed) } or new_row()
    end
  end
end

local function count_signal(article, family, second, log_weight)
  local row, before = rows[article], (family - 1) * signal_rungs
  for rung = 1, signal_rungs do
    row[before + rung] = log_add(row[before + rung], signal_rates[rung] * (second - t0) + log_weight)
  end
end

-- A guest's slate may be clicked under the id that the guest has later.
local function is_own(owner)
  return owner == '' or owner == reader or redis.call('ZSCORE', merged, owner)
end

-- The articles of a slate, where the log still has it, the reader's click counts for it (see
-- Interaction.slate in recommender/domain/interactions.py) and the clicked article is one of them.
local function articles_of(entry, token, clicked)
  local found = entry ~= '' and redis.call('XRANGE', slates, entry, entry)[1]
  local head, owner, joined = (found and found[2][2] or ''):match('^(%x+)\n([^\n]*)\n(.*)$')
  if head ~= token or not is_own(owner) then return nil end
  local articles, is_there = {}, false
  for article in joined:gmatch('[^\n]+') do
    articles[#articles + 1] = article
    is_there = is_there or article == clicked
  end
  return is_there and articles or nil
end

-- math.max and math.min give the first of a number and NaN: what never happened sets no bound.
local function learn(articles, clicked, second)
  local likely = {}
  for bias = 1, biases do
    local at, step, rate = levels + bias, learning[2 * bias - 1], learning[2 * bias]
    local highest, sum = -math.huge, 0
    for _, article in ipairs(articles) do
      local row = rows[article]
      row[at] = row[at] * exp(-rate * math.max(0, second - row[biased_at]))
      highest = math.max(highest, row[at])
    end
    for i, article in ipairs(articles) do
      likely[i] = exp(rows[article][at] - highest)
      sum = sum + likely[i]
    end
    for i, article in ipairs(articles) do
      local row = rows[article]
      row[at] = row[at] + step * ((article == clicked and 1 or 0) - likely[i] / sum)
    end
  end
  for _, article in ipairs(articles) do
    rows[article][biased_at] = math.max(second, rows[article][biased_at])
  end
end

local function count_slate(articles, clicked, second)
  read_rows(articles)
  local share = -log(#articles)
  for _, article in ipairs(articles) do
    count_signal(article, EXPECTED, second, share)
  end
  count_signal(all, EXPECTED, second, 0)
  learn(articles, clicked, second)
end

local function count_family(article, family, second)
  count_signal(article, family, second, 0)
  count_signal(all, family, second, 0)
  if family == SHOWN then
    rows[article][first_shown] = math.min(second, rows[article][first_shown])
  end
end

local function count_topics(joined, second, log_weight)
  local names, missing = { all }, {}
  for name in joined:gmatch('[^\n]+') do names[#names + 1] = name end
  for _, name in ipairs(names) do
    if not topic_levels[name] then missing[#missing + 1] = name end
  end
  for i, level in ipairs(missing[1] and redis.call('ZMSCORE', topics, unpack(missing)) or {}) do
    topic_levels[missing[i]] = tonumber(level or -math.huge)
  end
  local x = topic_rate * (second - t0) + log_weight
  for _, name in ipairs(names) do topic_levels[name] = log_add(topic_levels[name], x) end
end

local function read_records(articles)
  for i = 1, #articles, chunk do
    local last = math.min(i + chunk - 1, #articles)
    for j, packed in ipairs(redis.call('HMGET', met, unpack(articles, i, last))) do
      records[articles[i + j - 1]] = packed and { struct.unpack(met_format, packed) } or { 0, 0, 0, 0, 0 }
    end
  end
end

local function remember_meeting(article, family, second)
  local record, whole = records[article], math.floor(second)
  if family == SHOWN then
    record[1] = math.min(record[1] + 1, met_most)
    record[3] = record[3] == 0 and whole or math.min(record[3], whole)
    record[4] = math.max(record[4], whole)
  elseif family == CLICKS then
    record[1], record[3], record[4] = 0, 0, 0
    record[2] = math.min(record[2] + 1, met_most)
    record[5] = math.max(record[5], whole)
  end
end

-- Which counts of a reader's topics an event of each family adds to: shown, clicked, read.
local adds_to = { [CLICKS] = { 2, 3 }, [VIEWS] = { 3 }, [SHOWN] = { 1 } }

local function gain_topic(name, family)
  gained[name] = gained[name] or { 0, 0, 0 }
  for _, place in ipairs(adds_to[family]) do
    gained[name][place] = gained[name][place] + 1
  end
end

-- Of the topics only categories and subcategories are counted for a reader: tags are too many.
local function remember_topics(joined, family)
  gain_topic(all, family)
  for name in joined:gmatch('[^\n]+') do
    if name:find('^[cs]:') then gain_topic(name, family) end
  end
end

-- A reader joins an article's audience with the first click on it.
local function join_audience(article, second)
  local taste = records[article][2] == 0 and taste_now()
  if taste then count_taste(taste, article, second) end
end

-- Of some articles drawn by chance those of least attention leave: without an order to keep, a
-- bounded hash costs nothing until it is full.
local function evict_signals()
  local excess = redis.call('HLEN', signals) - 1 - max_signals
  if excess <= 0 then return end
  excess = math.min(excess, chunk)  -- of a bound that was lowered; the others leave later
  local drawn = redis.call('HRANDFIELD', signals, excess + 16)
  local attention = {}
  for i, packed in ipairs(redis.call('HMGET', signals, unpack(drawn))) do
    local row, highest = { struct.unpack(row_format, packed) }, -math.huge
    for family = 1, EXPECTED do highest = math.max(highest, row[family * signal_rungs]) end
    attention[drawn[i]] = drawn[i] == all and math.huge or highest
  end
  table.sort(drawn, function(a, b) return attention[a] < attention[b] end)
  redis.call('HDEL', signals, unpack(drawn, 1, excess))
  redis.call('HDEL', audiences, unpack(drawn, 1, excess))
end

local function evict_topics()
  local excess = redis.call('ZCARD', topics) - max_topics
  if excess <= 0 then return end
  for _, name in ipairs(redis.call('ZRANGE', topics, 0, excess)) do
    if name ~= all and excess > 0 then
      redis.call('ZREM', topics, name)
      excess = excess - 1
    end
  end
end

local function write_rows()
  local packed = {}
  for article, row in pairs(rows) do
    packed[#packed + 1] = article
    packed[#packed + 1] = struct.pack(row_format, unpack(row))
  end
  write('HSET', signals, packed)
end

local function write_topics()
  local scored = {}
  for name, level in pairs(topic_levels) do
    scored[#scored + 1] = string.format('%.17g', level)
    scored[#scored + 1] = name
  end
  write('ZADD', topics, scored)
end

local function write_records()
  local packed = {}
  for article, record in pairs(records) do
    if record[1] > 0 or record[2] > 0 then
      packed[#packed + 1] = article
      packed[#packed + 1] = struct.pack(met_format, unpack(record))
    end
  end
  write('HSET', met, packed)
end

-- Read what events of these articles change.
local function read_signals(articles)
  if not articles[1] then return end
  read_rows({ all })
  read_rows(articles)
  read_records(articles)
end

-- Count one event: of which family (0 = none), of which topics, and, of a click, in which slate.
local function count_signals(article, family, second, joined, entry, token)
  if family == 0 then return end
  count_family(article, family, second)
  if family == CLICKS then join_audience(article, second) end
  remember_meeting(article, family, second)
  remember_topics(joined, family)
  local articles = family == CLICKS and articles_of(entry, token, article)
  if articles then count_slate(articles, article, second) end
end

local function write_signals()
  write_rows()
  write_topics()
  write_records()
  gain_topics(own_topics, gained)
  evict_signals()
  evict_topics()
  trim_topics(own_topics, max_own_topics, gained)
end

local function forget_meetings(articles)
  for i = 1, #articles, chunk do
    redis.call('HDEL', met, unpack(articles, i, math.min(i + chunk - 1, #articles)))
  end
end
