-- Take one article in.
-- KEYS and ARGV are those of take_in.lua, which comes before this; so is what is returned.

return take_in(KEYS, ARGV)
