-- Begins the work on a request with an Idempotency-Key, or finds that it was begun.
--
-- KEYS  1 answer
-- ARGV  1 digest of the request  2 token of who asks  3 how long the work may take (ms)
-- Returns {'begun'}               do it, then complete it
--         {'busy'}                somebody is at it
--         {'other'}               the key came with another request
--         {'done', status, body}  it was answered

local request, token, status, body = unpack(redis.call('HMGET', KEYS[1], 'request', 'token', 'status', 'body'))
if not request then
  redis.call('HSET', KEYS[1], 'request', ARGV[1], 'token', ARGV[2])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return {'begun'}
end
if request ~= ARGV[1] then return {'other'} end
if status then return {'done', status, body} end
if token == ARGV[2] then return {'begun'} end -- its answer was lost, the client asks again
return {'busy'}
