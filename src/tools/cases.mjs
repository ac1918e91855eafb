import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../..', import.meta.url));
const fixtures = (...parts) => join(root, 'fixtures', ...parts);

/** What fixes make of the text beside it. */
const MENDED = /\.(?:fixed|suggested)\./;

/** A small repository: `files` maps paths to texts. */
const caseOf = (name, files) => ({ name, files });

function textsBelow(folder) {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(folder, path)).isFile() && !MENDED.test(path)).map((path) => path.replaceAll('\\', '/')).sort();
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

/** Each entry of a folder: a file by itself, or a folder whose files belong together. */
function entriesOf(folder) {
  return readdirSync(folder).sort().map((name) => {
    const path = join(folder, name);
    return caseOf(relative(fixtures(), path), statSync(path).isDirectory() ? textsBelow(path) : { [name]: readFileSync(path, 'utf8') });
  });
}

const rowsIn = (path) => gunzipSync(readFileSync(path)).toString('utf8').trim().split('\n').map((line) => JSON.parse(line));

/** Fixtures of rules, without the texts that fixes make. */
export function ruleCases() {
  return readdirSync(fixtures('rules')).sort().flatMap((rule) => entriesOf(fixtures('rules', rule)).filter(({ name }) => !MENDED.test(name)));
}

/** Every text of the fixtures, and every configuration of which a real server's answers were recorded. */
export function allCases() {
  const gateways = parse(readFileSync(fixtures('gateways/cases.yaml'), 'utf8'));
  const recorded = readdirSync(fixtures('readers')).flatMap((reader) =>
    readdirSync(fixtures('readers', reader)).filter((file) => file === 'recorded.jsonl.gz').flatMap((file) => rowsIn(fixtures('readers', reader, file)).filter(({ files }) => files !== undefined).map(({ name, files }) => caseOf(`${reader}: ${name}`, files))),
  );
  const nginx = new Map(rowsIn(fixtures('observed/nginx.jsonl.gz')).filter(({ config }) => config !== undefined).map(({ id, config }) => [id, config]));
  return [
    ...ruleCases(),
    ...readdirSync(fixtures('shapes')).flatMap((kind) => entriesOf(fixtures('shapes', kind))),
    ...casesOf(gateways),
    ...[...nginx].map(([id, config]) => caseOf(`observed nginx: ${id}`, { 'nginx.conf': `http {\n${config}\n}\n` })),
    ...recorded,
    caseOf('showcase', textsBelow(fixtures('showcase'))),
    caseOf('silence', textsBelow(fixtures('silence'))),
  ];
}

function casesOf(gateways) {
  return gateways.map(({ id, file, text }) => caseOf(`gateways/${id}`, { [file]: text }));
}
