/** What code-mods are measured on: the repositories of their fixtures side by side, as many as make 20 files to rewrite. */
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FILES = 20;

/** Every code-mod with cases in a folder: its name, the flags that most of these want, and what lays their repositories into a folder. */
export function codemodsIn(top) {
  return readdirSync(top).map((name) => {
    const byFlags = new Map();
    for (const one of readdirSync(join(top, name)).map((entry) => join(top, name, entry))) {
      if (!existsSync(join(one, 'after'))) continue;
      const flags = flagsOf(one).join(' ');
      byFlags.set(flags, [...(byFlags.get(flags) ?? []), one]);
    }
    const [[flags, cases]] = [...byFlags].sort(([, a], [, b]) => b.length - a.length);
    return { name, flags: flags === '' ? [] : flags.split(' '), lay: (folder) => layAll(cases, folder) };
  });
}

function flagsOf(one) {
  const { choices: { origins, env, keep } = {} } = JSON.parse(readFileSync(join(one, 'case.json'), 'utf8'));
  return [...(origins === undefined ? [] : ['--origins', origins.join()]), ...(env === undefined ? [] : ['--origins-from-env', env]), ...(keep === undefined ? [] : ['--keep', keep])];
}

/** One after the other and again from the first, as long as one still fits. */
function layAll(cases, folder) {
  let left = FILES;
  for (let count = 0, unfit = 0; unfit < cases.length; count++) {
    const one = cases[count % cases.length];
    const rewritten = rewrittenIn(one);
    unfit = rewritten === 0 || rewritten > left ? unfit + 1 : 0;
    if (unfit > 0) continue;
    left -= rewritten;
    cpSync(join(one, 'before'), join(folder, `repository-${count}`), { recursive: true });
  }
}

/** How many files a code-mod changes or adds. */
function rewrittenIn(one) {
  const textAt = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
  const files = readdirSync(join(one, 'after'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return files.filter((path) => textAt(path) !== textAt(path.replace(join(one, 'after'), join(one, 'before')))).length;
}
