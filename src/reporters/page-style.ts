/**
 * How every page of ours looks: light and dark by what the reader's system asks for, from 320 px to a wide screen, and on
 * paper. No colour stands alone: what it says stands there in a word or a sign too. Contrasts are those of WCAG 2.2, AA.
 */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f7f7f5; --surface: #ffffff; --sunken: #f0f0ed; --line: #dcdcd6; --line-strong: #8b8d88;
  --text: #1c1e21; --muted: #585c63;
  --accent: #2c4bc7; --accent-soft: #e8ecfb; --on-accent: #ffffff;
  --good: #17693a; --good-soft: #e3f3e8; --bad: #a8201a; --bad-soft: #fbe9e7; --doubt: #7a4d00; --doubt-soft: #fbf0d9;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #131519; --surface: #1a1d22; --sunken: #22262c; --line: #31363e; --line-strong: #767d88;
    --text: #e7e9ec; --muted: #a4abb6;
    --accent: #a3b6ff; --accent-soft: #232b47; --on-accent: #10131c;
    --good: #7ed39a; --good-soft: #16301f; --bad: #ff9d94; --bad-soft: #3b1c1a; --doubt: #f0c064; --doubt-soft: #35290f;
  }
}
*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1rem; }
body { margin: 0; background: var(--ground); color: var(--text); font: 400 1rem/1.55 var(--sans); overflow-wrap: break-word; }
.page { max-width: 76rem; margin: 0 auto; padding: 2.5rem 1.5rem 3rem; }
h1, h2, h3, h4 { line-height: 1.25; font-weight: 650; letter-spacing: -.011em; text-wrap: balance; margin: 0; overflow-wrap: anywhere; }
h1 { font-size: 1.9rem; }
h2 { font-size: 1.3rem; margin: 2.75rem 0 .9rem; }
h3 { font-size: 1.05rem; margin: 1.5rem 0 .5rem; }
h4 { font-size: .95rem; margin: 1rem 0 .35rem; }
p { margin: .5rem 0; max-width: 72ch; }
ul, ol { margin: .5rem 0; padding-left: 1.3rem; }
li { margin: .2rem 0; }
a { color: var(--accent); text-underline-offset: .18em; text-decoration-thickness: .07em; }
a:hover { text-decoration-thickness: .14em; }
code, pre, .place { font-family: var(--mono); font-size: .875em; }
code { overflow-wrap: anywhere; }
pre { margin: .75rem 0; padding: .9rem 1rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--sunken); line-height: 1.5; white-space: pre-wrap; overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: .25rem; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 1rem; z-index: 2; padding: .5rem .9rem; background: var(--surface); }
.kind { margin: 0 0 .5rem; color: var(--muted); font-size: .875rem; }
.kind strong { color: var(--text); font-weight: 650; }
.lead { margin: .75rem 0 0; color: var(--muted); font-size: 1.05rem; }
.muted { color: var(--muted); }
.small { font-size: .875rem; }
.place { color: var(--muted); overflow-wrap: anywhere; }
.card { margin: 1rem 0; padding: 1.1rem 1.25rem 1.25rem; background: var(--surface); border: 1px solid var(--line); border-radius: .75rem; }
.card > :first-child { margin-top: 0; }
.card > :last-child { margin-bottom: 0; }
.verdict, .tag { display: inline-block; padding: .05rem .5rem; border: 1px solid transparent; border-radius: 1rem; font-size: .8125rem; font-weight: 600; line-height: 1.5; white-space: nowrap; }
.verdict::before { display: inline-block; min-width: 1.05em; font-weight: 700; }
.verdict.allowed { color: var(--good); background: var(--good-soft); }
.verdict.allowed::before { content: "\\2713" / ""; }
.verdict.blocked { color: var(--bad); background: var(--bad-soft); }
.verdict.blocked::before { content: "\\2715" / ""; }
.verdict.undecided { color: var(--doubt); background: var(--doubt-soft); border: 1px dashed currentColor; }
.verdict.undecided::before { content: "?" / ""; }
.tag { color: var(--muted); border-color: var(--line); font-weight: 500; }
.tag.error { color: var(--bad); border-color: currentColor; }
.tag.warn { color: var(--doubt); border-color: currentColor; }
.tag.info { color: var(--accent); border-color: currentColor; }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; }
caption { padding: 0 0 .4rem; text-align: left; font-weight: 600; }
th, td { padding: .45rem .75rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { color: var(--muted); font-size: .8125rem; font-weight: 600; }
tbody th { font-weight: 500; }
tr:last-child > * { border-bottom: 0; }
.scroll { overflow-x: auto; }
details > summary { cursor: pointer; padding: .15rem 0; }
details > summary::marker { color: var(--muted); }
button, input, select { font: inherit; color: inherit; }
input, select, button { padding: .4rem .65rem; background: var(--surface); border: 1px solid var(--line-strong); border-radius: .5rem; }
button { cursor: pointer; }
footer { margin-top: 3.5rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--muted); font-size: .875rem; }
.hidden-text { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 40rem) {
  .page { padding: 1.5rem 1rem 2rem; }
  h1 { font-size: 1.5rem; }
  .card { padding: .9rem 1rem 1rem; }
  th, td { padding: .4rem .5rem; }
}
@media (forced-colors: active) { .verdict, .tag { border: 1px solid; } }
@media print {
  :root { --ground: #fff; --surface: #fff; --sunken: #fff; --text: #000; --muted: #333; --line: #bbb; color-scheme: light; }
  .page { max-width: none; padding: 0; }
  .card, tr, pre { break-inside: avoid; }
  h2, h3, h4 { break-after: avoid; }
  .skip, .tools { display: none; }
}
`;
