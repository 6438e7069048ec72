#define _GNU_SOURCE
#include "Store.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int floor_prepare(floor_store *store, enum floor_statement which, const char *sql, sqlite3_stmt **statement) {
    if (!store->statements[which]) {
        int code = sqlite3_prepare_v3(
            store->database, sql, -1, SQLITE_PREPARE_PERSISTENT, &store->statements[which], NULL);
        if (code) return code;
    }
    *statement = store->statements[which];
    return SQLITE_OK;
}

int floor_run(sqlite3_stmt *statement) {
    int code = sqlite3_step(statement);
    sqlite3_reset(statement);
    return code == SQLITE_DONE || code == SQLITE_ROW ? SQLITE_OK : code;
}

/// Gives unicode61 a second name (https://www.sqlite.org/fts5.html, section 7).
static int add_tokenizer(sqlite3 *database, const char *name) {
    fts5_api *api = NULL;
    sqlite3_stmt *statement;
    int code = sqlite3_prepare_v2(database, "SELECT fts5(?1)", -1, &statement, NULL);
    if (code) return code;
    sqlite3_bind_pointer(statement, 1, &api, "fts5_api_ptr", NULL);
    sqlite3_step(statement);
    sqlite3_finalize(statement);
    if (!api) return SQLITE_ERROR;
    void *context;
    fts5_tokenizer tokenizer;
    code = api->xFindTokenizer(api, "unicode61", &context, &tokenizer);
    return code ? code : api->xCreateTokenizer(api, name, context, &tokenizer, NULL);
}

int floor_open(const char *path, const char *schema, const char *tokenizer, floor_store **result) {
    floor_store *store = calloc(1, sizeof *store);
    *result = store;
    int code = sqlite3_open(path, &store->database);
    if (code) return code;
    code = add_tokenizer(store->database, tokenizer);
    if (code) return code;
    code = floor_execute(
        store, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
               "PRAGMA secure_delete = ON; PRAGMA mmap_size = 68719476736; PRAGMA cache_size = -65536");
    if (code) return code;
    int64_t version;
    code = floor_number(store, "PRAGMA user_version", &version);
    if (code) return code;
    store->block = -1;
    if (version == 0 && schema && (code = floor_execute(store, schema))) return code;
    return floor_number(store, "SELECT coalesce(max(arrival), 0) FROM message", &store->last_arrival);
}

int floor_execute(floor_store *store, const char *sql) {
    return sqlite3_exec(store->database, sql, NULL, NULL, NULL);
}

int floor_number(floor_store *store, const char *sql, int64_t *number) {
    sqlite3_stmt *statement;
    int code = sqlite3_prepare_v2(store->database, sql, -1, &statement, NULL);
    if (code) return code;
    code = sqlite3_step(statement);
    if (code == SQLITE_ROW) *number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return code == SQLITE_ROW ? SQLITE_OK : SQLITE_NOTFOUND;
}

const char *floor_error(const floor_store *store) { return store ? sqlite3_errmsg(store->database) : "no store"; }

void floor_close(floor_store *store) {
    if (!store) return;
    for (int index = 0; index < FLOOR_STATEMENTS; index++) sqlite3_finalize(store->statements[index]);
    sqlite3_close(store->database);
    free(store);
}

