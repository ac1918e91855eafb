/** A Python project's own list of what it needs: where it stands, and a distribution added to it. */
import { parseToml } from '../../syntax/toml/parse.js';
import { nodeAt, type YamlNode } from '../../syntax/yaml/tree.js';
import { folderOf, type Files } from '../../text/files.js';
import { SourceText } from '../../text/source-text.js';
import { lineOf } from './lines.js';

/** Distributions that code-mods bring in, with the release that is asked for (PyPI, November 2026). */
const RELEASES = { 'Flask-Cors': '6.0.5', 'django-cors-headers': '4.9.0' } as const;

export type Distribution = keyof typeof RELEASES;

export interface Required {
  /** Whole new texts of files, by path; none where it is there already. */
  readonly texts: ReadonlyMap<string, string>;
  /** What is left to do by hand. */
  readonly notes: readonly string[];
}

/** A file with its text, what it is asked for, and beside which distribution. */
interface Manifest {
  readonly path: string;
  readonly text: string;
}

/** How a kind of file takes another line; undefined where it has no list. */
type Adding = (manifest: Manifest, name: Distribution, beside: string) => { readonly text: string; readonly note: string } | undefined;

/**
 * A distribution added to what the project of a module needs: in the nearest folder above it that says so, in the file
 * that names the distribution `beside` where several could be meant.
 */
export function requiring(files: Files, module: string, name: Distribution, beside: string): Required {
  for (let folder = folderOf(module); ; folder = folderOf(folder)) {
    const manifests = manifestsIn(files, folder);
    if (manifests.some(({ text }) => names(text, name))) return { texts: new Map(), notes: [] };
    const ordered = [...manifests.filter(({ text }) => names(text, beside)), ...manifests.filter(({ text }) => !names(text, beside))];
    for (const manifest of ordered) {
      const added = addingTo(manifest.path)(manifest, name, beside);
      if (added !== undefined) return { texts: new Map([[manifest.path, added.text]]), notes: [added.note, ...locks(files, folder, manifest.path)] };
    }
    const [first] = ordered;
    if (first !== undefined) return { texts: new Map(), notes: [`add ${name} ${RELEASES[name]} to ${first.path}`] };
    if (folder === '') return { texts: new Map(), notes: [`install ${name} ${RELEASES[name]}`] };
  }
}

/** Files in which people say what is installed for a deployment, in the order in which they are asked. */
function manifestsIn(files: Files, folder: string): readonly Manifest[] {
  const own = files.list(folder);
  const inside = own.includes('requirements/') ? files.list(joined(folder, 'requirements')).map((name) => `requirements/${name}`) : [];
  const found = [
    // What a tool compiled is not edited where its source is there.
    ...['requirements.in', 'requirements/base.in', 'requirements.txt', 'requirements/base.txt', 'requirements/common.txt', 'requirements/prod.txt', 'requirements/production.txt'].filter((name) => [...own, ...inside].includes(name)),
    ...['pyproject.toml', 'Pipfile', 'setup.cfg', 'setup.py', 'environment.yml', 'environment.yaml'].filter((name) => own.includes(name)),
  ];
  return found.flatMap((name) => {
    const path = joined(folder, name);
    const text = files.read(path);
    return text === undefined ? [] : [{ path, text }];
  });
}

function addingTo(path: string): Adding {
  if (/\.(?:txt|in)$/.test(path)) return toRequirements;
  return path.endsWith('pyproject.toml') ? toPyproject : path.endsWith('Pipfile') ? toPipfile : () => undefined;
}

/** Is a distribution named at the beginning of a line, or of a text in quotes? `Flask_Cors`, `flask-cors` and `flask.cors` are one name (PEP 503). */
function names(text: string, name: string): boolean {
  return new RegExp(`(?:^|["'])[ \\t-]*${name.split(/[-_.]+/).join('[-_.]+')}(?![\\w.-])`, 'im').test(text);
}

const REQUIREMENT = /^([A-Za-z0-9][\w.-]*)[ \t]*(?:\[[^\]\r\n]*\])?[ \t]*(===?|~=|>=|<=|!=|<|>)?/;

/** One line of pip's, pinned as its neighbours are, in their order where they have one. */
const toRequirements: Adding = ({ path, text }, name, beside) => {
  const { newline, lines } = linesOf(text);
  // Hashes have to be computed from what is downloaded.
  if (/--hash[= ]/.test(text)) return undefined;
  const written = lines.flatMap((line, index) => {
    const [, found, sign] = REQUIREMENT.exec(line) ?? [];
    return found === undefined ? [] : [{ name: found, sign, index }];
  });
  const like = written.find((one) => one.name.toLowerCase() === beside.toLowerCase()) ?? written[0];
  const line = `${casedLike(name, like?.name)}${specifier(name, like === undefined ? '==' : (like.sign ?? ''))}`;
  const isSorted = written.every((one, index) => index === 0 || order(written[index - 1]!.name, one.name) <= 0);
  const behind = isSorted ? written.findLast((one) => order(one.name, name) < 0) : written.at(-1);
  const at = behind === undefined ? (written[0]?.index ?? lines.length) : behind.index + 1;
  const ends = text === '' || /[\r\n]$/.test(text);
  const result = [...lines.slice(0, at), line, ...lines.slice(at)].join(newline);
  const note = path.endsWith('.in') ? `run \`pip-compile ${path}\` and install what it writes` : `run \`pip install -r ${path}\``;
  return { text: `${result}${ends ? newline : ''}`, note };
};

