-- Prolongs the lease of a node. A lease that ran out and that nobody else took is prolonged too: nobody was in between.
--
-- KEYS  1 node
-- ARGV  1 owner  2 epoch  3 ttl (ms)
-- Returns {'ok'} or {'fenced'}.

local owner, epoch = unpack(redis.call('HMGET', KEYS[1], 'owner', 'epoch'))
if owner ~= ARGV[1] or epoch ~= ARGV[2] then
  return {'fenced'}
end
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
redis.call('HSET', KEYS[1], 'until', string.format('%.0f', now + ARGV[3]))
return {'ok'}
