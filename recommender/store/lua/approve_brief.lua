-- Publish the newest revision of a brief, which is a draft, unless one of its sources changed.
-- KEYS  1 brief (hash)   2 the brief's article (hash)   3 pending stream   4 live window (sorted set)
--       5 briefs that were taken back (sorted set)   6.. hashes of the sources
-- ARGV  1 number of the revision   2 number of sources, then their ids, then the two changes of status
--       (JSON), approved and published, and what take_in.lua is given of the article
-- Returns "saved", "overtaken" (it is no draft, or not the newest), "changed" (a source did) or "full"
-- (the queue is); nothing is written but where it is saved.
-- take_in.lua, withdraw.lua and publish.lua come before this.

local brief, number, count = KEYS[1], ARGV[1], tonumber(ARGV[2])
local newest, status, story = unpack(redis.call('HMGET', brief, 'newest', 'status', 'story'))
if newest ~= number or status ~= 'draft' then
  return 'overtaken'
end
local versions = redis.call('HGET', brief, number .. ':sources')
if not unchanged({ unpack(KEYS, 6) }, { unpack(ARGV, 3, 2 + count) }, versions, story) then
  return 'changed'
end
if not is_taken({ KEYS[2], KEYS[3], KEYS[4] }, { unpack(ARGV, 5 + count) }) then
  return 'full'
end
append_change(brief, number, ARGV[3 + count])
append_change(brief, number, ARGV[4 + count])
redis.call('HSET', brief, 'status', 'published', 'live', number)
redis.call('ZREM', KEYS[5], ARGV[5 + count])
return 'saved'
