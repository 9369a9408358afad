-- Withdraw a brief by somebody's decision.
-- KEYS  1 brief (hash)   2 the brief's article (hash)   3 live window (sorted set)   4 changes stream
--       5 briefs that were taken back (sorted set)
-- ARGV  1 id   2 max_changes (entries)   3 change of status (JSON)   4 at (seconds)   5 max_articles
-- Returns how many revisions were withdrawn: what waited for review, what was published, and what
-- was before.
-- withdraw.lua comes before this.

local live, status = unpack(redis.call('HMGET', KEYS[1], 'live', 'status'))
if not live and (not status or status == 'withdrawn') then
  return 0
end
local done = withdraw(KEYS, ARGV[1], ARGV[2], ARGV[3], function() return true end)
note_taken_back(KEYS[5], ARGV[1], ARGV[4], ARGV[5])
return done
