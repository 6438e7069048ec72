#include "Store.h"

int floor_search(floor_store *store, const char *expression, int limit, int64_t *found) {
    sqlite3_stmt *statement;
    int code = floor_prepare(
        store, FLOOR_SEARCH,
        "SELECT rowid FROM message_search WHERE message_search MATCH ? ORDER BY rank LIMIT ?", &statement);
    if (code) return code;
    sqlite3_bind_text(statement, 1, expression, -1, SQLITE_STATIC);
    sqlite3_bind_int(statement, 2, limit);
    *found = 0;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) *found += 1;
    sqlite3_reset(statement);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}
