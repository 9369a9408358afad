-- Let go of exactly what was copied to another reader: what came in or changed since stays.
-- KEYS  1 history   2 seen   3 hidden   4 merged reader ids (sorted sets)   5 preferences (string)
--       6 met   7 topics (hashes)
-- ARGV  1 the preferences as copied ("" = none)   2..5 how many members for KEYS 1..4, then member and
--       score of each, as they were read
-- Returns { how many members are left, over all keys; { id and record of each article that was met
-- and is let go of with its member of seen ... }, { name and record of each topic, of which all are let
-- go of ... } }. The event ids stay: an event that is sent again under the old reader's id is known.

local left, at, records = 0, 6, {}

local function let_go_of_met(article)
  local record = redis.call('HGET', KEYS[6], article)
  if not record then return end
  redis.call('HDEL', KEYS[6], article)
  records[#records + 1] = article
  records[#records + 1] = record
end

for i = 1, 4 do
  for _ = 1, tonumber(ARGV[1 + i]) do
    if redis.call('ZSCORE', KEYS[i], ARGV[at]) == ARGV[at + 1] then
      redis.call('ZREM', KEYS[i], ARGV[at])
      if i == 2 then let_go_of_met(ARGV[at]) end
    end
    at = at + 2
  end
  left = left + redis.call('ZCARD', KEYS[i])
end
if ARGV[1] ~= '' and redis.call('GET', KEYS[5]) == ARGV[1] then
  redis.call('DEL', KEYS[5])
end
local topics = redis.call('HGETALL', KEYS[7])
redis.call('DEL', KEYS[7])
return { left + redis.call('EXISTS', KEYS[5]), records, topics }
