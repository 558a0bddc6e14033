namespace VerticalFL.Agent.Reports.Page;

/// <summary>
/// The page's style. Colours keep apart for readers with colour-blindness and in print; no child combinator, as the page is written as XML.
/// </summary>
internal static class Style
{
    public const string Css =
        """

        :root {
          color-scheme: light dark;
          --paper: #f6f7f9; --card: #ffffff; --ink: #17212f; --soft: #5b6777; --line: #dde2e9;
          --joint: #1f5fbf; --alone: #8592a3; --second: #d0690a; --third: #2a9d8f; --common: #86a8df; --others: #e3e8ef; --unused: #c3cad4;
          --good: #0f7b54; --bad: #b3372f; --warn: #fff4df; --warnline: #e0a030;
          --risk0: #2a9d8f; --risk1: #1f5fbf; --risk2: #d9730d; --risk3: #a4262c;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #10151c; --card: #18202a; --ink: #e7ecf2; --soft: #9aa7b6; --line: #2b3644;
            --joint: #6ea8fe; --alone: #6b7788; --second: #f2a65a; --third: #58c4b6; --common: #41628f; --others: #2c3848; --unused: #465264;
            --good: #5fd0a0; --bad: #ff8f86; --warn: #2e2616; --warnline: #b98a35;
            --risk0: #58c4b6; --risk1: #6ea8fe; --risk2: #f2a65a; --risk3: #ff7b80;
          }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0; background: var(--paper); color: var(--ink);
          font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
        }
        main { max-width: 1080px; margin: 0 auto; padding: 40px 28px 20px; }
        h1 { font-size: 38px; line-height: 1.15; margin: 2px 0 6px; letter-spacing: -0.015em; overflow-wrap: anywhere; }
        h2 { font-size: 21px; margin: 0 0 6px; letter-spacing: -0.005em; overflow-wrap: anywhere; }
        h3 { font-size: 16px; margin: 0 0 2px; }
        p { margin: 0 0 10px; }
        section { margin: 30px 0 0; }
        code, pre, .hash { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Consolas, "Liberation Mono", monospace; font-size: 0.88em; }
        pre { font-size: 12px; line-height: 1.45; overflow-x: auto; margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; columns: 2; column-gap: 32px; }
        .hash { overflow-wrap: anywhere; }
        p.hash { font-size: 17px; letter-spacing: 0.02em; }
        .overline { color: var(--soft); font-size: 13px; text-transform: uppercase; letter-spacing: 0.08em; margin: 0; }
        .purpose { font-size: 19px; color: var(--soft); }
        .caption { color: var(--soft); font-size: 14px; max-width: 72ch; }
        .hint { color: var(--soft); font-size: 13px; font-weight: normal; }
        .card { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 22px 24px; margin-left: 0; margin-right: 0; }
        .grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(420px, 1fr)); gap: 18px; margin-top: 12px; }
        .grid .card, .grid div.card + div.card { margin: 0; }
        .grid + .card, div.card + div.card { margin-top: 18px; }
        .hero {
          display: grid; grid-template-columns: minmax(260px, 5fr) 7fr; gap: 28px; align-items: center;
          background: var(--card); border: 1px solid var(--line); border-radius: 18px; padding: 30px 32px;
        }
        .big { font-size: 92px; line-height: 1; font-weight: 650; letter-spacing: -0.04em; margin: 6px 0 8px; color: var(--joint); font-variant-numeric: tabular-nums; }
        .gain { font-size: 18px; }
        .delta { font-weight: 650; }
        .better { color: var(--good); }
        .worse { color: var(--bad); }
        .hero .caption { margin: 0; }
        .metric { display: grid; grid-template-columns: 124px 1fr; column-gap: 14px; row-gap: 4px; margin-bottom: 12px; align-items: center; }
        .metricname { grid-row: span 2; font-size: 14px; line-height: 1.3; }
        .metricname .hint { display: block; font-size: 12px; }
        .metric .track { grid-column: 2; }
        .track { display: flex; align-items: center; gap: 8px; height: 15px; padding-right: 52px; }
        .fill { display: block; height: 100%; border-radius: 3px; flex: none; }
        .fill.joint { background: var(--joint); }
        .fill.alone { background: var(--alone); } .fill.common { background: var(--common); }
        .track .number { font-size: 13px; font-variant-numeric: tabular-nums; margin-right: -52px; }
        .facts { display: grid; grid-template-columns: max-content 1fr; gap: 4px 20px; margin: 10px 0 14px; }
        .facts dt { color: var(--soft); }
        .facts dd { margin: 0; overflow-wrap: anywhere; }
        .facts.head { display: flex; flex-wrap: wrap; gap: 2px 8px; font-size: 14px; margin: 12px 0 0; }
        .facts.head div { display: flex; gap: 8px; margin-right: 18px; }
        .notes { background: var(--warn); border-left: 4px solid var(--warnline); border-radius: 8px; padding: 16px 22px; }
        .notes h2 { font-size: 16px; }
        .notes ul { margin: 0; padding-left: 20px; }
        .legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 22px; padding: 0; margin: 8px 0 0; font-size: 14px; color: var(--soft); }
        .legend strong { color: var(--ink); font-variant-numeric: tabular-nums; }
        .key { display: inline-block; width: 22px; height: 0; border-top: 3px solid; margin-right: 8px; vertical-align: middle; }
        .key.block { width: 14px; height: 14px; border: 0; border-radius: 3px; margin-top: -2px; }
        .key.joint { border-color: var(--joint); } .key.alone { border-color: var(--alone); } .key.second { border-color: var(--second); }
        .key.risk0 { border-color: var(--risk0); } .key.risk1 { border-color: var(--risk1); } .key.risk2 { border-color: var(--risk2); } .key.risk3 { border-color: var(--risk3); }
        .key.block.joint { background: var(--joint); } .key.block.alone { background: var(--alone); } .key.block.second { background: var(--second); }
        .key.block.common { background: var(--common); } .key.block.third { background: var(--third); } .key.block.others { background: var(--others); } .key.block.unused { background: var(--unused); }
        svg { display: block; width: 100%; height: auto; }
        svg text { font-family: inherit; fill: var(--ink); }
        .plot { margin-top: 6px; }
        .grid line.grid, line.grid { stroke: var(--line); stroke-width: 1; }
        .axis, .tickmark { stroke: var(--soft); stroke-width: 1; }
        .plot .tick { font-size: 12px; fill: var(--soft); }
        .plot .axisname { font-size: 13px; fill: var(--soft); }
        .plot .note { font-size: 12px; fill: var(--soft); }
        .middle { text-anchor: middle; } .end { text-anchor: end; }
        .reference { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 4 4; }
        .marker { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 2 3; }
        .curve { fill: none; stroke-width: 2.4; stroke-linejoin: round; stroke-linecap: round; }
        .curve.thin { stroke-width: 1.2; opacity: 0.6; }
        .curve.joint { stroke: var(--joint); } .curve.alone { stroke: var(--alone); } .curve.second { stroke: var(--second); }
        .curve.risk0 { stroke: var(--risk0); } .curve.risk1 { stroke: var(--risk1); } .curve.risk2 { stroke: var(--risk2); } .curve.risk3 { stroke: var(--risk3); }
        .area.joint { fill: var(--joint); opacity: 0.08; }
        .dot { stroke: var(--card); stroke-width: 1.5; }
        .dot.joint { fill: var(--joint); } .dot.second { fill: var(--second); }
        .cohort { margin: 12px 0 4px; }
        .set {
          display: grid; grid-template-columns: minmax(110px, 200px) 56px 1fr 132px; gap: 2px 14px; align-items: center; margin-bottom: 7px; font-size: 15px;
          font-variant-numeric: tabular-nums;
        }
        .set .name { overflow-wrap: anywhere; } .set .count { text-align: right; } .set .rest { color: var(--soft); font-size: 13px; }
        .set .strip { display: flex; height: 18px; } .set.total .strip { height: 26px; }
        .set.total { margin-top: 14px; font-weight: 650; }
        .set .bar { display: block; height: 100%; }
        .cohort + .scroll { margin-top: 16px; }
        .bar.others { box-shadow: inset 0 0 0 1px var(--unused); }
        .whisker { stroke: var(--joint); stroke-width: 1.4; opacity: 0.75; }
        .right { font-weight: 650; }
        figure table { margin-top: 12px; font-size: 13px; } figure caption { text-align: left; margin-bottom: 2px; }
        figure table th, figure table td { padding: 3px 8px 3px 0; border-bottom: 0; }
        .bar.common { background: var(--common); } .bar.others { background: var(--others); } .bar.joint { background: var(--joint); } .bar.second { background: var(--second); } .bar.third { background: var(--third); } .bar.unused { background: var(--unused); }
        .scroll { overflow-x: auto; }
        .scroll + .caption, .legend + .caption { margin: 10px 0 0; }
        .wide .metric { grid-template-columns: 230px 1fr; }
        table { border-collapse: collapse; width: 100%; font-size: 14px; }
        th { text-align: left; font-weight: 600; color: var(--soft); font-size: 13px; }
        th, td { padding: 8px 14px 8px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
        tr:last-child td { border-bottom: 0; }
        td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
        thead th { vertical-align: bottom; }
        .interval { color: var(--soft); display: block; font-size: 12px; }
        .reader { display: inline-block; white-space: nowrap; border-radius: 99px; padding: 1px 10px; font-size: 13px; border: 1px solid var(--line); }
        .reader.peer { color: var(--good); border-color: var(--good); }
        .reader.wide { color: var(--second); border-color: var(--second); }
        .columns { display: flex; flex-wrap: wrap; gap: 6px; align-items: baseline; }
        .columns code { background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: 1px 7px; overflow-wrap: anywhere; }
        footer { max-width: 1080px; margin: 0 auto; padding: 18px 28px 50px; color: var(--soft); font-size: 13px; }
        @media screen and (max-width: 760px) {
          .set { grid-template-columns: 1fr auto auto; }
          .set .name { grid-area: 1 / 1; } .set .count { grid-area: 1 / 3; } .set .rest { grid-area: 1 / 2; } .set .strip { grid-area: 2 / 1 / auto / span 3; }
          .plot .tick, .plot .note { font-size: 15px; } .plot .axisname { font-size: 16px; }
          .card { padding: 18px 16px; }
          .wide .metric { grid-template-columns: 108px 1fr; }
          .stacks, .stacks tbody, .stacks tr, .stacks td { display: block; }
          .stacks thead { display: none; }
          .stacks tr { border-bottom: 1px solid var(--line); padding: 8px 0; } .stacks tr:last-child { border-bottom: 0; }
          .stacks td { border: 0; padding: 2px 0; display: flow-root; white-space: normal; overflow-wrap: anywhere; }
          .stacks td[data-label] { padding-left: 40%; }
          .stacks td[data-label]::before { content: attr(data-label); float: left; width: 60%; margin-left: -66.6%; color: var(--soft); font-size: 13px; font-weight: 400; }
          main { padding: 22px 16px; }
          h1 { font-size: 28px; }
          .hero { grid-template-columns: 1fr; padding: 22px; }
          .big { font-size: 68px; }
          .grid { grid-template-columns: 1fr; }
          pre { columns: 1; }
          .facts { grid-template-columns: 1fr; gap: 0; }
          .facts dd { margin-bottom: 8px; }
          .facts.head dd { margin: 0; }
        }
        @media print {
          :root {
            color-scheme: light;
            --paper: #ffffff; --card: #ffffff; --ink: #17212f; --soft: #4b5666; --line: #d5dae1; --joint: #1f5fbf; --alone: #8592a3; --second: #d0690a;
            --third: #2a9d8f; --common: #86a8df; --others: #e3e8ef; --unused: #c3cad4; --good: #0f7b54; --bad: #b3372f; --warn: #fff4df; --warnline: #e0a030;
            --risk0: #2a9d8f; --risk1: #1f5fbf; --risk2: #d9730d; --risk3: #a4262c;
          }
          body { font-size: 12px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
          main { max-width: none; padding: 0; }
          .grid { grid-template-columns: 1fr 1fr; }
          .grid .card:only-child { grid-column: 1 / -1; }
          .card, .hero, figure { break-inside: avoid; }
          section.card:last-child { break-inside: auto; }
          .grid .card, .card, .hero { padding: 12px 14px; border-radius: 8px; }
          section { margin-top: 16px; }
          .big { font-size: 60px; }
          h1 { font-size: 26px; }
          h2 { font-size: 16px; break-after: avoid; }
          .purpose, .gain { font-size: 14px; }
          .caption, .legend, .facts.head, table { font-size: 10.5px; }
          .metricname .hint, .set .rest, figure table { font-size: 9.5px; }
          .set { font-size: 11px; grid-template-columns: 150px 44px 1fr 96px; } .set .strip { height: 13px; } .set.total .strip { height: 18px; }
          .hint, .interval, th, .reader, .track .number, .metricname { font-size: 10px; }
          th, td { padding: 4px 8px 4px 0; }
          tr { break-inside: avoid; }
          p.hash { font-size: 12px; }
          .scroll { overflow: visible; }
          pre { font-size: 8px; line-height: 1.3; columns: 3; column-gap: 18px; }
        }

        """;
}
