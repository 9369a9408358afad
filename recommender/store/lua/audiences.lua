-- The part of record.lua that follows reader_topics.lua, and reads KEYS and ARGV: the taste of this
-- reader, and the tastes of those who clicked each article.
--
-- The mathematics is told in recommender/trending/tastes.py and audiences.py, which a test holds this
-- script to. Audiences are read and written at once with each click that joins one.

local own_topics, audiences, audience_rate = KEYS[13], KEYS[14], tonumber(ARGV[27])
local taste_numbers = 64
local audience_format = '<dd' .. ('f'):rep(taste_numbers)  -- second, count, sum of tastes
local all = ''  -- the topic, the audience and the row of everything together
local gained = {}  -- what this call adds to the reader's topics: name -> { shown, clicked, read }

local exp = math.exp  -- a click in a slate takes some hundred of them

-- How many articles of each topic this reader had read when the call began, and where and under which
-- sign each topic's root is added to a taste. Read when first needed.
local read_before
local places, signs = {}, {}

local function read_own_topics()
  read_before = {}
  local flat = redis.call('HGETALL', own_topics)
  for i = 1, #flat, 2 do
    read_before[flat[i]] = select(3, struct.unpack(topic_format, flat[i + 1]))
  end
end

local function add_root(taste, name, share)
  if not places[name] then
    local number = tonumber(redis.sha1hex(name):sub(1, 8), 16)
    places[name] = number % taste_numbers + 1
    signs[name] = 1 - 2 * (math.floor(number / taste_numbers) % 2)
  end
  local place = places[name]
  taste[place] = taste[place] + signs[name] * math.sqrt(share)
end

-- The reader's taste as it is before the event that is being counted; nil where nothing was read.
local function taste_now()
  if not read_before then read_own_topics() end
  local read = {}
  for name, count in pairs(read_before) do read[name] = count end
  for name, counts in pairs(gained) do read[name] = (read[name] or 0) + counts[3] end
  local whole, taste = read[all] or 0, {}
  if whole == 0 then return nil end
  for place = 1, taste_numbers do taste[place] = 0 end
  for name, count in pairs(read) do
    if name ~= all and count > 0 then add_root(taste, name, count / whole) end
  end
  return taste
end

-- What is counted fades to the later of both seconds, or the taste does; then they are added.
local function count_taste(taste, article, second)
  local fields, written = { article, all }, {}
  for i, packed in ipairs(redis.call('HMGET', audiences, article, all)) do
    local before = packed and { struct.unpack(audience_format, packed) } or { second, 0 }
    local at = math.max(second, before[1])
    local kept, added = exp(audience_rate * (before[1] - at)), exp(audience_rate * (second - at))
    local after = { at, before[2] * kept + added }
    for place = 1, taste_numbers do
      after[place + 2] = (before[place + 2] or 0) * kept + added * taste[place]
    end
    written[2 * i - 1], written[2 * i] = fields[i], struct.pack(audience_format, unpack(after))
  end
  redis.call('HSET', audiences, unpack(written))
end
