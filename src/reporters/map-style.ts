/** How a map looks, beside what every page has. The lines between layers are borders: text stays text, at every width. */
export const MAP_STYLE = `
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(10.5rem, 100%), 1fr)); gap: .75rem; margin: 1.75rem 0 0; padding: 0; list-style: none; }
.tiles li { margin: 0; padding: .8rem 1rem .9rem; background: var(--surface); border: 1px solid var(--line); border-radius: .75rem; }
.tiles b { display: block; font-size: 1.7rem; font-weight: 650; line-height: 1.2; font-variant-numeric: tabular-nums; letter-spacing: -.02em; }
.tiles span { color: var(--muted); font-size: .875rem; line-height: 1.4; }
.tiles .wide { border-color: var(--bad); }
.tiles .wide b { color: var(--bad); }

.tools { display: flex; flex-wrap: wrap; align-items: end; gap: .6rem 1rem; margin: 2rem 0 0; }
.tools[hidden] { display: none; }
.tools label { display: grid; gap: .2rem; flex: 1 1 16rem; max-width: 26rem; font-size: .875rem; font-weight: 600; }
.tools input { width: 100%; font-weight: 400; font-size: 1rem; }
.tools output { color: var(--muted); font-size: .875rem; min-height: 1.3em; }

.tree, .tree ul { margin: 0; padding: 0; list-style: none; }
.tree li { position: relative; margin: 0; }
.alone { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(16.5rem, 100%), 1fr)); gap: .75rem; margin: 0; padding: 0; list-style: none; align-items: start; }
.alone li { margin: 0; }
.tree > li { margin: 0 0 1.5rem; }
.node { position: relative; display: grid; gap: .1rem; padding: .6rem .8rem .7rem; background: var(--surface); border: 1px solid var(--line); border-radius: .6rem; overflow-wrap: anywhere; }
.node .name { font-weight: 600; color: var(--text); text-decoration-color: var(--line-strong); }
.node .name:hover { color: var(--accent); text-decoration-color: currentColor; }
.node .via { color: var(--muted); font-size: .8125rem; }
.node .via b { color: var(--doubt); font-weight: 600; }
.node .badges { display: flex; flex-wrap: wrap; gap: .3rem; margin-top: .35rem; }
.node .badges:empty { display: none; }
.node.again { border-style: dashed; background: none; }
.tree > li > .node { border-color: var(--line-strong); }
.tree ul li { padding: 0 0 .6rem 1.5rem; }
.tree ul li:last-child { padding-bottom: 0; }
.tree ul li::before, .tree ul li::after { content: ""; position: absolute; left: 0; border: 0 solid var(--line-strong); }
.tree ul li::before { top: 1.35rem; width: 1.5rem; border-top-width: 2px; }
.tree ul li::after { top: 0; bottom: 0; border-left-width: 2px; }
.tree ul li:last-child::after { bottom: auto; height: calc(1.35rem + 2px); }
.tree ul li.likely::before { border-top-style: dashed; border-color: var(--doubt); }
.tree ul { padding: .6rem 0 0 1rem; }
@media (min-width: 56rem) {
  .tree li { display: flex; align-items: flex-start; }
  .tree .node { flex: 0 0 17.5rem; }
  .tree ul { flex: 1 1 auto; min-width: 0; position: relative; padding: 0 0 0 1.5rem; }
  .tree ul::before { content: ""; position: absolute; left: 0; top: 1.35rem; width: 1.5rem; border-top: 2px solid var(--line-strong); }
  .tree ul li:first-child::after { top: 1.35rem; }
  .tree ul li:only-child::after { display: none; }
  .tree li:has(> .many) > .node { position: sticky; top: 1rem; }
  .tree .many { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .6rem; margin-left: 1.5rem; padding: .75rem 0 .75rem 1rem; border-left: 2px solid var(--line-strong); }
  .tree .many::before { left: -1.5rem; }
  .tree .many > li { display: block; padding: 0; }
  .tree .many > li::before, .tree .many > li::after { display: none; }
  .tree .many > li.likely > .node { border-left: 2px dashed var(--doubt); }
}

.reach { display: inline-block; padding: .05rem .5rem; border: 1px solid var(--line); border-radius: .5rem; font-size: .8125rem; line-height: 1.5; color: var(--muted); }
.reach.wide { color: var(--bad); background: var(--bad-soft); border-color: transparent; font-weight: 600; }
.reach.open { color: var(--accent); background: var(--accent-soft); border-color: transparent; font-weight: 600; }
.reach.named { color: var(--good); background: var(--good-soft); border-color: transparent; }
.reach.undecided { color: var(--doubt); background: var(--doubt-soft); border: 1px dashed currentColor; }

.chain { margin: 0 0 2.5rem; }
.chain > h3 { font-size: 1.125rem; }
.group { padding: 0; overflow: hidden; }
.group > summary { display: flex; flex-wrap: wrap; gap: .3rem .7rem; align-items: center; padding: .75rem 1.1rem; }
.group > summary::before { content: "\\25B8" / ""; color: var(--muted); }
.group[open] > summary::before { content: "\\25BE" / ""; }
.group > summary::-webkit-details-marker { display: none; }
.group > summary h4 { display: inline; margin: 0; font-weight: 600; }
.group > summary:focus-visible { outline-offset: -3px; }
.group .inside { padding: .75rem 1.1rem 1rem; border-top: 1px solid var(--line); }
.who th { width: 40%; overflow-wrap: anywhere; }
.who caption { padding-bottom: .5rem; color: var(--muted); font-size: .875rem; font-weight: 400; }
.who tr > :first-child { padding-left: 0; }
.who thead th { width: auto; }
.who td { width: 30%; }
.who ul { margin: 0; padding: 0; list-style: none; }
.who th .more { display: block; color: var(--muted); font-weight: 400; font-size: .8125rem; }
.said { display: inline-block; padding: .02rem .5rem; border: 1px solid var(--line); border-radius: 1rem; font-size: .8125rem; line-height: 1.55; color: var(--muted); }
.said.reads { color: var(--accent); background: var(--accent-soft); border-color: transparent; font-weight: 600; }
.said.reads.wide { color: var(--bad); background: var(--bad-soft); }
.said.undecided { color: var(--doubt); background: var(--doubt-soft); border: 1px dashed currentColor; font-weight: 600; }
.said + .how { margin-left: .35rem; color: var(--muted); font-size: .8125rem; }
.paths { columns: 22rem auto; column-gap: 2rem; margin: .4rem 0 0; padding: 0; list-style: none; }
.paths li { break-inside: avoid; padding: .3rem 0; }
.alone-path code { display: none; }
.paths .way { display: block; color: var(--muted); font-size: .8125rem; }
.layer { scroll-margin-top: 1rem; }
.layer:target { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); }
.layer dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .15rem 1rem; margin: .5rem 0 0; font-size: .9375rem; }
.layer dt { color: var(--muted); }
.layer dd { margin: 0; overflow-wrap: anywhere; }
.layers { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(30rem, 100%), 1fr)); gap: 1rem; align-items: start; }
.layers .card { margin: 0; }
.notes { margin: .75rem 0 0; padding: 0; list-style: none; }
.notes li { padding: .55rem 0; border-top: 1px solid var(--line); }
.notes p { margin: .2rem 0; }
[data-find][hidden] { display: none !important; }
@media (max-width: 40rem) {
  .who th { width: 44%; }
  .who td { width: 28%; padding-inline: .25rem; }
  .who thead th { padding-inline: .25rem; font-size: .75rem; overflow-wrap: normal; }
  .layer dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .layer dd { margin-bottom: .4rem; }
  .said + .how { display: block; margin: .1rem 0 .2rem; }
}
@media print {
  .alone { display: block; }
  details::details-content { content-visibility: visible; height: auto; display: block; }
  .tree li:has(> .many) > .node { position: static; }
  .layers { display: block; }
  .layers .card { margin: 0 0 .75rem; }
}
`;
