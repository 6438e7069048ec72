-- What was brought in from other programs and from other vaults, and what has changed since a vault was last written out.

-- One import. It is this device's own record of what it did: another device that is given the same threads did not import
-- them.
CREATE TABLE import (
  id INTEGER PRIMARY KEY,
  uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
  short TEXT NOT NULL UNIQUE,                 -- one set of names with threads and calls
  format TEXT NOT NULL,
  source TEXT NOT NULL,                       -- the file's name, without its folder
  started_ms INTEGER NOT NULL,
  finished_ms INTEGER,                        -- NULL while it runs, and for ever where it was killed
  report TEXT                                 -- JSON: what was new, what was known, what could not be read
) STRICT;

-- Which threads an import brought or added to.
CREATE TABLE import_thread (
  import INTEGER NOT NULL REFERENCES import,
  thread INTEGER NOT NULL REFERENCES thread,
  PRIMARY KEY (import, thread)
) STRICT, WITHOUT ROWID;
CREATE INDEX import_thread_by_thread ON import_thread (thread);  -- erasing a thread asks which imports brought it

-- The number of the last change to a thread or to anything in it, counted over the whole file: a number that was read once
-- is a place to go on from, because whoever writes takes the next one under the lock. Written by each operation that
-- changes a thread, in its own transaction. Where the thread with the highest number is erased, `memory` keeps the number
-- under 'changes', so that none is given twice.
ALTER TABLE thread ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX thread_by_change ON thread (changed);  -- export --since
