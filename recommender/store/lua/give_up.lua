-- Take an article that cannot be embedded off the queue; it was kept as a dead letter before.
-- KEYS  1 article hash   2 pending stream   3 brief of the same id (hash)   4 live window (sorted set)
--       5 changes stream
-- ARGV  1 consumer group   2 entry id   3 id   4 max_changes (entries)
--       5 change of status (JSON) of a brief whose article is forgotten
-- What was never live is forgotten, and withdrawn where it is a brief. Of what is live, only the
-- fingerprint is forgotten. So sending the same content again queues it again.
-- withdraw.lua comes before this.

if redis.call('HGET', KEYS[1], 'entry') == ARGV[2] then
  if redis.call('HEXISTS', KEYS[1], 'vector') == 1 then
    redis.call('HDEL', KEYS[1], 'fingerprint')
  else
    withdraw_published({ KEYS[3], KEYS[1], KEYS[4], KEYS[5] }, ARGV[3], ARGV[4], ARGV[5])
    redis.call('DEL', KEYS[1])
  end
end
redis.call('XACK', KEYS[2], ARGV[1], ARGV[2])
redis.call('XDEL', KEYS[2], ARGV[2])
return 1
