-- Programs that come in through the service: which may, and how they asked.

-- A program's key. The key itself is shown once and kept by its digest only.
CREATE TABLE program_key (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,                  -- what the program is called: from:NAME in search
  digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),  -- SHA-256 of the key
  sees_all INTEGER NOT NULL DEFAULT 0 CHECK (sees_all IN (0, 1)),  -- 0: only what it began itself
  writes_to TEXT,                             -- the file of another person's vault; NULL: this one
  on_disconnect TEXT CHECK (on_disconnect IN ('finish', 'cancel')),  -- NULL: as the service is told
  created_ms INTEGER NOT NULL,
  used_ms INTEGER,
  revoked_ms INTEGER
) STRICT;

-- How a program asked, where one did: by which API, under which name, and what it keeps with the answer.
ALTER TABLE call ADD COLUMN asked TEXT;       -- JSON: {"api","program","metadata","previous_response_id",…}
CREATE INDEX call_asked_by_program ON call (id) WHERE asked IS NOT NULL;
-- A call that brought no message can be put out of sight as well. One that did is hidden with its answers.
ALTER TABLE call ADD COLUMN trashed_ms INTEGER;

-- What programs keep with a thread: a conversation's metadata.
ALTER TABLE thread ADD COLUMN metadata TEXT;  -- JSON: an object of strings
