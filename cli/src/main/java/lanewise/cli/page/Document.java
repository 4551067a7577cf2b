package lanewise.cli.page;

/** The frame of every page: one file with its style sheet, light or dark as the reader's system is, without scripts. */
final class Document {
    private static final String STYLE = """
            :root { color-scheme: light dark; --back: #fff; --text: #1d2127; --soft: #5d6673; --line: #d9dee5;
              --card: #f5f7f9; --blue: #2a6fb5; --red: #c4512d; --green: #2e7d4f; --weak: #b9d0e8; }
            @media (prefers-color-scheme: dark) { :root { --back: #15181c; --text: #e4e7eb; --soft: #9aa4b1;
              --line: #343b45; --card: #1d2127; --blue: #6cace8; --red: #ef8a62; --green: #6cc493; --weak: #2c4a68; } }
            * { box-sizing: border-box; }
            body { font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; background: var(--back); color:
              var(--text);
              max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; overflow-wrap: break-word; }
            h1 { font-size: 1.6rem; margin: 0 0 .3rem; } h2 { font-size: 1.2rem; margin: 2.4rem 0 .4rem; }
            h3 { font-size: 1rem; margin: 1.4rem 0 .3rem; }
            p { margin: .4rem 0 .8rem; max-width: 54rem; } .soft { color: var(--soft); } .small { font-size: 13px; }
            .bad { color: var(--red); font-weight: 600; } code { font: 13px ui-monospace, "DejaVu Sans Mono",
              monospace; }
            .wide { overflow-x: auto; margin: .6rem 0; }
            table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
            th { text-align: left; font-weight: 600; border-bottom: 2px solid var(--line); white-space: nowrap; }
            th, td { padding: .22rem .9rem .22rem 0; vertical-align: top; } td { border-bottom: 1px solid var(--line); }
            .shape { min-width: 10rem; } .n { text-align: right; white-space: nowrap; }
            dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.2rem; margin: .8rem 0; }
            dt { color: var(--soft); } dd { margin: 0; }
            .bar { display: inline-block; height: .7em; background: var(--blue); border-radius: 2px; min-width: 1px; }
            .bar.two { background: var(--red); } .track { width: 9rem; padding-right: 1rem; }
            .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .8rem; }
            .card { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .5rem .7rem; }
            .card svg { display: block; width: 100%; height: 56px; margin: .3rem 0; }
            .graph { display: flex; flex-wrap: wrap; gap: 1.5rem 2.5rem; align-items: flex-start; overflow-x: auto; }
            svg text { font: 12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: var(--text); }
            svg .soft { fill: var(--soft); } svg .strong { font-weight: 600; }
            svg .box { fill: var(--card); stroke: var(--line); } svg .box.in { stroke: var(--blue); }
            svg .box.out { stroke: var(--green); } svg .box.recurrent { stroke: var(--red); }
            svg .wire { fill: none; stroke: var(--soft); } svg .tip { fill: var(--soft); }
            svg .fill { fill: var(--blue); } svg .zero { stroke: var(--red); stroke-dasharray: 2 2; }
            """;

    private Document() {}

    /**
     * A page.
     *
     * @param title of the page
     * @param style more of the style sheet
     * @param body  what is on it
     * @return the whole file
     */
    static String of(String title, String style, Html body) {
        return new Html().markup("<!doctype html>\n").open("html", "lang", "en").open("head")
                .empty("meta", "charset", "utf-8")
                .empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
                // names come from files: nothing that one of them could smuggle in would run or load
                .empty("meta", "http-equiv", "Content-Security-Policy", "content",
                        "default-src 'none'; style-src 'unsafe-inline'; img-src data:")
                .element("title", title).open("style").markup(STYLE).markup(style).end("style").end("head").open("body")
                .markup("\n").markup(body.toString()).end("body").end("html").toString();
    }
}