function linesOf(text: string): { readonly newline: string; readonly lines: readonly string[] } {
  const lines = text.split(/\r\n|\n/);
  return { newline: text.includes('\r\n') ? '\r\n' : '\n', lines: lines.at(-1) === '' ? lines.slice(0, -1) : lines };
}

function order(a: string, b: string): number {
  const [one, other] = [a, b].map((name) => name.toLowerCase().replaceAll(/[-_.]+/g, '-'));
  return one! < other! ? -1 : one === other ? 0 : 1;
}

function casedLike(name: Distribution, neighbour: string | undefined): string {
  return neighbour !== undefined && neighbour === neighbour.toLowerCase() ? name.toLowerCase() : name;
}

function specifier(name: Distribution, sign: string): string {
  const release = RELEASES[name];
  if (sign === '') return '';
  return sign.startsWith('==') ? `==${release}` : sign === '~=' ? `~=${release.split('.').slice(0, 2).join('.')}` : `>=${release}`;
}

/** `[project] dependencies`, or Poetry's table. */
const toPyproject: Adding = ({ path, text }, name) => {
  const root = parseToml(new SourceText(path, text)).unit?.documents[0]?.root;
  const listed = nodeAt(root, 'project', 'dependencies');
  if (listed?.kind === 'seq') return { text: withItem(text, listed, name), note: 'install the project again' };
  const table = nodeAt(root, 'tool', 'poetry', 'dependencies');
  return table?.kind === 'map' ? { text: withKey(text, table, name, `"^${RELEASES[name]}"`), note: 'run `poetry update`' } : undefined;
};

function withItem(text: string, list: YamlNode & { readonly kind: 'seq' }, name: Distribution): string {
  const last = list.items.at(-1);
  const newline = linesOf(text).newline;
  const neighbour = last === undefined ? '' : text.slice(last.at.start, last.at.end);
  const quote = neighbour.startsWith("'") ? "'" : '"';
  const [, named, sign] = REQUIREMENT.exec(neighbour.slice(1)) ?? [];
  const item = `${quote}${casedLike(name, named ?? 'x')}${specifier(name, last === undefined ? '>=' : (sign ?? ''))}${quote}`;
  if (last === undefined) return `${text.slice(0, list.at.start + 1)}${item}${text.slice(list.at.start + 1)}`;
  const line = lineOf(text, last.at.start, last.at.end);
  const before = text.slice(line.start, last.at.start);
  if (before.trim() !== '') return `${text.slice(0, last.at.end)}, ${item}${text.slice(last.at.end)}`;
  const comma = /^\s*,/.test(text.slice(last.at.end));
  // The comma of the last one, then the rest of its line with a comment.
  const rest = text.slice(last.at.end, line.end);
  return `${text.slice(0, last.at.end)}${comma ? rest : `,${rest}`}${before}${item}${comma ? ',' : ''}${newline}${text.slice(line.end)}`;
}

function withKey(text: string, table: YamlNode & { readonly kind: 'map' }, name: Distribution, value: string): string {
  const last = table.pairs.at(-1);
  const end = last === undefined ? table.at.end : lineOf(text, last.at.start, last.at.end).end;
  const { newline } = linesOf(text);
  const first = end > 0 && !/[\r\n]/.test(text[end - 1]!) ? newline : '';
  return `${text.slice(0, end)}${first}${name.toLowerCase()} = ${value}${newline}${text.slice(end)}`;
}

const toPipfile: Adding = ({ path, text }, name) => {
  const table = nodeAt(parseToml(new SourceText(path, text)).unit?.documents[0]?.root, 'packages');
  return table?.kind === 'map' ? { text: withKey(text, table, name, `"==${RELEASES[name]}"`), note: 'run `pipenv install`' } : undefined;
};

/** Lock files that no longer fit. */
function locks(files: Files, folder: string, changed: string): readonly string[] {
  const own = files.list(folder);
  const tools = { 'uv.lock': 'uv lock', 'poetry.lock': 'poetry lock', 'pdm.lock': 'pdm lock', 'Pipfile.lock': 'pipenv lock' } as const;
  return Object.entries(tools).flatMap(([file, command]) => (own.includes(file) && /pyproject\.toml$|Pipfile$/.test(changed) ? [`run \`${command}\``] : []));
}

function joined(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
