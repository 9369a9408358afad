-- Take an article that cannot be embedded off the queue; it was kept as a dead letter before.
-- KEYS  1 article hash   2 pending stream
-- ARGV  1 consumer group   2 entry id
-- What was never live is forgotten. Of what is live, only the fingerprint is. So sending the same
-- content again queues it again.

if redis.call('HGET', KEYS[1], 'entry') == ARGV[2] then
  if redis.call('HEXISTS', KEYS[1], 'vector') == 1 then
    redis.call('HDEL', KEYS[1], 'fingerprint')
  else
    redis.call('DEL', KEYS[1])
  end
end
redis.call('XACK', KEYS[2], ARGV[1], ARGV[2])
redis.call('XDEL', KEYS[2], ARGV[2])
return 1
