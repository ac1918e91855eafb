/** Settings and middleware that django-cors-headers has dropped (its CHANGELOG: 3.0.0 and 4.0.0). */
import { PythonModule, removeItem } from '../../syntax/python/index.js';
import type { SyntaxNode } from '../../syntax/tree-sitter.js';
import type { TextEdit } from '../../text/edit.js';
import { textsWith } from '../../text/files.js';
import type { Span } from '../../text/span.js';
import { refuse, type Proposed } from '../codemod.js';
import type { DjangoProject } from './django-projects.js';
import { lineOf } from './lines.js';
import { mentionsOf } from './setting-names.js';

const MODEL = 'CORS_MODEL';
const REFERER = 'CORS_REPLACE_HTTPS_REFERER';
const MIDDLEWARE = 'corsheaders.middleware.CorsPostCsrfMiddleware';

/** What does nothing any more goes; what still works in the release that is asked for stays, and why is told. */
export function* removals(project: DjangoProject): Iterable<Proposed> {
  yield* withoutModel(project);
  yield* withoutReferer(project);
}

function* withoutModel(project: DjangoProject): Iterable<Proposed> {
  const found = takenOut(project, MODEL);
  if (found === undefined) return;
  if (found.obstacle !== undefined) return yield refuse(found.obstacle.at, found.obstacle.why);
  const { release } = project;
  if (release.isFrom('3.0') !== true) return yield refuse(found.at, `${MODEL} is read before django-cors-headers 3.0.0, and ${release.words}: the origins of its table would be shut out`);
  yield* written(project, found.at, `${MODEL}, which django-cors-headers reads no more, goes`, found.edits, found.values.every((value) => value === 'None') ? [] : [`origins of the table that ${MODEL} names are not let in since django-cors-headers 3.0.0; a receiver of check_request_enabled can ask it`]);
}

function* withoutReferer(project: DjangoProject): Iterable<Proposed> {
  const found = takenOut(project, REFERER);
  const entries = entriesOf(project);
  const at = found?.at ?? entries[0]?.at;
  if (at === undefined) return;
  if (found?.obstacle !== undefined) return yield refuse(found.obstacle.at, found.obstacle.why);
  const { release, settings } = project;
  const isOff = (found?.values ?? []).every((value) => value === 'False') && settings.hidden.length === 0;
  if (release.isFrom('4.0') !== true && !isOff) {
    return yield refuse(at, `${REFERER} works before django-cors-headers 4.0.0, and ${release.words}: CSRF_TRUSTED_ORIGINS takes its place, and which origins it is to name only a person can say`);
  }
  const edits = [...(found?.edits ?? []), ...entries.map(({ edit }) => edit)];
  const [stuck] = entries.filter(({ edit }) => edit === undefined);
  if (stuck !== undefined) return yield refuse(stuck.at, 'CorsPostCsrfMiddleware does not stand in a list that it could be taken out of');
  const names = [...(found === undefined ? [] : [REFERER]), ...(entries.length === 0 ? [] : ['CorsPostCsrfMiddleware'])].join(' and ');
  const notes = isOff ? [] : ['name the origins whose pages send forms in CSRF_TRUSTED_ORIGINS, where they are refused: since django-cors-headers 4.0.0 nothing replaces the referer'];
  yield* written(project, at, `${names}, which ${found !== undefined && entries.length > 0 ? 'do' : 'does'} nothing, ${found !== undefined && entries.length > 0 ? 'go' : 'goes'}`, edits.flatMap((edit) => edit ?? []), notes);
}

function* written({ repository }: DjangoProject, at: Span, title: string, edits: readonly TextEdit[], notes: readonly string[]): Iterable<Proposed> {
  const texts = textsWith(repository.files, edits);
  if (texts === undefined) return yield refuse(at, 'what would be taken out here overlaps');
  yield { kind: 'rewriting', title, at, texts, ...(notes.length === 0 ? {} : { notes }) };
}

interface TakenOut {
  readonly at: Span;
  readonly edits: readonly TextEdit[];
  /** What it is set to, as written. */
  readonly values: readonly string[];
  readonly obstacle: { readonly at: Span; readonly why: string } | undefined;
}

