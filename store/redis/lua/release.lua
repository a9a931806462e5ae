-- Gives the lease of a node up. The epoch stays and goes on counting; saves under it are refused from now on.
--
-- KEYS  1 node
-- ARGV  1 owner  2 epoch
-- Returns {'ok'}; nothing is done when the lease is another's.

local owner, epoch = unpack(redis.call('HMGET', KEYS[1], 'owner', 'epoch'))
if owner == ARGV[1] and epoch == ARGV[2] then
  redis.call('HINCRBY', KEYS[1], 'epoch', 1)
  redis.call('HDEL', KEYS[1], 'owner', 'until')
end
return {'ok'}
