/** Lines of a text, counted from 1, both ends inside. */
export type LineRange = readonly [first: number, last: number];

/** Every line of a file, or some. */
export type ChangedLines = 'all' | readonly LineRange[];

/** A path as git holds it: bytes, one character each. */
export type RawPath = string;

/** A record of `git diff --raw -z`: a file on both sides of a comparison. */
export interface DiffEntry {
  readonly path: RawPath;
  /** The letter of `git diff --raw`: A, M, D, R, C, T or U. */
  readonly status: string;
  /** How alike the two sides of a renamed file are, in percent. */
  readonly score: number | undefined;
  /** Mode of the older side in octal digits: 100644, 100755, 120000 (link), 160000 (submodule). */
  readonly oldMode: string;
  readonly oldId: string;
  readonly newMode: string;
}

export interface Diff {
  readonly entries: readonly DiffEntry[];
  /** Lines of the newer side, of files that have any hunk. */
  readonly hunks: ReadonlyMap<RawPath, readonly LineRange[]>;
}

/** Reads what `git diff --raw -z --no-abbrev --patch --unified=0` prints (git-diff-tree(1), "Raw output format"), one character a byte. */
export function parseDiff(printed: string): Diff {
  const entries: DiffEntry[] = [];
  let at = 0;
  const field = (): string => {
    const end = printed.indexOf('\0', at);
    const text = printed.slice(at, end);
    at = end + 1;
    return text;
  };
  while (printed[at] === ':') {
    const [oldMode = '', newMode = '', oldId = '', , change = ''] = field().slice(1).split(' ');
    const status = change.slice(0, 1);
    const first = field();
    const path = status === 'R' || status === 'C' ? field() : first;
    entries.push({ path, status, score: change.length > 1 ? Number(change.slice(1)) : undefined, oldMode, oldId, newMode });
  }
  return { entries, hunks: hunksOf(printed.slice(at)) };
}

/** What a hunk's header says: `@@ -5,2 +4,0 @@`; a count of one is left out. */
const HUNK = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

function hunksOf(patch: string): ReadonlyMap<RawPath, readonly LineRange[]> {
  const hunks = new Map<RawPath, LineRange[]>();
  let file: LineRange[] = [];
  for (let at = 0; at < patch.length; ) {
    const end = lineEnd(patch, at);
    const line = patch.slice(at, end);
    at = end + 1;
    // A tab ends a name that holds a blank.
    const named = /^\+\+\+ (?:b\/([^]*?)|("b\/[^]*"))\t?$/.exec(line);
    if (named !== null) hunks.set(named[1] ?? unquoted(named[2]!).slice(2), (file = []));
    const hunk = HUNK.exec(line);
    if (hunk === null) continue;
    const [removed, first, added] = [hunk[1] ?? '1', hunk[2] ?? '0', hunk[3] ?? '1'].map(Number) as [number, number, number];
    // Where lines were only taken away, the line after them has changed its meaning.
    file.push(added === 0 ? [first + 1, first + 1] : [first, first + added - 1]);
    // Text of the files may look like a header: it is counted, not read.
    for (let rest = removed + added; rest > 0 && at < patch.length; ) {
      if (patch[at] !== '\\') rest -= 1;
      at = lineEnd(patch, at) + 1;
    }
  }
  return hunks;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

const ESCAPES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', t: '\t', n: '\n', v: '\v', f: '\f', r: '\r' };

/** A name in git's quotes (git-config(1), core.quotePath): escapes of C, other bytes in octal. */
function unquoted(name: string): RawPath {
  return name.slice(1, -1).replace(/\\(?:([0-7]{3})|([^]))/g, (_whole, octal: string | undefined, letter: string) =>
    octal === undefined ? (ESCAPES[letter] ?? letter) : String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
