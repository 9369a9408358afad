-- Remove one article everywhere in the catalogue, and withdraw the briefs that were written from it.
-- KEYS  1 article hash   2 live window (sorted set)   3 changes stream
--       4 notes of what briefs were written from (hash)   5 brief of the same id (hash)
--       6 briefs that were taken back (sorted set)
-- ARGV  1 id   2 max_changes (entries)   3 prefix of an article's key   4 prefix of a brief's key
--       5 change of status (JSON) of a brief that was written from it
--       6 the same where it is the brief's own article   7 at (seconds)   8 max_articles
-- Returns 1 if it existed or, where it had left by age, a brief was withdrawn; else 0. A pending entry
-- of it is dropped when the worker meets it.
-- withdraw.lua comes before this.

local gone = ARGV[1]
local existed = redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], gone)
if existed == 1 then
  redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[2], '*', 'op', 'gone', 'id', gone)
  local own = { KEYS[5], KEYS[1], KEYS[2], KEYS[3] }
  if withdraw(own, gone, ARGV[2], ARGV[6], function() return true end) > 0 then
    note_taken_back(KEYS[6], gone, ARGV[7], ARGV[8])
  end
end
local done = withdraw_all_from({ KEYS[4], KEYS[2], KEYS[3] }, ARGV)
return (existed == 1 or done > 0) and 1 or 0
