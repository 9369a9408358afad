-- Withdraw the briefs that were written from an article which is shown to nobody.
-- KEYS  1 notes of what briefs were written from (hash)   2 live window (sorted set)   3 changes stream
-- ARGV  1 id   2 max_changes (entries)   3 prefix of an article's key   4 prefix of a brief's key
--       5 change of status (JSON)
-- Returns how many revisions were withdrawn.
-- withdraw.lua comes before this.

return withdraw_all_from(KEYS, ARGV)
