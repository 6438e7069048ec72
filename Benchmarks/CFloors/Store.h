#ifndef CFLOORS_STORE_H
#define CFLOORS_STORE_H

#include <sqlite3.h>

#include "CFloors.h"

enum floor_statement {
    FLOOR_BEGIN,
    FLOOR_COMMIT,
    FLOOR_ADD_THREAD,
    FLOOR_ADD_STRAND,
    FLOOR_ADD_MESSAGE,
    FLOOR_INDEX,
    FLOOR_INDEX_TITLE,
    FLOOR_SET_TIP,
    FLOOR_FIND_MESSAGE,
    FLOOR_SCAN_PATH,
    FLOOR_FIND_THREAD,
    FLOOR_ADD_CALL,
    FLOOR_FIND_CALL,
    FLOOR_ADD_ANSWER,
    FLOOR_END_CALL,
    FLOOR_MOVE_TIP,
    FLOOR_SEARCH,
    FLOOR_NOTE_DATE,
    FLOOR_NOTE_MODEL,
    FLOOR_STATEMENTS
};

struct floor_store {
    sqlite3 *database;
    sqlite3_stmt *statements[FLOOR_STATEMENTS];
    int64_t last_arrival;
    /// The block of arrivals that was written last, and between which dates it lies.
    int64_t block, block_first_ms, block_last_ms;
    int has_noted_model;
};

/// A prepared statement, made once.
int floor_prepare(floor_store *store, enum floor_statement which, const char *sql, sqlite3_stmt **statement);
/// Takes the message that has just been added in among the dates of its block of arrivals.
int floor_note_date(floor_store *store, int64_t created_ms);
/// Writes the words of the message that has just been added into the index.
int floor_index(floor_store *store, const char *text, size_t text_count);
/// Runs a statement that gives no rows and makes it ready for the next time.
int floor_run(sqlite3_stmt *statement);

#endif
