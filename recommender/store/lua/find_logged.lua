-- Find entries of a log that may be about some readers; only these leave the server.
-- KEYS  1 stream
-- ARGV  1 first entry ("-", or "(id" for what follows an entry)   2 entries looked at at most
--       3 the field that holds the JSON   4.. texts, one of which the JSON must contain
-- Returns { id of the last entry looked at, "" for none; ids of those found; and their fields with
-- values, a flat list for each }.

local entries = redis.call('XRANGE', KEYS[1], ARGV[1], '+', 'COUNT', ARGV[2])
local ids, found = {}, {}

local function is_about(text)
  for i = 4, #ARGV do
    if string.find(text, ARGV[i], 1, true) then return true end
  end
  return false
end

for _, entry in ipairs(entries) do
  local fields = entry[2]
  for i = 1, #fields, 2 do
    if fields[i] == ARGV[3] and is_about(fields[i + 1]) then
      ids[#ids + 1] = entry[1]
      found[#found + 1] = fields
    end
  end
end
return {#entries > 0 and entries[#entries][1] or '', ids, found}
