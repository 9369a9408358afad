-- The first part of scripts that count how often a reader was shown, clicked and read articles of each
-- category and subcategory, and of all (''): a hash of name to the three counts (see store/keys.py).

local topic_format, topic_most = '<I4I4I4', 4294967295
local chunk = 1000  -- members of one command: Lua unpacks some 8,000 values at most

local function write(command, key, pairs_of)
  for i = 1, #pairs_of, 2 * chunk do
    redis.call(command, key, unpack(pairs_of, i, math.min(i + 2 * chunk - 1, #pairs_of)))
  end
end

-- Add to the counts of a reader; ``gained`` is name -> { shown, clicked, read }.
local function gain_topics(key, gained)
  local names, packed = {}, {}
  for name in pairs(gained) do names[#names + 1] = name end
  for i = 1, #names, chunk do
    local last = math.min(i + chunk - 1, #names)
    for j, record in ipairs(redis.call('HMGET', key, unpack(names, i, last))) do
      local name = names[i + j - 1]
      local counts = record and { struct.unpack(topic_format, record) } or { 0, 0, 0 }
      for place = 1, 3 do
        counts[place] = math.min(counts[place] + gained[name][place], topic_most)
      end
      packed[#packed + 1] = name
      packed[#packed + 1] = struct.pack(topic_format, unpack(counts, 1, 3))
    end
  end
  write('HSET', key, packed)
end

-- Over the bound the topics that were met least leave, and never that of all; those ``spared`` (name ->
-- true) come last, or else none could ever begin to count.
local function trim_topics(key, most, spared)
  local excess = redis.call('HLEN', key) - 1 - most
  if excess <= 0 then return end
  local flat, counts = redis.call('HGETALL', key), {}
  for i = 1, #flat, 2 do
    local shown, clicked, read = struct.unpack(topic_format, flat[i + 1])
    local rank = flat[i] == '' and 2 or spared[flat[i]] and 1 or 0
    counts[#counts + 1] = { rank, shown + clicked + read, flat[i] }
  end
  table.sort(counts, function(a, b)
    for place = 1, 3 do
      if a[place] ~= b[place] then return a[place] < b[place] end
    end
    return false
  end)
  local leaving = {}
  for i = 1, excess do leaving[i] = counts[i][3] end
  for i = 1, excess, chunk do
    redis.call('HDEL', key, unpack(leaving, i, math.min(i + chunk - 1, excess)))
  end
end
