extension HelpTopic {
    static let formats = HelpTopic(
        name: "formats", about: "getting conversations in and out",
        text: """
            diwan import FILE brings in what another program gave: a file, a folder or a ZIP archive. What it is, is
            recognized from what it holds; --format NAME says it where it is not. Files larger than memory are no
            matter.

              diwan import                       offer what is in the usual places
              diwan import --dry-run FILE        what would come of it; nothing is written
              diwan import --no-attachments FILE without pictures and other files
              diwan import --list                the imports there were, with their names
              diwan search import:h4k2 WORDS     search in what one import brought

            These are read:

              chatgpt      data export: the ZIP archive, its folder, conversations.json
              claude       data export
              gemini       Google Takeout: My Activity, or Workspace
              claude-code  session files: ~/.claude/projects
              codex        session files: ~/.codex/sessions
              llm          logs.db, every generation
              librechat, openwebui, chatbotui   their exports
              aichat       messages.md, sessions
              sharegpt     training data, JSON or JSON Lines
              openai       fine-tuning data, JSON Lines
              markdown     as diwan export writes it, edited or not
              diwan        everything of a vault, JSON Lines

            Importing again adds only what is new, and so does a later export that holds the earlier one: threads and
            messages are known by the ids they had where they come from, and by their words and their number where they
            had none. A message that says something else than the one known here stands beside it; nothing is ever
            overwritten. What was erased here stays gone.

            Threads keep their dates, branches, titles, labels and the models' names. The report says by kind what was
            kept but not as it was there, what was left out and why, and what was lost. One conversation that cannot be
            read never stops the rest. If anything was lost, the command ends with 65. Ctrl-C keeps what is in; the same
            command again brings the rest.

            diwan export writes them:

              diwan export @ -o talk.md                       a thread as a document
              diwan export -w tag:work -o work/ --format html   pages with an index
              diwan export --all -o all.jsonl                 everything
              diwan export --since CURSOR -o more.jsonl       what has changed since
              diwan export --all --format sharegpt -o train.jsonl

            A document that was edited and is imported again puts what changed beside what was said. Everything, imported
            into an empty vault, is the same vault. A page needs no script and no network.

            A diwan file is JSON Lines. In order: {"object":"diwan","version","exported_at","since"}, {"object":"erased",
            "id"} for what was erased, then for each thread {"object":"blob","sha256","media_type","base64"}, and a
            thread, its calls and its messages as --json prints them with all that is kept beside, at last
            {"object":"end","threads","messages","calls","blobs","cursor"}. A file without its end was cut off.

            A vault is one SQLite file with plain columns that any SQLite tool reads:

              sqlite3 ~/.local/share/diwan/vault.db 'SELECT role, text FROM message'

            and every command prints JSON with --json:

              diwan show --all --json k3f9      a thread as one document
              diwan list --all --json           every thread, one a line
              diwan backup FILE                 the whole vault, while it is in use
            """)
}
