-- Keep why no brief could be written of a story, unless a revision was written meanwhile.
-- KEYS  1 brief (hash)   2 briefs (sorted set)   3 briefs that only were refused (sorted set)
--       4 live window (sorted set)   5 changes stream   6 notes of what briefs were written from (hash)
-- ARGV  1 id   2 story   3 number of the newest revision before ("0" = none)   4 refusal (JSON)
--       5 sources that it was tried from (JSON object: article id -> entry that held its content)
--       6 at (seconds)   7 max_briefs   8 prefix of a brief's key   9 prefix of an article's key
--       10 max_changes (entries)
-- Returns 1 if it was kept, else 0.
-- publish.lua comes before this.

if (redis.call('HGET', KEYS[1], 'newest') or '0') ~= ARGV[3] then
  return 0
end
redis.call('HSET', KEYS[1], 'story', ARGV[2], 'refusal', ARGV[4], 'told', ARGV[5])
local place = ARGV[3] == '0' and KEYS[3] or KEYS[2]
enlist({ place, unpack(KEYS, 4) }, ARGV[1], ARGV[6], { unpack(ARGV, 7, 10) })
return 1
