-- Give a lease back, if it is still one's own.
-- KEYS  1 lease (string)
-- ARGV  1 holder
-- Returns 1 if it was, else 0.

if redis.call('GET', KEYS[1]) == ARGV[1] then
  return redis.call('DEL', KEYS[1])
end
return 0
