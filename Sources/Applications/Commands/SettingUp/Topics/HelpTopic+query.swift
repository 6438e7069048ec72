extension HelpTopic {
    static let query = HelpTopic(
        name: "query", about: "what to search for",
        text: """
            What diwan search takes. No query is ever wrong: what is no operator and
            no filter is words.

              two words        all of them, anywhere in a message
              "a phrase"       these words in this order
              pre*             words that begin so
              -not             without this word
              a OR b           one of them
              ( )              what belongs together

              role:user                  who says it
              model:gpt-4o*              whom it was asked of; upstream:NAME
              thread:k3f9                in that thread; tag:NAME
              from:chatgpt               from that program; import:h4k2 one import
              in:title                   where the words are: title, text, reasoning, tool
              has:code                   what else is there: code, tool, image, link, file
              status:interrupted         how whole a message is
              after:2026-03 before:2026  when: a year, a month or a day, local time
              on:2026-03-14 last:7d      that day; the last seven days
              2026-03..2026-05           from one to the other
              branch:tip                 only where threads go on; branch:all is the rule

            All words count. Where too little holds them all, the best of any of them follow, and the output says so.
            Of very many matches the newest are weighed, and the output says so; -w QUERY, which picks the threads a
            command is for, takes every thread with a match, and only what holds all that was asked.
            diwan search --explain QUERY tells what was understood, what was looked at, and how long each step took.
            Upper and lower case, accents and the forms of Arabic letters make no difference; Chinese, Japanese,
            Korean and Thai are found by any part of a sentence, snake_case and camelCase whole and by their words.

            Options stand before the first or after the last word: diwan search foo -bar looks for foo without bar.
            """)
}
