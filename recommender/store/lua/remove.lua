-- Remove one article everywhere in the catalogue, and withdraw the briefs that were written from it.
-- KEYS  1 article hash   2 live window (sorted set)   3 changes stream
-- ARGV  1 id   2 max_changes (entries)   3 prefix of an article's key   4 prefix of a brief's key
--       5 change of status (JSON) of a brief that was written from it
--       6 the same where it is the brief's own article
-- Returns 1 if it existed, else 0. A pending entry of it is dropped when the worker meets it.
-- withdraw.lua comes before this.

local gone = ARGV[1]
local briefs = redis.call('HGET', KEYS[1], 'briefs')
local existed = redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], gone)
if existed == 1 then
  redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[2], '*', 'op', 'gone', 'id', gone)
end
for id in string.gmatch(briefs or '', '%S+') do
  local keys = { ARGV[4] .. id, ARGV[3] .. id, KEYS[2], KEYS[3] }
  if id == gone then
    withdraw(keys, id, ARGV[2], ARGV[6], function() return true end)
  else
    withdraw_written_from(gone, keys, id, ARGV[2], ARGV[5])
  end
end
return existed
