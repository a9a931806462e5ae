-- Ends the work on a request with an Idempotency-Key: remembers the answer, or forgets the request.
--
-- KEYS  1 answer
-- ARGV  1 token of who began it  2 status, or '' to forget  3 body  4 how long to remember (ms)
-- Returns {'ok'}, or {'lost'} when it took too long and another may have begun.

if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return {'lost'} end
if ARGV[2] == '' then
  redis.call('DEL', KEYS[1])
else
  redis.call('HSET', KEYS[1], 'status', ARGV[2], 'body', ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
end
return {'ok'}
