import type { TopologyFact, Unit } from '../../src/policy/topology.js';
import type { Reader } from '../../src/readers/reader.js';
import type { Language } from '../../src/syntax/language.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';

type Texts = Readonly<Record<string, string>>;

/** What a reader tells of where things run, in the first of some files. */
export function factsIn<Tree>(reader: Reader<Tree>, language: Language<Tree>, texts: Texts): readonly TopologyFact[] {
  const [[path, text]] = Object.entries(texts) as [[string, string]];
  const { unit } = language.parse(new SourceText(path, text), filesFrom(texts));
  return unit === undefined ? [] : [...reader.read(unit)].flatMap((reading) => (reading.kind === 'topology' ? [reading.fact] : []));
}

/** Facts without their places. */
export function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === 'at' ? undefined : inner)));
}

export function unitsIn(facts: readonly TopologyFact[]): readonly Unit[] {
  return facts.filter((fact) => fact.fact === 'unit');
}

/** `file api/server.js`, `folder api`, `dockerfile api/Dockerfile in api`, `image nginx`. */
export function runsOf({ runs }: Pick<Unit, 'runs'>): readonly string[] {
  return runs.map((run) => (run.of === 'image' ? `image ${run.name}` : run.of === 'dockerfile' ? `dockerfile ${run.path} in ${run.context}${run.stage === undefined ? '' : ` to ${run.stage}`}` : `${run.of} ${run.path}`));
}

/** `3000`, with a question mark for what is a default. */
export function portsOf({ ports }: Pick<Unit, 'ports'>): readonly string[] {
  return ports.map(({ port, byDefault }) => `${port}${byDefault === true ? '?' : ''}`);
}

/** `8080:80`, `?` for a default, `@` for one of the machine alone. */
export function publishedOf({ published }: Unit): readonly string[] {
  return published.map(({ port, target, loopback, byDefault }) => `${port ?? ''}:${target ?? ''}${byDefault === true ? '?' : ''}${loopback === true ? '@' : ''}`);
}

/** The texts that all places of a fact stand for: they must lie in the file that they name. */
export function placesIn(value: unknown, texts: Texts): readonly string[] {
  const found: string[] = [];
  JSON.stringify(value, (key, inner: unknown) => {
    if (key !== 'at') return inner;
    const { file, start, end } = inner as { file: string; start: number; end: number };
    const text = texts[file];
    if (text === undefined || start < 0 || end > text.length || start > end) throw new Error(`no such place: ${file} ${start}-${end}`);
    found.push(text.slice(start, end));
    return undefined;
  });
  return found;
}
