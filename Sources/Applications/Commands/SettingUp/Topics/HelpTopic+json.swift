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
               "left_out":[{"message_id","address","role","first_words"}],"request_bytes",
               "before":{"call_id","handle","shared_bytes","differs_at"}}

            A block's reason: fits, recent, kept, old.

            search (a line a hit; the last line tells of the search):

              {"object":"hit","thread":{"id","handle","title"},"message_id","address",
               "role","snippet","marks":[],"score","model","created_at","on_tip_path",
               "also_on"}
              {"object":"search","understood","matched","ranked","relaxed"}

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
