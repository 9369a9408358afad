-- Add a revision to a brief, unless the brief or one of its sources changed meanwhile.
-- KEYS  1 brief (hash)   2 the brief's article (hash)   3 pending stream   4 live window (sorted set)
--       5 changes stream   6 briefs (sorted set)   7 briefs that only were refused (sorted set)
--       8 briefs that were taken back (sorted set)   9 notes of what briefs were written from (hash)
--       10.. hashes of the sources
-- ARGV  1 id   2 story   3 number of the newest revision before with its status, "2 draft" ("0 " = none)
--       4 text (JSON)   5 sources (JSON object: article id -> entry that held its content)
--       6 at (seconds)   7 max_revisions   8 max_briefs   9 prefix of a brief's key
--       10 prefix of an article's key   11 max_changes (entries)   12 number of sources, then their
--       ids, then the changes of status (JSON): of a draft one, of what is published a second one as
--       well, followed by what take_in.lua is given of the article
-- Returns "saved", "overtaken" (another revision came first, or that one was published or withdrawn
-- meanwhile, or a person took back what is to be published), "changed" (a source did) or "full" (the queue is); nothing is written but where it is
-- saved.
-- take_in.lua, withdraw.lua and publish.lua come before this.

local brief, id, story, count = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[12])
local sources = { unpack(KEYS, 10) }
local ids = { unpack(ARGV, 13, 12 + count) }
local drafted, published = ARGV[13 + count], ARGV[14 + count]
local newest = redis.call('HGET', brief, 'newest') or '0'
if newest .. ' ' .. (redis.call('HGET', brief, 'status') or '') ~= ARGV[3] then
  return 'overtaken'
end
if published and redis.call('ZSCORE', KEYS[8], id) then
  return 'overtaken'
end
if not unchanged(sources, ids, ARGV[5], story) then
  return 'changed'
end
if published and not is_taken({ unpack(KEYS, 2, 4) }, { unpack(ARGV, 15 + count) }) then
  return 'full'
end
local number = tonumber(newest) + 1
redis.call('HSET', brief, 'story', story, 'newest', number, 'status', 'draft', 'told', ARGV[5],
  number .. ':text', ARGV[4], number .. ':sources', ARGV[5])
redis.call('HDEL', brief, 'refusal')
append_change(brief, number, drafted)
if published then
  append_change(brief, number, published)
  redis.call('HSET', brief, 'status', 'published', 'live', number)
end
for _, source in ipairs(ids) do
  note_brief(KEYS[9], source, id)
end
local live = tonumber(redis.call('HGET', brief, 'live') or 0)
forget(brief, KEYS[9], id, function(of) return of <= number - tonumber(ARGV[7]) and of ~= live end)
redis.call('ZREM', KEYS[7], id)
enlist({ KEYS[6], KEYS[4], KEYS[5], KEYS[9] }, id, ARGV[6], { unpack(ARGV, 8, 11) })
return 'saved'
