-- Add what another reader's session met, article by article and topic by topic, to what this reader
-- met; reader_topics.lua is the first part of this script.
-- KEYS  1 met (hash)   2 seen (sorted set)   3 topics (hash)   4 merged reader ids (sorted set)
-- ARGV  1 reader_ttl (seconds)   2 id of the other reader   3 max_reader_topics   4 how many articles,
--       then id and record of each, then name and record of each topic (see store/keys.py)
-- Counts add up; the first second is the least and the last the latest, where there is one. Not of
-- articles that this reader does not remember as seen; and topics only while this reader remembers
-- the other as merged: whoever was erased in between stays erased.

local format, most = '<I2I2I4I4I4', 65535
local none = struct.pack(format, 0, 0, 0, 0, 0)

local function least(a, b)
  if a == 0 or b == 0 then return math.max(a, b) end
  return math.min(a, b)
end

local topics_at = 5 + 2 * tonumber(ARGV[4])
for i = 5, topics_at - 2, 2 do
  if redis.call('ZSCORE', KEYS[2], ARGV[i]) then
    local shown, clicked, first, last, last_clicked =
      struct.unpack(format, redis.call('HGET', KEYS[1], ARGV[i]) or none)
    local its_shown, its_clicked, its_first, its_last, its_last_clicked =
      struct.unpack(format, ARGV[i + 1])
    redis.call('HSET', KEYS[1], ARGV[i], struct.pack(
      format, math.min(shown + its_shown, most), math.min(clicked + its_clicked, most),
      least(first, its_first), math.max(last, its_last), math.max(last_clicked, its_last_clicked)
    ))
  end
end
redis.call('EXPIRE', KEYS[1], ARGV[1])

local gained = {}
for i = topics_at, #ARGV, 2 do
  gained[ARGV[i]] = { struct.unpack(topic_format, ARGV[i + 1]) }
end
if redis.call('ZSCORE', KEYS[4], ARGV[2]) then
  gain_topics(KEYS[3], gained)
  trim_topics(KEYS[3], tonumber(ARGV[3]), {})
end
redis.call('EXPIRE', KEYS[3], ARGV[1])
