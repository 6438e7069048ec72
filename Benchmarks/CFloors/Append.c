#include <string.h>

#include "Store.h"

// The same rows in the same tables as a turn of Diwan's, with nothing looked up that need not be.

static int find_thread(floor_store *store, const uint8_t *uid, int64_t *thread, int64_t *tip) {
    sqlite3_stmt *statement;
    int code = floor_prepare(store, FLOOR_FIND_THREAD, "SELECT id, tip FROM thread WHERE uid = ?", &statement);
    if (code) return code;
    sqlite3_bind_blob(statement, 1, uid, 16, SQLITE_STATIC);
    if (sqlite3_step(statement) != SQLITE_ROW) return SQLITE_NOTFOUND;
    *thread = sqlite3_column_int64(statement, 0);
    *tip = sqlite3_column_int64(statement, 1);
    sqlite3_reset(statement);
    return SQLITE_OK;
}

static int move_tip(floor_store *store, int64_t thread, int64_t from, int64_t to, int64_t now_ms) {
    sqlite3_stmt *statement;
    int code = floor_prepare(
        store, FLOOR_MOVE_TIP,
        "UPDATE thread SET tip = ?, active_ms = max(active_ms, ?), changed = 1 + (SELECT max(changed) FROM thread)"
        " WHERE id = ? AND tip IS ?", &statement);
    if (code) return code;
    sqlite3_bind_int64(statement, 1, to);
    sqlite3_bind_int64(statement, 2, now_ms);
    sqlite3_bind_int64(statement, 3, thread);
    sqlite3_bind_int64(statement, 4, from);
    return floor_run(statement);
}

int floor_begin_call(floor_store *store, const floor_turn *turn) {
    int64_t thread, tip;
    int code = find_thread(store, turn->thread_uid, &thread, &tip);
    if (code) return code;
    code = floor_add_message(
        store, tip + 1, turn->question_uid, turn->question_uid, "user", turn->question, turn->question_count,
        turn->now_ms, 1);
    if (code || (code = move_tip(store, thread, tip, tip + 1, turn->now_ms))) return code;
    sqlite3_stmt *statement;
    code = floor_prepare(
        store, FLOOR_ADD_CALL,
        "INSERT INTO call (uid, short, thread, question, upstream, dialect, model_requested, model_sent, parameters,"
        " plan, status, queued_ms, worker, is_background) VALUES (?, ?, ?, ?, 'local', 'chat', 'model', 'model', '{}',"
        " '{\"mode\":\"full\",\"blocks\":[{\"from\":0,\"to\":9,\"sent\":true,\"reason\":\"fits\"}]}', 'queued', ?, 1, 0)",
        &statement);
    if (code) return code;
    sqlite3_bind_blob(statement, 1, turn->call_uid, 16, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, turn->call_short, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 3, thread);
    sqlite3_bind_int64(statement, 4, tip + 1);
    sqlite3_bind_int64(statement, 5, turn->now_ms);
    if ((code = floor_run(statement)) || store->has_noted_model) return code;
    store->has_noted_model = 1;
    code = floor_prepare(
        store, FLOOR_NOTE_MODEL, "INSERT OR IGNORE INTO model_name (name) VALUES ('model')", &statement);
    return code ? code : floor_run(statement);
}

int floor_finish_call(floor_store *store, const floor_turn *turn) {
    sqlite3_stmt *statement;
    int code = floor_prepare(store, FLOOR_FIND_CALL, "SELECT id, thread, question FROM call WHERE uid = ?", &statement);
    if (code) return code;
    sqlite3_bind_blob(statement, 1, turn->call_uid, 16, SQLITE_STATIC);
    if (sqlite3_step(statement) != SQLITE_ROW) return SQLITE_NOTFOUND;
    int64_t call = sqlite3_column_int64(statement, 0);
    int64_t thread = sqlite3_column_int64(statement, 1);
    int64_t question = sqlite3_column_int64(statement, 2);
    sqlite3_reset(statement);

    code = floor_prepare(
        store, FLOOR_ADD_ANSWER,
        "INSERT INTO message (id, uid, lineage, role, text, call, choice, finish_reason, status, created_ms, arrival)"
        " VALUES (?, ?, ?, 'assistant', ?, ?, 0, 'stop', 'complete', ?, ?)",
        &statement);
    if (code) return code;
    sqlite3_bind_int64(statement, 1, question + 1);
    sqlite3_bind_blob(statement, 2, turn->answer_uid, 16, SQLITE_STATIC);
    sqlite3_bind_blob(statement, 3, turn->answer_uid, 16, SQLITE_STATIC);
    sqlite3_bind_text64(statement, 4, turn->answer, turn->answer_count, SQLITE_STATIC, SQLITE_UTF8);
    sqlite3_bind_int64(statement, 5, call);
    sqlite3_bind_int64(statement, 6, turn->now_ms);
    sqlite3_bind_int64(statement, 7, ++store->last_arrival);
    if ((code = floor_run(statement)) || (code = floor_note_date(store, turn->now_ms))) return code;
    if ((code = floor_index(store, turn->answer, turn->answer_count))) return code;
    if ((code = move_tip(store, thread, question, question + 1, turn->now_ms))) return code;

    code = floor_prepare(
        store, FLOOR_END_CALL,
        "UPDATE call SET status = 'complete', model_reported = 'model', response_id = 'chatcmpl-1', created = 1,"
        " object = 'chat.completion', input_tokens = 9, output_tokens = 9, finished_ms = ?, worker = NULL WHERE id = ?",
        &statement);
    if (code) return code;
    sqlite3_bind_int64(statement, 1, turn->now_ms);
    sqlite3_bind_int64(statement, 2, call);
    return floor_run(statement);
}

static int commit(floor_store *store, int (*work)(floor_store *, const floor_turn *), const floor_turn *turn) {
    sqlite3_stmt *begin, *commit;
    int code = floor_prepare(store, FLOOR_BEGIN, "BEGIN IMMEDIATE", &begin);
    if (code || (code = floor_prepare(store, FLOOR_COMMIT, "COMMIT", &commit))) return code;
    if ((code = floor_run(begin))) return code;
    if ((code = work(store, turn))) {
        floor_execute(store, "ROLLBACK");
        return code;
    }
    return floor_run(commit);
}

int floor_append_turn(floor_store *store, const floor_turn *turn) {
    int code = commit(store, floor_begin_call, turn);
    return code ? code : commit(store, floor_finish_call, turn);
}
