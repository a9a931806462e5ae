-- Lists a node's live calls.
--
-- KEYS  1 live  2 calls
-- Returns the calls as JSON, in no order.

local out = {}
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  out[#out + 1] = redis.call('HGET', KEYS[2], id) or nil
end
return out
