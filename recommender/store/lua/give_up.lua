-- Take an article that cannot be embedded off the queue and keep it as a dead letter.
-- KEYS  1 article hash   2 pending stream   3 rejected stream
-- ARGV  1 consumer group   2 entry id   3 max_rejected (entries)
--       4 place   5 reason   6 record (JSON document)   7 at (seconds)
-- What was never live is forgotten. Of what is live, only the fingerprint is. So sending the same
-- content again queues it again.

if redis.call('HGET', KEYS[1], 'entry') == ARGV[2] then
  if redis.call('HEXISTS', KEYS[1], 'vector') == 1 then
    redis.call('HDEL', KEYS[1], 'fingerprint')
  else
    redis.call('DEL', KEYS[1])
  end
end
redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[3], '*',
  'place', ARGV[4], 'reason', ARGV[5], 'record', ARGV[6], 'at', ARGV[7])
redis.call('XACK', KEYS[2], ARGV[1], ARGV[2])
redis.call('XDEL', KEYS[2], ARGV[2])
return 1