/** The statements of a project that set something, without which nothing names it; undefined where nothing does. */
function takenOut(project: DjangoProject, name: string): TakenOut | undefined {
  const places: Span[] = [];
  const edits: TextEdit[] = [];
  const values: string[] = [];
  let obstacle: TakenOut['obstacle'];
  const word = new RegExp(`\\b${name}\\b`);
  if (!project.mentions(word)) return undefined;
  const speaking = project.speaking(word);
  for (const path of speaking.files) {
    const module = project.repository.unit('python', path);
    if (!(module instanceof PythonModule)) continue;
    const { bound, edits: named, obstacles } = mentionsOf(module, name, name);
    places.push(...named);
    for (const at of bound) {
      const assignment = module.root.descendantForIndex(at.start, at.end - 1)?.parent;
      const edit = assignment?.type === 'assignment' ? withoutStatement(module, assignment) : undefined;
      if (edit === undefined) obstacle ??= { at, why: `${name} does not stand in a line of its own here` };
      else edits.push(edit);
      values.push(assignment?.childForFieldName('right')?.text ?? '');
    }
    const other = [...obstacles.map(({ at }) => at), ...named.filter((one) => !bound.some(({ start }) => start === one.start))][0];
    if (other !== undefined) obstacle ??= { at: { file: other.file, start: other.start, end: other.end }, why: `${name} is asked for here, so that it cannot go` };
  }
  for (const path of speaking.left) obstacle ??= { at: places[0] ?? { file: path, start: 0, end: 0 }, why: `${path} names ${name} too, and is left as it is` };
  const [first] = places;
  return first === undefined ? undefined : { at: { file: first.file, start: first.start, end: first.end }, edits, values, obstacle };
}

/** A statement with its line and the comments that are its own: on the line, and right above where nothing stands right below. */
function withoutStatement(module: PythonModule, assignment: SyntaxNode): TextEdit | undefined {
  const { text } = module.source;
  const statement = assignment.parent;
  if (statement?.type !== 'expression_statement' || statement.namedChildren.length !== 1) return undefined;
  const line = lineOf(text, statement.startIndex, statement.endIndex);
  const { file } = module;
  if (text.slice(line.start, statement.startIndex).trim() !== '' || !/^[ \t]*(?:#.*)?$/.test(text.slice(statement.endIndex, line.end).trimEnd())) return undefined;
  const siblings = statement.parent?.namedChildren.filter(({ type }) => type !== 'comment').length ?? 0;
  if (siblings < 2 && statement.parent?.type !== 'module') return { file, start: statement.startIndex, end: statement.endIndex, text: 'pass' };
  let { start, end } = line;
  const isLast = /^[ \t]*(?:\r?\n|$)/.test(text.slice(end));
  for (let before = statement.previousNamedSibling; isLast && before?.type === 'comment' && lineOf(text, before.startIndex).end === start && text.slice(lineOf(text, before.startIndex).start, before.startIndex).trim() === ''; before = before.previousNamedSibling) start = lineOf(text, before.startIndex).start;
  // Empty lines in front of the end of the file go along, else one of those around it.
  if (text.slice(end).trim() === '') return { file, start: start - (/(?:[ \t]*\r?\n)*$/.exec(text.slice(0, start).replace(/\r?\n$/, ''))![0].length), end: text.length, text: '' };
  if (isLast && (start === 0 || /\n[ \t]*\r?\n$/.test(text.slice(0, start)))) end += /^[ \t]*(?:\r?\n)?/.exec(text.slice(end))![0].length;
  return { file, start, end, text: '' };
}

/** `corsheaders.middleware.CorsPostCsrfMiddleware` in lists of the settings. */
function entriesOf({ repository, settings }: DjangoProject): readonly { readonly at: Span; readonly edit: TextEdit | undefined }[] {
  return settings.files.flatMap((path) => {
    if (!(repository.files.read(path) ?? '').includes(MIDDLEWARE)) return [];
    const module = repository.unit('python', path);
    if (!(module instanceof PythonModule)) return [];
    return module.root.descendantsOfType('string').filter(({ namedChildren: [, content] }) => content?.text === MIDDLEWARE).map((node) => ({ at: module.span(node), edit: withoutEntry(module, node) }));
  });
}

/** An entry with its line, and a comment on it. */
function withoutEntry(module: PythonModule, node: SyntaxNode): TextEdit | undefined {
  const { text } = module.source;
  const line = lineOf(text, node.startIndex, node.endIndex);
  const isAlone = /^[ \t]*$/.test(text.slice(line.start, node.startIndex)) && /^,[ \t]*(?:#.*)?$/.test(text.slice(node.endIndex, line.end).trimEnd());
  const inList = node.parent?.type === 'list' || (node.parent?.type === 'tuple' && node.parent.namedChildren.find(({ type }) => type !== 'comment')?.id !== node.id);
  return isAlone && inList ? { file: module.file, ...line, text: '' } : removeItem(module, module.span(node));
}