int floor_add_thread(
    floor_store *store, int64_t row, const uint8_t *uid, const char *short_name, const char *title, int64_t created_ms) {
    sqlite3_stmt *statement;
    int code = floor_prepare(
        store, FLOOR_ADD_THREAD,
        "INSERT INTO thread (id, uid, short, title, created_ms, active_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?5)", &statement);
    if (code) return code;
    sqlite3_bind_int64(statement, 1, row);
    sqlite3_bind_blob(statement, 2, uid, 16, SQLITE_STATIC);
    sqlite3_bind_text(statement, 3, short_name, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(statement, 4, title, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int64(statement, 5, created_ms);
    if ((code = floor_run(statement))) return code;
    code = floor_prepare(
        store, FLOOR_ADD_STRAND, "INSERT INTO strand (id, thread, parent, fork) VALUES (?1, ?1, NULL, -1)", &statement);
    if (code) return code;
    sqlite3_bind_int64(statement, 1, row);
    return floor_run(statement);
}

int floor_add_message(
    floor_store *store, int64_t row, const uint8_t *uid, const uint8_t *lineage, const char *role, const char *text,
    size_t text_count, int64_t created_ms, int is_indexed) {
    sqlite3_stmt *statement;
    int code = floor_prepare(
        store, FLOOR_ADD_MESSAGE,
        "INSERT INTO message (id, uid, lineage, role, text, status, created_ms, arrival)"
        " VALUES (?, ?, ?, ?, ?, 'complete', ?, ?)",
        &statement);
    if (code) return code;
    sqlite3_bind_int64(statement, 1, row);
    sqlite3_bind_blob(statement, 2, uid, 16, SQLITE_STATIC);
    sqlite3_bind_blob(statement, 3, lineage, 16, SQLITE_STATIC);
    sqlite3_bind_text(statement, 4, role, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text64(statement, 5, text, text_count, SQLITE_STATIC, SQLITE_UTF8);
    sqlite3_bind_int64(statement, 6, created_ms);
    sqlite3_bind_int64(statement, 7, ++store->last_arrival);
    if ((code = floor_run(statement)) || (code = floor_note_date(store, created_ms)) || !is_indexed) return code;
    return floor_index(store, text, text_count);
}

int floor_note_date(floor_store *store, int64_t created_ms) {
    const int64_t hour = 3600000;
    int64_t block = store->last_arrival >> 10;
    int is_known = block == store->block;
    if (is_known && store->block_first_ms <= created_ms && created_ms <= store->block_last_ms) return SQLITE_OK;
    int64_t first = created_ms - created_ms % hour, last = first + hour - 1;
    if (is_known && store->block_first_ms < first) first = store->block_first_ms;
    if (is_known && store->block_last_ms > last) last = store->block_last_ms;
    sqlite3_stmt *statement;
    int code = floor_prepare(
        store, FLOOR_NOTE_DATE,
        "INSERT INTO arrival_block (id, first_ms, last_ms) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE"
        " SET first_ms = min(first_ms, excluded.first_ms), last_ms = max(last_ms, excluded.last_ms)",
        &statement);
    if (code) return code;
    sqlite3_bind_int64(statement, 1, block);
    sqlite3_bind_int64(statement, 2, first);
    sqlite3_bind_int64(statement, 3, last);
    store->block = block;
    store->block_first_ms = first;
    store->block_last_ms = last;
    return floor_run(statement);
}

int floor_index(floor_store *store, const char *text, size_t text_count) {
    sqlite3_stmt *statement;
    int code = floor_prepare(
        store, FLOOR_INDEX, "INSERT INTO message_search (rowid, text) VALUES (?, ?)", &statement);
    if (code) return code;
    sqlite3_bind_int64(statement, 1, store->last_arrival);
    sqlite3_bind_text64(statement, 2, text, text_count, SQLITE_STATIC, SQLITE_UTF8);
    return floor_run(statement);
}

int floor_index_title(floor_store *store, int64_t thread, const char *title) {
    sqlite3_stmt *statement;
    int code = floor_prepare(
        store, FLOOR_INDEX_TITLE, "INSERT INTO thread_search (rowid, title) VALUES (?, ?)", &statement);
    if (code) return code;
    sqlite3_bind_int64(statement, 1, thread);
    sqlite3_bind_text(statement, 2, title, -1, SQLITE_TRANSIENT);
    return floor_run(statement);
}

int floor_set_tip(floor_store *store, int64_t thread, int64_t message) {
    sqlite3_stmt *statement;
    int code = floor_prepare(store, FLOOR_SET_TIP, "UPDATE thread SET tip = ?1, changed = ?2 WHERE id = ?2", &statement);
    if (code) return code;
    sqlite3_bind_int64(statement, 1, message);
    sqlite3_bind_int64(statement, 2, thread);
    return floor_run(statement);
}

int floor_evict(const char *path) {
#ifdef POSIX_FADV_DONTNEED
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return -1;
    // Dirty pages stay: they are written first.
    fdatasync(descriptor);
    int code = posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
    close(descriptor);
    return code;
#else
    (void)path;
    return -1;
#endif
}
