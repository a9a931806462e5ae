-- Reads what one agent's clients see, and the number of the last message that led there.
--
-- KEYS  1 agents  2 calls  3 feedseq  4 feedepoch
-- ARGV  1 agent  2 feed epoch to begin with, if there is none
-- Returns {feed epoch, sequence, agent as JSON or '', their call as JSON or ''}.

local epoch = redis.call('GET', KEYS[4])
if not epoch then
  epoch = ARGV[2]
  redis.call('SET', KEYS[4], epoch)
end
local agent = redis.call('HGET', KEYS[1], ARGV[1]) or ''
local call = ''
if agent ~= '' then
  local held = cjson.decode(agent).held
  if held then
    call = redis.call('HGET', KEYS[2], held.call) or ''
  end
end
return {epoch, redis.call('HGET', KEYS[3], ARGV[1]) or '0', agent, call}
