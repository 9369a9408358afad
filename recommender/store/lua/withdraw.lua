-- Withdraw revisions of briefs, and the article of a brief with the published one. A part of scripts.

local function append_change(brief, number, line)
  local field = number .. ':changes'
  local former = redis.call('HGET', brief, field)
  -- A server out of memory refuses a script whose first write may need more, and lets one go on that
  -- frees first: so what begins with this is done, whatever memory there is.
  redis.call('HDEL', brief, field)
  redis.call('HSET', brief, field, former and former .. '\n' .. line or line)
end

-- Tell whether the last of a revision's changes of status, JSON lines, withdrew it.
local function is_withdrawn(brief, field)
  local changes = redis.call('HGET', brief, field)
  local last = string.match(changes, '.*\n(.*)') or changes
  return cjson.decode(last).status == 'withdrawn'
end

-- Withdraw those revisions of one brief that are kept and not withdrawn yet.
-- keys   1 brief (hash)   2 the brief's article (hash)   3 live window (sorted set)   4 changes stream
-- id     of the brief, which is that of its article
-- line   the change of status (JSON)
-- meant  tells of the number of a revision whether it is to be withdrawn
-- Returns how many revisions were withdrawn.
local function withdraw(keys, id, max_changes, line, meant)
  local brief, done = keys[1], 0
  local newest, live = unpack(redis.call('HMGET', brief, 'newest', 'live'))
  for _, field in ipairs(redis.call('HKEYS', brief)) do
    local number = string.match(field, '^(%d+):changes$')
    if number and meant(number) and not is_withdrawn(brief, field) then
      append_change(brief, number, line)
      done = done + 1
      if number == newest then
        redis.call('HSET', brief, 'status', 'withdrawn')
      end
      if number == live then
        redis.call('HDEL', brief, 'live')
        redis.call('ZREM', keys[3], id)
        if redis.call('DEL', keys[2]) == 1 then
          redis.call('XADD', keys[4], 'MAXLEN', '~', max_changes, '*', 'op', 'gone', 'id', id)
        end
      end
    end
  end
  return done
end

-- Withdraw the revisions of one brief that were written from an article: former ones, too, for each
-- has a page by its number.
-- keys, id, max_changes, line   as above
local function withdraw_written_from(article, keys, id, max_changes, line)
  local stood = redis.call('HGET', keys[1], 'status')
  local done = withdraw(keys, id, max_changes, line, function(number)
    local sources = redis.call('HGET', keys[1], number .. ':sources')
    return sources and cjson.decode(sources)[article] ~= nil
  end)
  -- What is left of its sources may be told anew.
  if stood ~= 'withdrawn' and redis.call('HGET', keys[1], 'status') == 'withdrawn' then
    redis.call('HDEL', keys[1], 'told')
  end
  return done
end

-- Withdraw all that was written from an article, and forget the note that says so.
-- keys   1 notes of what briefs were written from (hash)   2 live window (sorted set)   3 changes stream
-- given  1 article's id   2 max_changes (entries)   3 prefix of an article's key
--        4 prefix of a brief's key   5 change of status (JSON)
-- Returns how many revisions were withdrawn.
local function withdraw_all_from(keys, given)
  local done = 0
  for id in string.gmatch(redis.call('HGET', keys[1], given[1]) or '', '%S+') do
    local of_brief = { given[4] .. id, given[3] .. id, keys[2], keys[3] }
    done = done + withdraw_written_from(given[1], of_brief, id, given[2], given[5])
  end
  redis.call('HDEL', keys[1], given[1])
  return done
end

-- Note that a person took a brief back, and keep the bound of all notes.
-- taken_back  sorted set
-- at          seconds
local function note_taken_back(taken_back, id, at, most)
  redis.call('ZADD', taken_back, at, id)
  redis.call('ZREMRANGEBYRANK', taken_back, 0, -(tonumber(most) + 1))
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
