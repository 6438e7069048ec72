extension HelpTopic {
    static let json = HelpTopic(
        name: "json", about: "what --json prints, every shape of it",
        text: """
            Lists are JSON Lines, everything else is one document. Names are fixed; more may be added. Every object says
            what it is (object) and carries its id, and where people type one, its handle. A reference is NOUN_id. Our
            times end in _at: RFC 3339, UTC; created is the number the upstream sent. What is absent is null, never
            missing.

            A thread (list, new, switch, rename, tag, pin, archive, trash):

              {"object":"thread","id","handle","title","title_given","tip_id","model",
               "upstream","message_count","branch_count","tags":[],"from","created_at",
               "active_at","pinned","archived","trashed"}

            A message (label, trash of a message, and inside others):

              {"object":"message","id","thread_id","parent_id","address","role","text",
               "parts":[],"call_id","choice","finish_reason","status","label",
               "on_tip_path","created_at"}

            Its status: complete, incomplete (the model stopped short), interrupted, failed. A part is one of

              {"type":"text","text"}
              {"type":"refusal","refusal"}
              {"type":"reasoning","text"}
              {"type":"tool_call","id","name","arguments"}
              {"type":"tool_result","call_id","output"}
              {"type":"image"|"file"|"audio","name","media_type", and one of "sha256",
               "url","file_id"}
              {"type":"unknown","json"}

            A call (call, calls, cancel, ask --background):

              {"object":"call","id","handle","thread_id","message_ids":[],"replay_id",
               "upstream","dialect","model_requested","model_sent","model_reported",
               "response_id","created","system_fingerprint","status","error":{"code",
               "message","http_status","trace_id"},"usage":{"input_tokens",
               "cached_tokens","output_tokens","reasoning_tokens","estimated"},
               "cost":{"amount","currency","price_date"},"parameters":{},
               "context":{"mode","sent","left_out"},"queued_at","sent_at",
               "first_token_at","finished_at"}

            Its status: queued, running, complete, incomplete, interrupted, failed, cancelled. context.sent and
            context.left_out are runs of positions, as [[1,4],[9,12]].

            ask, finish, retry, edit, wait:

              {"object":"answer","thread":{…},"question":{…},"messages":[…the answers…],
               "call":{…}}

            show, and tree (every message, each after its parent, with the ids of those that continue it):

              {"object":"path","thread":{…},"messages":[…]}
              {"object":"tree","thread":{…},"messages":[{…,"children":[]}]}

            why (positions from 1; before is the call before it in the thread, or null):

              {"object":"why","call_id","handle","thread_id","mode","window",
               "tokens":{"estimated","counted","cached"},"message_count",
               "continues_answer","blocks":[{"from","to","sent","reason"}],
               "left_out":[{"message_id","address","role","first_words"}],
               "summary":{…}|null,"summarises","request_bytes",
               "before":{"call_id","handle","shared_bytes","differs_at"}}

            A block's reason: fits, recent, kept, old, replaced. The summary that was sent in place of what was left out, and
            what why --redo prints:

              {"object":"summary","id","thread_id","message_count","last_message_id",
               "text","upstream","model","prompt","created_at"}

            compare (of: replay, thread, message; a turn's question and answers name messages; arm is a place in arms,
            from 0; similarity is 0 to 1, of the words that an answer and the original share; times are seconds; an
            arm's numbers are of all its answers together, length_ratio against the original's; an outcome is done,
            refused, failed, open; a verdict is better, worse, tie, unclear; what nobody judged is null; a change, from
            the original's words to the answer's, is equal, removed, inserted):

              {"object":"compare","of","id","handle","threads":[{"id","handle","title"}],
               "judge":{"upstream","model"},"arms":[{"name","upstream","model","sample",
               "original","status","note","done","refused","failed","open","characters",
               "words","length_ratio","similarity","p50","p95","first_token_p50",
               "input_tokens","output_tokens","cost":{"amount","currency"},
               "models_reported":[],"fingerprints":[],"verdicts":{"better","worse",
               "tie","unclear"}}],"turns":[{"thread_id","number","question":{
               "message_id","address","text"},"answers":[{"arm","original","outcome",
               "message_id","address","label","text","status","finish_reason",
               "characters","words","similarity","seconds","first_token_seconds",
               "call_id","model_requested","model_reported","system_fingerprint",
               "input_tokens","cached_tokens","output_tokens","reasoning_tokens",
               "cost":{"amount","currency"},"error","verdict",
               "changes":[[CHANGE,WORDS]]}]}]}

            replay, replays (a line a replay), replay --dry-run:

              {"object":"replay","id","handle","mode","settings":{},"arms":[{"thread_id",
               "origin_id","upstream","model","sample","label","address","status","note",
               "turns":[{"turn","question_id","original_id","call_id"}]}],"answered",
               "failed","open","tokens","cost":{"amount","currency"},"started_at",
               "finished_at"}
              {"object":"replay_plan","mode","threads","samples","calls",
               "models":[{"upstream","model","calls","input_tokens","output_tokens",
               "cost":{"amount","currency"},"losses":[]}]}

            An arm's status: open, complete, stopped (by a rule; the note says which), failed.

            usage (group: a day, a model's, tag's, program's or upstream's name, a thread's id; of all its tokens the
            estimated ones are told apart too; an amount a currency; unpriced: calls with tokens and no known price):

              {"object":"usage","by","from_at","up_to_at","time_zone","groups":[{"group",
               "calls","input_tokens","cached_tokens","output_tokens",
               "reasoning_tokens","estimated":{"calls","input_tokens",
               "output_tokens"},"costs":[{"amount","currency","estimated"}],
               "unpriced_calls"}],"total":{the same, group null},"prices":[{"upstream",
               "model","currency","date","source"}],"unpriced":[{"upstream","model",
               "calls"}]}

            drift (a line an upstream and model; what they showed, in the order first seen):

              {"object":"drift","id","upstream","model","calls","configurations":[{
               "model_reported","system_fingerprint","first_at","last_at","calls",
               "overlaps"}],"changes":[{"changed_at","model_reported":{"before",
               "since_at","now"},"system_fingerprint":{…}}]}

            overlaps: it and another answered in turns, as several machines behind one name do.

            canary (list, add, remove), canary run (a line a run; what did not change is null):

              {"object":"canary","id","handle","thread_id","origin_id","upstream",
               "model","mode","parameters":{},"every_seconds","created_at","due_at",
               "replay_ids":[]}
              {"object":"canary_run","id","handle","canary_id","thread_id","before_id",
               "changed","whole","turns":[{"turn","question_id","before_id",
               "message_id","address","changed","words":{"removed","added"},
               "model_reported":{"before","now"},"system_fingerprint":{…},"failure"}]}

            search (a line a hit; the last line tells of the search):

              {"object":"hit","thread":{"id","handle","title"},"message_id","address",
               "role","snippet","marks":[],"score","model","created_at","on_tip_path",
               "also_on"}
              {"object":"search","understood","matched","ranked","relaxed",
               "looked_back_to"}

            models (a line a model), upstreams (a line an upstream; test and remove), config (a line a setting; path):

              {"object":"model","id","upstream","window","longest_answer",
               "price":{"input","output","cached","long_input","currency","per_tokens",
               "date","source"},"documented"}
              {"object":"upstream","id","name","url","dialect","model","key","built_in",
               "usable","default"}
              {"object":"upstream_test","id","upstream","ok","models","milliseconds",
               "error"}
              {"object":"removed_upstream","id","name","removed","key_removed",
               "was_default"}
              {"object":"setting","id","name","value","source","from"}
              {"object":"path","path"}

            doctor (with --size a size), backup:

              {"object":"doctor","clean","threads","messages","calls","blobs","digest",
               "counts":{},"repaired":{},"findings":[{"kind","subject","detail",
               "repairable"}]}
              {"object":"size", bytes by what they are for, "exact"}
              {"object":"backup","file","bytes"}

            export (on stderr where the data goes to stdout):

              {"object":"export","format","path","threads","messages",
               "left_out":[{"what","count"}],"cursor"}

            import (a line a file; with --dry-run no id), import alone (a line a find):

              {"object":"import","id","handle","source","dry_run","format",
               "threads":{"read","new","known","erased"},"messages":{"read","new",
               "known","changed","erased"},"calls":{"new"},"attachments":{"kept",
               "bytes"},"lost":[{"what","count","places":[]}],"degraded":[…],
               "skipped":[…],"stopped"}
              {"object":"import_place","format","path","files","bytes"}

            import --list (a line an import, newest first; thread_count is how many threads of it are here): an import
            as above, with what is null where it has not ended, and "error","thread_count","started_at","finished_at".

            erase, completions, help:

              {"object":"erase","threads","messages","calls","blobs","index","log",
               "not_reached":[]}
              {"object":"completions","shell","script"}
              {"object":"help","topic","text"}

            An error, on standard error (standard output is empty):

              {"object":"error","error":{"code","exit","message","hint","upstream",
               "http_status","trace_id"}}
            """)
}
