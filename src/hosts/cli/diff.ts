import { createTwoFilesPatch, FILE_HEADERS_ONLY, OMIT_HEADERS } from 'diff';

/** What `git apply` takes: the change of one file, with three lines around each place. */
export function unifiedDiff(path: string, before: string, after: string): string {
  return createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, undefined, undefined, { context: 3, headerOptions: FILE_HEADERS_ONLY });
}

/**
 * The same as git prints it, for a path that is relative to the top of the repository: `git apply` makes files that are
 * new. Run below the top it passes over the files that are not.
 * @param before undefined: the file is new
 */
export function gitDiff(path: string, before: string | undefined, after: string): string {
  const [from, to] = [quoted(`a/${path}`), quoted(`b/${path}`)];
  const hunks = createTwoFilesPatch('', '', before ?? '', after, undefined, undefined, { context: 3, headerOptions: OMIT_HEADERS });
  const names = hunks === '' ? '' : `--- ${before === undefined ? '/dev/null' : ended(from)}\n+++ ${ended(to)}\n`;
  return `diff --git ${from} ${to}\n${before === undefined ? 'new file mode 100644\n' : ''}${names}${hunks}`;
}

/** As git quotes names that hold what its own lines are made of. */
function quoted(name: string): string {
  const written = [...name].map((character) => (character < ' ' || character === '\x7f' ? `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}` : /["\\]/.test(character) ? `\\${character}` : character)).join('');
  return written === name ? name : `"${written}"`;
}

/** A tab tells where a name with spaces ends. */
function ended(name: string): string {
  return name.includes(' ') && !name.startsWith('"') ? `${name}\t` : name;
}
