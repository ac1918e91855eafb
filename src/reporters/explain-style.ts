/** How an explanation looks, beside what every page has. */
export const EXPLAIN_STYLE = `
.stations { margin: .75rem 0; padding: 0; list-style: none; counter-reset: station; }
.stations > li { position: relative; margin: 0; padding: 0 0 1rem 2.4rem; counter-increment: station; }
.stations > li::before { content: counter(station); position: absolute; left: 0; top: .1rem; width: 1.6rem; height: 1.6rem; border: 1px solid var(--line-strong); border-radius: 50%; background: var(--surface); text-align: center; font-size: .8125rem; line-height: 1.5rem; }
.stations > li:not(:last-child)::after { content: ""; position: absolute; left: .8rem; top: 1.7rem; bottom: -.1rem; border-left: 2px solid var(--line-strong); }
.stations > li.likely::after { border-left-style: dashed; border-color: var(--doubt); }
.stations ul { color: var(--muted); font-size: .875rem; }
.http { margin: .5rem 0; padding: 0; list-style: none; font-family: var(--mono); font-size: .875rem; }
.http li { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 0 1.25rem; margin: 0; padding: .3rem 0 .3rem 1.6rem; border-bottom: 1px solid var(--line); position: relative; overflow-wrap: anywhere; }
.http li:last-child { border-bottom: 0; }
.http li::before { position: absolute; left: .2rem; color: var(--muted); }
.http .sent::before { content: "\\2192" / "sent"; }
.http .got::before { content: "\\2190" / "received"; }
.http .lost::before { content: "\\2715" / "lost"; color: var(--bad); }
.http .lost > :first-child { text-decoration: line-through; }
.http .sent { grid-template-columns: minmax(0, 1fr); }
.checks { margin: .75rem 0; padding: 0; list-style: none; }
.checks li { position: relative; margin: 0; padding: .35rem 0 .35rem 1.8rem; border-bottom: 1px solid var(--line); }
.checks li:last-child { border-bottom: 0; }
.checks li::before { position: absolute; left: .2rem; font-weight: 700; }
.checks .ok::before { content: "\\2713" / "passes"; color: var(--good); }
.checks .failed::before { content: "\\2715" / "fails"; color: var(--bad); }
.checks .open::before { content: "?" / "not known"; color: var(--doubt); }
.checks .failed { font-weight: 600; }
.diff { font-family: var(--mono); }
.diff ins, .diff del { display: block; text-decoration: none; }
.diff ins { color: var(--good); background: var(--good-soft); }
.diff del { color: var(--bad); background: var(--bad-soft); }
@media (max-width: 40rem) { .http li { grid-template-columns: minmax(0, 1fr); } }
`;
