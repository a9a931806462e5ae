-- Saves a batch, all or nothing: everything is compared before anything is written.
--
-- KEYS  1 node  2 live  3 calls  4 agents  5 journal  6 feed  7 feedseq  8 feedepoch
--       [callmeta of the call, if there is one]
--       agentmeta of each agent
--       queue and ready of each queue name, in pairs
-- ARGV  1 lease epoch  2 digest of the batch  3 feed epoch to begin with, if there is none
--       4 how long to remember a closed call (s)  5 longest feed  6 number of journal entries
--       7 number of agents  8 number of queue names  9 number of messages
--       10 call id, or ''
--       [version before, version, queue, place or '' when it does not wait, JSON or '' when it is closed: if there is a call]
--       each queue name
--       each agent: id, version before, version, JSON, queues as JSON, idle since or '' when not ready, number of queues, each queue
--       each journal entry
--       each message: agent, type, data
-- Returns {'ok'}                 saved now, or before: a batch whose answer was lost is sent again
--         {'fenced'}             the lease has another epoch
--         {'stale', kind, id}    that record has another version
--         {'queues', name, ...}  a record is indexed in these queues too: their keys must be given as well

local LAST_DIGESTS = 8 -- batches remembered per agent: others may save the agent before the repetition comes

local epoch, digest = ARGV[1], ARGV[2]
local entry_count, agent_count, queue_count, message_count = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local k, a = 8, 9
local function next_key() k = k + 1 return KEYS[k] end
local function next_arg() a = a + 1 return ARGV[a] end

if redis.call('HGET', KEYS[1], 'epoch') ~= epoch then
  return {'fenced'}
end

-- Take the arguments apart.

local call = {id = next_arg()}
if call.id ~= '' then
  call.meta = next_key()
  call.before, call.version, call.queue, call.place, call.json = next_arg(), next_arg(), next_arg(), next_arg(), next_arg()
else
  call = nil
end
local agent_meta = {}
for i = 1, agent_count do agent_meta[i] = next_key() end
local queue_key, ready_key = {}, {}
for _ = 1, queue_count do
  local name = next_arg()
  queue_key[name], ready_key[name] = next_key(), next_key()
end
local agents = {}
for i = 1, agent_count do
  local one = {meta = agent_meta[i], id = next_arg(), before = next_arg(), version = next_arg(), json = next_arg(),
    queues_json = next_arg(), idle = next_arg(), queues = {}, is_in = {}, left = {}}
  for j = 1, tonumber(next_arg()) do
    local name = next_arg()
    one.queues[j], one.is_in[name] = name, true
  end
  agents[i] = one
end

-- Compare.

local stale
local missing = {'queues'}
if call then
  local version, queue, last = unpack(redis.call('HMGET', call.meta, 'version', 'queue', 'digest'))
  if last == digest then return {'ok'} end
  if (version or '0') ~= call.before then stale = {'stale', 'call', call.id} end
  call.old_queue = queue
  if queue and not queue_key[queue] then missing[#missing + 1] = queue end
end
for _, one in ipairs(agents) do
  local version, queues, digests = unpack(redis.call('HMGET', one.meta, 'version', 'queues', 'digests'))
  one.digests = digests or ''
  if string.find(one.digests, digest, 1, true) then return {'ok'} end
  if not stale and (version or '0') ~= one.before then stale = {'stale', 'agent', one.id} end
  if queues and queues ~= one.queues_json then
    for _, name in ipairs(cjson.decode(queues)) do
      if not one.is_in[name] then
        one.left[#one.left + 1] = name
        if not ready_key[name] then missing[#missing + 1] = name end
      end
    end
  end
end
if stale then return stale end
if #missing > 1 then return missing end

-- Write.

if call then
  if call.old_queue and call.old_queue ~= call.queue then
    redis.call('ZREM', queue_key[call.old_queue], call.id)
  end
  if call.place ~= '' then
    redis.call('ZADD', queue_key[call.queue], call.place, call.id)
  else
    redis.call('ZREM', queue_key[call.queue], call.id)
  end
  if call.json ~= '' then
    redis.call('HSET', call.meta, 'version', call.version, 'queue', call.queue, 'digest', digest)
    redis.call('HSET', KEYS[3], call.id, call.json)
    redis.call('SADD', KEYS[2], call.id)
  else -- no version follows "closed": a call does not come back
    redis.call('HSET', call.meta, 'version', 'closed', 'queue', call.queue, 'digest', digest)
    redis.call('EXPIRE', call.meta, ARGV[4])
    redis.call('HDEL', KEYS[3], call.id)
    redis.call('SREM', KEYS[2], call.id)
  end
end
for _, one in ipairs(agents) do
  local digests = string.sub(digest .. one.digests, 1, LAST_DIGESTS * #digest)
  redis.call('HSET', one.meta, 'version', one.version, 'queues', one.queues_json, 'digests', digests)
  redis.call('HSET', KEYS[4], one.id, one.json)
  for _, name in ipairs(one.queues) do
    if one.idle ~= '' then
      redis.call('ZADD', ready_key[name], one.idle, one.id)
    else
      redis.call('ZREM', ready_key[name], one.id)
    end
  end
  for _, name in ipairs(one.left) do
    redis.call('ZREM', ready_key[name], one.id)
  end
end
for _ = 1, entry_count do
  redis.call('XADD', KEYS[5], '*', 'e', next_arg())
end
if message_count > 0 then
  local feed_epoch = redis.call('GET', KEYS[8])
  if not feed_epoch then
    feed_epoch = ARGV[3]
    redis.call('SET', KEYS[8], feed_epoch)
  end
  for _ = 1, message_count do
    local agent, kind, data = next_arg(), next_arg(), next_arg()
    local seq = redis.call('HINCRBY', KEYS[7], agent, 1)
    redis.call('XADD', KEYS[6], 'MAXLEN', '~', ARGV[5], '*', 'e', feed_epoch, 'a', agent, 's', seq, 't', kind, 'd', data)
  end
end
return {'ok'}
