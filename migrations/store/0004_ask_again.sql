-- Asking again: what was replayed and what came of it, what judges said, what backends showed of themselves, summaries.

-- A question asked again of other models. Its answers are messages like any others, beside those they are compared with;
-- these rows say what is still to be asked, so that a replay that was killed goes on where it was.
CREATE TABLE replay (
  id INTEGER PRIMARY KEY,
  uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
  short TEXT NOT NULL UNIQUE,                 -- one set of names with threads, calls and imports
  mode TEXT NOT NULL CHECK (mode IN ('anchored', 'chain')),
  settings TEXT NOT NULL,                     -- JSON: parameters, instructions, limits: all that going on needs
  canary INTEGER REFERENCES canary,           -- the canary whose run it is
  started_ms INTEGER NOT NULL,
  finished_ms INTEGER                         -- NULL while something is left to ask
) STRICT;
CREATE INDEX replay_by_canary ON replay (canary) WHERE canary IS NOT NULL;

-- One model (or one more sample of it) on one thread.
CREATE TABLE replay_arm (
  id INTEGER PRIMARY KEY,
  replay INTEGER NOT NULL REFERENCES replay,
  thread INTEGER NOT NULL REFERENCES thread,
  origin INTEGER NOT NULL REFERENCES message DEFERRABLE INITIALLY DEFERRED,  -- the end of the path that is asked again
  upstream TEXT NOT NULL,
  model TEXT NOT NULL,
  sample INTEGER NOT NULL,                    -- from 1
  label TEXT NOT NULL,                        -- the name its last answer has, chosen once
  status TEXT NOT NULL CHECK (status IN ('open', 'complete', 'stopped', 'failed')),
  note TEXT,                                  -- why it ended early, for a person
  UNIQUE (replay, thread, upstream, model, sample)
) STRICT;
CREATE INDEX replay_arm_by_thread ON replay_arm (thread);
CREATE INDEX replay_arm_by_origin ON replay_arm (origin);

-- One question of an arm, in the order of the path.
CREATE TABLE replay_turn (
  arm INTEGER NOT NULL REFERENCES replay_arm,
  turn INTEGER NOT NULL,                      -- from 1
  question INTEGER NOT NULL REFERENCES message DEFERRABLE INITIALLY DEFERRED,  -- on the path that is asked again
  original INTEGER REFERENCES message DEFERRABLE INITIALLY DEFERRED,  -- what was answered there; NULL: nothing yet
  call INTEGER REFERENCES call,               -- the last call that asked it; NULL: not asked yet
  PRIMARY KEY (arm, turn)
) STRICT, WITHOUT ROWID;
CREATE INDEX replay_turn_by_question ON replay_turn (question);
CREATE INDEX replay_turn_by_original ON replay_turn (original) WHERE original IS NOT NULL;
CREATE INDEX replay_turn_by_call ON replay_turn (call) WHERE call IS NOT NULL;

-- The replay that a call was made for, whatever call asked its question again after it. The tip of a thread does not follow
-- such a call.
ALTER TABLE call ADD COLUMN replay INTEGER REFERENCES replay;
CREATE INDEX call_by_replay ON call (replay) WHERE replay IS NOT NULL;

-- What a model said when it was asked which of two answers is better. Each pair is shown in both orders.
CREATE TABLE judgement (
  id INTEGER PRIMARY KEY,
  original INTEGER NOT NULL REFERENCES message DEFERRABLE INITIALLY DEFERRED,
  candidate INTEGER NOT NULL REFERENCES message DEFERRABLE INITIALLY DEFERRED,
  shown_first TEXT NOT NULL CHECK (shown_first IN ('original', 'candidate')),
  verdict TEXT NOT NULL CHECK (verdict IN ('original', 'candidate', 'tie', 'unclear')),
  reason TEXT,
  upstream TEXT NOT NULL,
  model TEXT NOT NULL,
  call INTEGER REFERENCES call,
  created_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX judgement_by_candidate ON judgement (candidate, original);
CREATE INDEX judgement_by_original ON judgement (original);
CREATE INDEX judgement_by_call ON judgement (call) WHERE call IS NOT NULL;

-- What an upstream has shown behind a model's name: the name it reports and the fingerprint of its configuration, empty
-- where it says none. Counted in any order of calls it is the same table.
CREATE TABLE backend (
  id INTEGER PRIMARY KEY,
  upstream TEXT NOT NULL,
  model_sent TEXT NOT NULL,
  model_reported TEXT NOT NULL,
  system_fingerprint TEXT NOT NULL,
  first_ms INTEGER NOT NULL,
  last_ms INTEGER NOT NULL,
  calls INTEGER NOT NULL,
  told_ms INTEGER,                            -- when a person was told of it
  UNIQUE (upstream, model_sent, model_reported, system_fingerprint)
) STRICT;
INSERT INTO backend (upstream, model_sent, model_reported, system_fingerprint, first_ms, last_ms, calls, told_ms)
  SELECT upstream, model_sent, coalesce(model_reported, ''), coalesce(system_fingerprint, ''), min(finished_ms),
    max(finished_ms), count(*), max(finished_ms)
  FROM call
  WHERE dialect <> '' AND plan <> 'null' AND finished_ms IS NOT NULL
    AND (model_reported IS NOT NULL OR system_fingerprint IS NOT NULL)
  GROUP BY 1, 2, 3, 4;

-- A question that is asked again every so often, with the same seed, to see whether its answers change.
CREATE TABLE canary (
  id INTEGER PRIMARY KEY,
  uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
  short TEXT NOT NULL UNIQUE,                 -- one set of names with threads, calls, imports and replays
  thread INTEGER NOT NULL REFERENCES thread,
  origin INTEGER NOT NULL REFERENCES message DEFERRABLE INITIALLY DEFERRED,
  upstream TEXT NOT NULL,
  model TEXT NOT NULL,
  settings TEXT NOT NULL,                     -- JSON: parameters with their seed
  every_s INTEGER NOT NULL CHECK (every_s > 0),
  created_ms INTEGER NOT NULL,
  due_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX canary_by_thread ON canary (thread);
CREATE INDEX canary_by_origin ON canary (origin);

-- The beginning of a path in fewer words: what a call sends in its place. It is no message, and a new one never replaces
-- an older one, because calls that were made with that are rebuilt with that.
CREATE TABLE summary (
  id INTEGER PRIMARY KEY,
  uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
  thread INTEGER NOT NULL REFERENCES thread,
  last INTEGER NOT NULL REFERENCES message DEFERRABLE INITIALLY DEFERRED,  -- the last message it covers, from the beginning
  text TEXT NOT NULL,
  upstream TEXT NOT NULL,
  model TEXT NOT NULL,
  prompt TEXT NOT NULL,
  call INTEGER REFERENCES call,
  created_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX summary_by_last ON summary (last);
CREATE INDEX summary_by_thread ON summary (thread);
CREATE INDEX summary_by_call ON summary (call) WHERE call IS NOT NULL;
