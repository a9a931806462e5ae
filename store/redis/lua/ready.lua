-- Lists who is ready for a queue, longest idle first.
--
-- KEYS  1 ready  2 agents
-- ARGV  1 at most so many, one or more
-- Returns the agents as JSON.

local ids = redis.call('ZRANGE', KEYS[1], 0, ARGV[1] - 1)
local out = {}
for _, id in ipairs(ids) do
  out[#out + 1] = redis.call('HGET', KEYS[2], id) or nil
end
return out
