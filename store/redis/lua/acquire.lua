-- Takes the lease of a node. The clock is Redis' own.
--
-- KEYS  1 node
-- ARGV  1 owner  2 ttl (ms)
-- Returns {'ok', epoch}: the owner has it under a new epoch,
--         {'leased', owner, ms}: another owner has it for that many milliseconds.
--
-- The first epoch is the time in microseconds, not 1: should Redis lose its data, epochs given out before stay in the past.

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local owner, ends, epoch = unpack(redis.call('HMGET', KEYS[1], 'owner', 'until', 'epoch'))
ends = tonumber(ends or 0)
if owner and owner ~= ARGV[1] and ends > now then
  return {'leased', owner, string.format('%.0f', ends - now)}
end
if not epoch then
  redis.call('HSET', KEYS[1], 'epoch', string.format('%.0f', clock[1] * 1000000 + clock[2] - 1))
end
epoch = redis.call('HINCRBY', KEYS[1], 'epoch', 1)
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'until', string.format('%.0f', now + ARGV[2]))
return {'ok', string.format('%.0f', epoch)}
