-- Withdraw a brief by somebody's decision.
-- KEYS  1 brief (hash)   2 the brief's article (hash)   3 live window (sorted set)   4 changes stream
-- ARGV  1 id   2 max_changes (entries)   3 change of status (JSON)
-- Returns how many revisions were withdrawn: what waited for review, and what was published.
-- withdraw.lua comes before this.

return withdraw(KEYS, ARGV[1], ARGV[2], ARGV[3], function() return true end)
