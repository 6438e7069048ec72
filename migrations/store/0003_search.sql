-- What search is bounded by.

-- Between which dates each 1,024 arrivals lie. The index's newest rows are the newest messages only where messages
-- arrive in the order in which they were written; an import of old conversations ends that. A date asked for is a range
-- of arrivals by it, too. A block may say more than it holds (what was erased stays in it), never less.
CREATE TABLE arrival_block (
  id INTEGER PRIMARY KEY,                     -- arrival >> 10
  first_ms INTEGER NOT NULL,
  last_ms INTEGER NOT NULL
) STRICT;
INSERT INTO arrival_block (id, first_ms, last_ms)
  SELECT arrival >> 10, min(created_ms), max(created_ms) FROM message GROUP BY 1;
CREATE TRIGGER message_arrived AFTER INSERT ON message BEGIN
  INSERT INTO arrival_block (id, first_ms, last_ms) VALUES (new.arrival >> 10, new.created_ms, new.created_ms)
  ON CONFLICT (id) DO UPDATE SET first_ms = min(first_ms, excluded.first_ms), last_ms = max(last_ms, excluded.last_ms)
  WHERE excluded.first_ms < first_ms OR excluded.last_ms > last_ms;
END;

-- What filters name and few messages are: with a common word beside it, every message that holds the word was read
-- (1.1M messages: 300 to 550 ms).
CREATE INDEX message_not_complete ON message (status, arrival) WHERE status <> 'complete';
CREATE INDEX message_of_other_role ON message (role, arrival) WHERE role NOT IN ('user', 'assistant');
CREATE INDEX message_with_parts ON message (arrival) WHERE parts IS NOT NULL;
CREATE INDEX message_with_code ON message (arrival) WHERE instr(text, '```') > 0;

-- Threads by what thread:, tag:, from: and their like name, in either case.
CREATE INDEX thread_by_title ON thread (title COLLATE NOCASE) WHERE title IS NOT NULL;
CREATE INDEX tag_by_name_in_any_case ON tag (name COLLATE NOCASE);
CREATE INDEX thread_by_origin_program ON thread (json_extract(origin, '$.program') COLLATE NOCASE)
  WHERE json_extract(origin, '$.program') IS NOT NULL;
CREATE INDEX thread_by_origin_key ON thread (json_extract(origin, '$.key') COLLATE NOCASE)
  WHERE json_extract(origin, '$.key') IS NOT NULL;
CREATE INDEX thread_by_origin_from ON thread (json_extract(origin, '$.from') COLLATE NOCASE)
  WHERE json_extract(origin, '$.from') IS NOT NULL;
CREATE INDEX thread_by_origin_format ON thread (json_extract(origin, '$.format') COLLATE NOCASE)
  WHERE json_extract(origin, '$.format') IS NOT NULL;
CREATE INDEX thread_by_origin_import ON thread (json_extract(origin, '$.import') COLLATE NOCASE)
  WHERE json_extract(origin, '$.import') IS NOT NULL;
CREATE INDEX thread_by_origin_replay ON thread (json_extract(origin, '$.replay') COLLATE NOCASE)
  WHERE json_extract(origin, '$.replay') IS NOT NULL;

-- Every name that a model was asked, sent or reported by, in lower case: a name that is none of these is in no message, and
-- calls need not be read to say so.
CREATE TABLE model_name (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO model_name (name)
  SELECT lower(model_requested) FROM call UNION SELECT lower(model_sent) FROM call
  UNION SELECT lower(model_reported) FROM call WHERE model_reported IS NOT NULL
  UNION SELECT lower(model) FROM thread WHERE model IS NOT NULL;
CREATE TRIGGER call_of_model AFTER INSERT ON call BEGIN
  INSERT INTO model_name (name) VALUES (lower(new.model_requested)) ON CONFLICT DO NOTHING;
  INSERT INTO model_name (name) VALUES (lower(new.model_sent)) ON CONFLICT DO NOTHING;
  INSERT INTO model_name (name)
    SELECT lower(new.model_reported) WHERE new.model_reported IS NOT NULL ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER call_reported_model AFTER UPDATE OF model_reported ON call WHEN new.model_reported IS NOT NULL BEGIN
  INSERT INTO model_name (name) VALUES (lower(new.model_reported)) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER thread_of_model AFTER INSERT ON thread WHEN new.model IS NOT NULL BEGIN
  INSERT INTO model_name (name) VALUES (lower(new.model)) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER thread_takes_model AFTER UPDATE OF model ON thread WHEN new.model IS NOT NULL BEGIN
  INSERT INTO model_name (name) VALUES (lower(new.model)) ON CONFLICT DO NOTHING;
END;
