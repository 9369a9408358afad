-- Find entries of a log that may be about some readers; only these leave the server.
-- KEYS  1 stream
-- ARGV  1 first entry ("-", or "(id" for what follows an entry)   2 entries looked at at most
--       3 the field that holds the JSON   4.. the readers' ids as JSON writes them, quotes included
-- Returns { id of the last entry looked at, "" for none; ids of those found; and their fields with
-- values, a flat list for each }. An entry costs the same however many the readers are.

local NAMED = '"user_id":'
local entries = redis.call('XRANGE', KEYS[1], ARGV[1], '+', 'COUNT', ARGV[2])
local ids, found, wanted = {}, {}, {}
for i = 4, #ARGV do
  wanted[ARGV[i]] = true
end

local function reader_of(text)
  local _, before = string.find(text, NAMED, 1, true)
  if not before or string.sub(text, before + 1, before + 1) ~= '"' then return '' end
  local at = before + 2
  while true do
    at = string.find(text, '["\\]', at)
    if not at then return '' end
    if string.sub(text, at, at) == '"' then return string.sub(text, before + 1, at) end
    at = at + 2  -- a backslash and what it escapes
  end
end

for _, entry in ipairs(entries) do
  local fields = entry[2]
  for i = 1, #fields, 2 do
    if fields[i] == ARGV[3] and wanted[reader_of(fields[i + 1])] then
      ids[#ids + 1] = entry[1]
      found[#found + 1] = fields
    end
  end
end
return {#entries > 0 and entries[#entries][1] or '', ids, found}
