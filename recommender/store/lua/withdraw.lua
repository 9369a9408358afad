-- Withdraw revisions of briefs, and the article of a brief with the published one. A part of scripts.

local function append_change(brief, number, line)
  local field = number .. ':changes'
  local former = redis.call('HGET', brief, field)
  redis.call('HSET', brief, field, former and former .. '\n' .. line or line)
end

-- Withdraw revisions of one brief.
-- keys   1 brief (hash)   2 the brief's article (hash)   3 live window (sorted set)   4 changes stream
-- id     of the brief, which is that of its article
-- line   the change of status (JSON)
-- meant  tells of the number of a revision whether it is to be withdrawn
-- Returns how many revisions were withdrawn.
local function withdraw(keys, id, max_changes, line, meant)
  local brief, done = keys[1], 0
  local newest, status, live = unpack(redis.call('HMGET', brief, 'newest', 'status', 'live'))
  if newest and status and status ~= 'withdrawn' and meant(newest) then
    append_change(brief, newest, line)
    redis.call('HSET', brief, 'status', 'withdrawn')
    done = done + 1
  end
  if live and meant(live) then
    if live ~= newest then
      append_change(brief, live, line)
      done = done + 1
    end
    redis.call('HDEL', brief, 'live')
    redis.call('ZREM', keys[3], id)
    if redis.call('DEL', keys[2]) == 1 then
      redis.call('XADD', keys[4], 'MAXLEN', '~', max_changes, '*', 'op', 'gone', 'id', id)
    end
  end
  return done
end

-- Withdraw the revisions of one brief that were written from an article.
-- keys, id, max_changes, line   as above
local function withdraw_written_from(article, keys, id, max_changes, line)
  local done = withdraw(keys, id, max_changes, line, function(number)
    local sources = redis.call('HGET', keys[1], number .. ':sources')
    return sources and cjson.decode(sources)[article] ~= nil
  end)
  -- What is left of its sources may be told anew.
  if done > 0 and redis.call('HGET', keys[1], 'status') == 'withdrawn' then
    redis.call('HDEL', keys[1], 'told')
  end
  return done
end

-- Withdraw the published revision of one brief, not a draft that waits.
-- keys, id, max_changes, line   as above; there may be no such brief
local function withdraw_published(keys, id, max_changes, line)
  local published = redis.call('HGET', keys[1], 'live')
  if not published then
    return 0
  end
  return withdraw(keys, id, max_changes, line, function(number) return number == published end)
end
