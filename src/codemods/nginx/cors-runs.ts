import { peeled } from '../../middleware/nginx/conditions.js';
import { variableName } from '../../middleware/nginx/variables.js';
import type { Directive } from '../../syntax/nginx/index.js';
import { CORS_HEADER, isHeader, textsIn, VARY, variablesIn, type Configuration } from './configuration.js';

/** Directives on CORS that stand together in one block, and nothing else between them. */
export interface Run {
  readonly file: string;
  readonly directives: readonly Directive[];
  /** Equal for runs that say the same, whatever their blanks, comments and quotes. */
  readonly key: string;
  /** There is nothing else in the file. */
  readonly isWholeFile: boolean;
}

/** Every run of a configuration once, however often its file is included; at least two lines long. */
export function runsIn({ root, places }: Configuration): readonly Run[] {
  const found = new Map<string, Run>();
  const levels = new Set(places.filter(({ block }) => block === undefined || /^(?:http|server|location)$/.test(block.directive.name)).map(({ level }) => level));
  for (const level of levels) {
    const variables = variablesOf(level);
    for (const directives of stretches(level, (directive) => isAboutCors(directive, variables))) {
      const [first] = directives;
      const id = `${first!.at.file}:${first!.at.start}`;
      if (directives.reduce((sum, one) => sum + sizeOf(one), 0) < 2 || !directives.some(sendsCors) || found.has(id)) continue;
      const { file } = first!.at;
      const isWholeFile = file !== root.source.file && level.filter(({ at }) => at.file === file).length === directives.length && !places.some(({ directive, block }) => directive.at.file === file && block !== undefined && block.directive.at.file === file && !directives.some(({ whole }) => whole.start <= directive.at.start && directive.at.end <= whole.end));
      found.set(id, { file, directives, key: JSON.stringify(directives.map(wordsOf)), isWholeFile });
    }
  }
  return [...found.values()];
}

/** Neighbours of one file. */
function* stretches(level: readonly Directive[], fits: (directive: Directive) => boolean): Generator<readonly Directive[]> {
  let current: Directive[] = [];
  for (const directive of level) {
    const isFitting = fits(directive);
    if (current.length > 0 && (!isFitting || current[0]!.at.file !== directive.at.file)) {
      yield current;
      current = [];
    }
    if (isFitting) current.push(directive);
  }
  if (current.length > 0) yield current;
}

/** Variables that the CORS lines of a block send or ask for, and those that these are made of. */
function variablesOf(level: readonly Directive[]): ReadonlySet<string> {
  const names = new Set(level.filter(sendsCors).flatMap((directive) => [...textsIn(directive)].flatMap(variablesIn)));
  for (let before = -1; before !== names.size; ) {
    before = names.size;
    for (const directive of level) if (sets(directive).some((name) => names.has(name))) for (const text of textsIn(directive)) for (const name of variablesIn(text)) names.add(name);
  }
  return names;
}

function sets({ name, args, block }: Directive): readonly string[] {
  if (name === 'set' && args[0] !== undefined) return [variableName(args[0].text)];
  return name === 'if' ? (block ?? []).flatMap(sets) : [];
}

function sendsCors(directive: Directive): boolean {
  return isHeader(directive, CORS_HEADER) || (directive.name === 'if' && directive.block?.some(sendsCors) === true);
}

function isAboutCors(directive: Directive, variables: ReadonlySet<string>): boolean {
  const { name, args, block } = directive;
  if (name === 'add_header') return isHeader(directive, CORS_HEADER) || (isHeader(directive, VARY) && /\borigin\b/i.test(args[1]!.text));
  if (name === 'set') return sets(directive).every((one) => variables.has(one));
  if (name !== 'if' || block === undefined || !block.every((inner) => /^(?:add_header|set|return)$/.test(inner.name))) return false;
  return sendsCors(directive) || (sets(directive).length > 0 && sets(directive).every((one) => variables.has(one))) || isPreflightAnswer(directive);
}

/** `if ($request_method = OPTIONS) { return 204; }` */
function isPreflightAnswer({ args, block }: Directive): boolean {
  return peeled(args).map(({ text }) => text).join(' ') === '$request_method = OPTIONS' && block!.some(({ name }) => name === 'return');
}

function sizeOf({ block }: Directive): number {
  return 1 + (block ?? []).reduce((sum, inner) => sum + sizeOf(inner), 0);
}

function wordsOf({ name, args, block }: Directive): unknown {
  return [name, (name === 'if' ? peeled(args) : args).map(({ text }) => text), ...(block === undefined ? [] : [block.map(wordsOf)])];
}
