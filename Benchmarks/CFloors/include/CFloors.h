// What the same work costs in C with SQLite alone: the floors that the benchmarks divide by.
//
// Every function returns 0, or a SQLite result code whose words floor_error() gives.
#ifndef CFLOORS_H
#define CFLOORS_H

#include <stddef.h>
#include <stdint.h>

typedef struct floor_store floor_store;

/// Bytes that grow; the caller frees `bytes` with floor_free_bytes().
typedef struct {
    uint8_t *bytes;
    size_t count;
    size_t capacity;
} floor_bytes;

// MARK: - A store

/// Opens a vault's file with the pragmas a vault is opened with (and a page cache that no group of commits outgrows),
/// makes it with `schema` where it is empty, and answers to the name of Diwan's tokenizer with SQLite's unicode61.
int floor_open(const char *path, const char *schema, const char *tokenizer, floor_store **store);
int floor_execute(floor_store *store, const char *sql);
/// The first column of the first row.
int floor_number(floor_store *store, const char *sql, int64_t *number);
const char *floor_error(const floor_store *store);
void floor_close(floor_store *store);

// MARK: - Filling it

/// A thread and its first strand, which has the thread's row as its own.
int floor_add_thread(
    floor_store *store, int64_t row, const uint8_t *uid, const char *short_name, const char *title, int64_t created_ms);
int floor_add_message(
    floor_store *store, int64_t row, const uint8_t *uid, const uint8_t *lineage, const char *role, const char *text,
    size_t text_count, int64_t created_ms, int is_indexed);
int floor_index_title(floor_store *store, int64_t thread, const char *title);
/// Sets a thread's tip, and its row as the number of its change.
int floor_set_tip(floor_store *store, int64_t thread, int64_t message);

// MARK: - The floors

/// Appends the messages of the path that ends at a message, which lies in a strand that did not fork, as
/// `{"role":…,"content":…}` with commas between them.
int floor_body(floor_store *store, const uint8_t *uid, floor_bytes *body);
void floor_free_bytes(floor_bytes *bytes);

typedef struct {
    const uint8_t *thread_uid;
    const uint8_t *call_uid;
    const char *call_short;
    const uint8_t *question_uid;
    const char *question;
    size_t question_count;
    const uint8_t *answer_uid;
    const char *answer;
    size_t answer_count;
    int64_t now_ms;
} floor_turn;

/// Appends a question with its call, without a transaction of its own.
int floor_begin_call(floor_store *store, const floor_turn *turn);
/// Appends the answer and ends the call, without a transaction of its own.
int floor_finish_call(floor_store *store, const floor_turn *turn);
/// One turn: two transactions at synchronous=FULL.
int floor_append_turn(floor_store *store, const floor_turn *turn);

/// The best rows of the search index by FTS5's own `bm25()`, and nothing else of them.
int floor_search(floor_store *store, const char *expression, int limit, int64_t *found);

// MARK: - The machine

/// Drops a file's pages from memory. 0 where that worked.
int floor_evict(const char *path);

#endif
