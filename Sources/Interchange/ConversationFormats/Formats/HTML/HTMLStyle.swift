/// How a page looks: one column of a readable measure, on a telephone as on a screen, in the light and the dark.
enum HTMLStyle {
    static let css = """
        :root { color-scheme: light dark; --ink: #1c1c1e; --paper: #fff; --soft: #6b6b70; --line: #e3e3e6; --tint: #f4f4f6;
          --user: #eef4ff; --link: #0b57d0; --k: #9b2393; --s: #a11212; --c: #5d6c79; --n: #1c00cf; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6e6e8; --paper: #161618; --soft: #9a9aa0; --line: #303034;
          --tint: #1f1f23; --user: #1b2536; --link: #8ab4f8; --k: #ff7ab2; --s: #ff8170; --c: #8b99a6; --n: #d9c97c; } }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body { margin: 0 auto; max-width: 46rem; padding: 1.25rem 1rem 4rem; background: var(--paper); color: var(--ink);
          font: 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere; }
        header.thread { margin-block-end: 1.5rem; }
        h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .4rem; }
        h3, h4, h5, h6 { line-height: 1.3; margin: 1.4em 0 .5em; }
        h3 { font-size: 1.25rem; } h4 { font-size: 1.1rem; } h5, h6 { font-size: 1rem; }
        .about { color: var(--soft); font-size: .875rem; margin: 0; }
        section.message { margin-block: 1.25rem; }
        section.message > h2 { font-size: .8125rem; color: var(--soft); margin: 0 0 .3rem; font-weight: 400; }
        section.message > h2 .who { color: var(--ink); font-weight: 600; }
        section.user > .words { background: var(--user); border-radius: .9rem; padding: .6rem .9rem; }
        .words > :first-child, blockquote > :first-child, li > :first-child { margin-block-start: 0; }
        .words > :last-child, blockquote > :last-child, li > :last-child { margin-block-end: 0; }
        p, ul, ol, blockquote, pre, .table { margin: .75em 0; }
        ul, ol { padding-inline-start: 1.5em; }
        li { margin: .25em 0; } li > p, li > ul, li > ol { margin: .25em 0; }
        li.task { list-style: none; } li.task > p:first-of-type { display: inline; }
        .box { display: inline-block; width: 1.5em; margin-inline-start: -1.5em; }
        li, li p, blockquote p, td, th { unicode-bidi: plaintext; text-align: start; text-align: -webkit-match-parent;
          text-align: match-parent; }
        a { color: var(--link); }
        blockquote { border-inline-start: 3px solid var(--line); padding-inline-start: .9em; color: var(--soft); margin-inline: 0; }
        code { font: .9em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
          background: var(--tint); border-radius: .3em; padding: .1em .3em; unicode-bidi: isolate;
          -webkit-box-decoration-break: clone; box-decoration-break: clone; }
        pre { background: var(--tint); border: 1px solid var(--line); border-radius: .6rem; padding: .7rem .9rem;
          overflow-x: auto; overflow-wrap: normal; text-align: start; }
        pre code { background: none; padding: 0; white-space: pre; }
        pre.wrap code { white-space: pre-wrap; overflow-wrap: anywhere; }
        pre[data-language]::before { content: attr(data-language); display: block; color: var(--soft); font-size: .75rem;
          margin-block-end: .4rem; }
        .k { color: var(--k); } .s { color: var(--s); } .c { color: var(--c); font-style: italic; } .n { color: var(--n); }
        .table { overflow-x: auto; }
        table { border-collapse: collapse; font-size: .95em; overflow-wrap: normal; width: max-content; }
        th, td { border: 1px solid var(--line); padding: .35em .7em; max-width: min(24em, 70vw); overflow-wrap: break-word;
          vertical-align: top; }
        th { background: var(--tint); } .center { text-align: center; } .end { text-align: right; }
        .end:dir(rtl) { text-align: left; }
        img { max-width: 100%; height: auto; border-radius: .5rem; }
        details { border: 1px solid var(--line); border-radius: .6rem; padding: .4rem .8rem; margin: .75em 0; }
        summary { cursor: pointer; color: var(--soft); font-size: .9rem; }
        details[open] > summary { margin-block-end: .5rem; }
        details > summary + * { margin-block-start: 0; } details > :last-child:not(summary) { margin-block-end: .35rem; }
        details.other { border: 0; border-inline-start: 3px solid var(--line); border-radius: 0; padding-inline: .8rem 0; }
        details.other details.other details.other details.other { padding-inline-start: .25rem; border-inline-start-width: 2px; }
        hr { border: 0; border-block-start: 1px solid var(--line); margin: 1.5em 0; }
        .note { color: var(--soft); font-size: .875rem; font-style: italic; }
        ol.threads { list-style: none; padding: 0; } ol.threads li { border-block-end: 1px solid var(--line); padding: .6rem 0; margin: 0; }
        ol.threads a { display: block; }
        @media print { details { border: 0; padding: 0; } pre { white-space: pre-wrap; } }
        """
}
