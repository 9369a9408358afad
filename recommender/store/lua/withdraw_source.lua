-- Withdraw the briefs that were written from an article which stays, but is shown to nobody.
-- KEYS  1 article hash   2 live window (sorted set)   3 changes stream
-- ARGV  1 id   2 max_changes (entries)   3 prefix of an article's key   4 prefix of a brief's key
--       5 change of status (JSON)
-- Returns how many revisions were withdrawn.
-- withdraw.lua comes before this.

local done = 0
for id in string.gmatch(redis.call('HGET', KEYS[1], 'briefs') or '', '%S+') do
  local keys = { ARGV[4] .. id, ARGV[3] .. id, KEYS[2], KEYS[3] }
  done = done + withdraw_written_from(ARGV[1], keys, id, ARGV[2], ARGV[5])
end
return done
