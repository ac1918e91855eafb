/** What a terminal shows, as a picture: SVG whose text can be selected, readable on light and dark pages. */

/** Columns of the terminal in the pictures. */
export const COLUMNS = 100;

/** A picture: the words on the command line, run in a copy of `fixtures/showcase`. */
export const PICTURES = {
  'attacker-origin': ['gateway/kong.yml'],
  'lost-headers': ['edge'],
};

/** How the command is run so that it prints as on a terminal. */
export const ENVIRONMENT = { COLUMNS: String(COLUMNS), FORCE_COLOR: '1', FORCE_HYPERLINK: '1' };

/** A cell of the grid, in pixels. */
const CELL = { width: 8.4, height: 19 };
const PADDING = 18;
const BAR = 34;

/** Select Graphic Rendition: what each code that the reporters print does to the style of what follows. */
const CODES = { 1: ['bold', true], 2: ['dim', true], 4: ['underline', true], 22: ['bold', false, 'dim', false], 24: ['underline', false], 31: ['colour', 'red'], 32: ['colour', 'green'], 33: ['colour', 'yellow'], 34: ['colour', 'blue'], 39: ['colour', undefined] };

/**
 * Runs of text of one style, line by line.
 * @throws {Error} for a control sequence that is not drawn: a picture must not leave out what a terminal would show.
 */
function linesOf(ansi) {
  const lines = [[]];
  let style = {};
  // SGR, OSC 8 (a link begins or ends), a line's end, text.
  // eslint-disable-next-line no-control-regex -- control sequences are the subject
  for (const [whole, sgr, link, text] of ansi.matchAll(/\u001b\[(\d+)m|\u001b\]8;;([^\u001b]*)\u001b\\|\n|([^\u001b\n]+)|[^]/g)) {
    if (sgr !== undefined && sgr in CODES) {
      const changes = CODES[sgr];
      for (let index = 0; index < changes.length; index += 2) style = { ...style, [changes[index]]: changes[index + 1] };
    } else if (link !== undefined) style = { ...style, link: link === '' ? undefined : link };
    else if (text !== undefined) lines.at(-1).push({ text, style });
    else if (whole === '\n') lines.push([]);
    else throw new Error(`a control sequence that is not drawn: ${JSON.stringify(ansi.slice(ansi.indexOf(whole), ansi.indexOf(whole) + 10))}`);
  }
  return lines;
}

const escaped = (text) => text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`);
const number = (value) => String(Math.round(value * 100) / 100);

function runOf({ text, style: { bold, dim, underline, colour, link } }, column, widthOf) {
  const names = [bold && 'bold', dim && 'dim', underline && 'underline', colour].filter(Boolean).join(' ');
  // The width is set, since fonts of one width differ in it.
  const run = `<tspan x="${number(PADDING + column * CELL.width)}" textLength="${number(widthOf(text) * CELL.width)}"${names === '' ? '' : ` class="${names}"`}>${escaped(text)}</tspan>`;
  return link === undefined ? run : `<a href="${escaped(link)}">${run}</a>`;
}

/** Blanks at the ends of a run need no picture. */
function trimmed({ text, style }, column) {
  const start = text.search(/\S/);
  return start === -1 ? undefined : { run: { text: text.trimEnd().slice(start), style }, column: column + start };
}

function lineOf(runs, index, widthOf) {
  let column = 0;
  const drawn = runs.flatMap((run) => {
    const part = trimmed(run, column);
    column += widthOf(run.text);
    return part === undefined ? [] : [runOf(part.run, part.column, widthOf)];
  });
  return drawn.length === 0 ? [] : [`<text y="${number(BAR + PADDING + (index + 0.75) * CELL.height)}">${drawn.join('')}</text>`];
}

/** A command and what it printed, as SVG. `widthOf` tells the columns of a text. */
export function svgOf(command, ansi, widthOf) {
  const lines = [[{ text: '$ ', style: { dim: true } }, { text: command, style: { bold: true } }], [], ...linesOf(ansi.trimEnd())];
  const width = number(2 * PADDING + COLUMNS * CELL.width);
  const height = number(BAR + 2 * PADDING + lines.length * CELL.height);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(command)}">
<style>
svg { color-scheme: light dark; --page: #fbfcfd; --bar: #e8ebef; --text: #24292f; --dim: #656d76; --red: #c4232b; --green: #1a7f37; --yellow: #8a5a00; --blue: #0a5fd1 }
@media (prefers-color-scheme: dark) { svg { --page: #161b22; --bar: #2b313a; --text: #d7dde4; --dim: #8d96a0; --red: #ff7b72; --green: #56d364; --yellow: #e3b341; --blue: #79c0ff } }
text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace; fill: var(--text); white-space: pre }
.bold { font-weight: 600 } .underline { text-decoration: underline } .dim { fill: var(--dim) }
.red { fill: var(--red) } .green { fill: var(--green) } .yellow { fill: var(--yellow) } .blue { fill: var(--blue) }
</style>
<rect width="100%" height="100%" rx="8" fill="var(--page)"/>
<path d="M0 ${BAR}V8a8 8 0 0 1 8-8H${number(width - 8)}a8 8 0 0 1 8 8V${BAR}Z" fill="var(--bar)"/>
${[20, 40, 60].map((x) => `<circle cx="${x}" cy="${BAR / 2}" r="6" fill="var(--dim)" opacity=".45"/>`).join('')}
${lines.flatMap((runs, index) => lineOf(runs, index, widthOf)).join('\n')}
</svg>
`;
}
