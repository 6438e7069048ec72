extension HelpTopic {
    static let context = HelpTopic(
        name: "context", about: "how much of a long thread is sent",
        text: """
            A model takes so many tokens and no more: its window. --context (or default under [context] in the
            configuration) says what of the thread goes out with the next question:

              auto        all while it fits, then without its oldest turns: the default
              summary     as auto, with a summary in place of what is left out
              full        all of it, always; too long is the upstream's to refuse
              last:N      the newest N turns
              tokens:N    as many of the newest turns as N tokens hold

            With auto, past nine tenths of the window whole oldest turns are left out down to six tenths, and the cut
            stays there until nine tenths are reached again: the beginning of the request, and with it what the
            provider has cached, holds for many turns. The instructions, what is labelled keep and the last turn always
            go. Nothing is removed from the thread: it is only not sent. One line says when the cut moves; diwan why
            lists what was left out.

            The window is what the upstream's own list of models says, else the table that comes with Diwan, else
            window under [models."NAME"] in the configuration; unknown is no limit. Sizes are estimates, corrected by
            what the same model counted before.

              diwan label k3f9/2 keep          always send that message
              diwan ask -c --context full …    all of it, this once
              diwan why                        what the last call did not send

            A summary is written by the model that is asked, each time the cut moves, and sent with the instructions. It
            is kept beside the thread and is no message of it; a later one begins with an earlier one's words. Where none
            can be had, the question goes out without, and one line says so.

              diwan why                        with the summary that was sent
              diwan why --redo                 have it written again, from the messages

            What another model cannot take of a thread is left out or brought into a form it takes, by rule: reasoning
            that another model thought, calls without results, pictures for a model that reads words alone. One line
            says so, once for a thread and a model; ask --dry-run says it each time. What a model takes (text, image,
            pdf, audio) is in the table that comes with Diwan, or input under [models."NAME"] in the configuration;
            unknown is sent.
            """)
}
