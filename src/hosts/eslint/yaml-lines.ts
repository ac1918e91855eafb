/** What opens a block scalar: `key: |`, `- >-`, with an anchor or a tag in between. */
const BLOCK_HEADER = /[:?-][ \t]+(?:[&!]\S*[ \t]+)*[|>][-+\d]*[ \t]*(?:[ \t]#.*)?$/;
/** An item, or a key and its colon. */
const ENTRY = /^\s*(?:-(?:\s|$)|(?:"(?:\\.|[^"\\])*"|'(?:''|[^'])*'|[^\s#'"[{|>&*!%@`][^#]*?)\s*:(?:\s|$))/;

/** In YAML indentation alone tells a line of a block scalar, and the start of an entry from the rest of a plain scalar. */
export function takesYamlLine(text: string, lineStart: number): boolean {
  const [line = ''] = text.slice(lineStart).split(/\r?\n/, 1);
  const above = text.slice(0, lineStart).split(/\r?\n/).slice(0, -1).reverse().filter((one) => /^\s*[^#\s]/.test(one));
  const goesOnInFlow = /^\s*["'[{]/.test(line) && /[[{,]\s*(?:\s#.*)?$/.test(above[0] ?? '');
  return (ENTRY.test(line) || goesOnInFlow) && !standsInBlock(above, indentOf(line));
}

/** Walks the lines above that are indented less and less: those that a line belongs to. */
function standsInBlock(above: readonly string[], indent: number): boolean {
  let least = indent;
  for (const line of above) {
    const own = indentOf(line);
    if (own >= least) continue;
    if (BLOCK_HEADER.test(line) && keyIndent(line) < least) return true;
    least = own;
  }
  return false;
}

function indentOf(line: string): number {
  return /^ */.exec(line)![0].length;
}

/** Where the entry behind a line's dashes starts; of a bare block in a list, where its dash stands. */
function keyIndent(line: string): number {
  return /^ *(?:-[ ]+)*(?=[^|>\s-])|^ *(?:-[ ]+(?=-))*/.exec(line)![0].length;
}
