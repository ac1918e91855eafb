import type { Revised } from '../../engine.js';
import type { Policy } from '../../policy/program.js';
import { JvmModule } from '../../syntax/jvm/index.js';
import { PythonModule } from '../../syntax/python/index.js';
import type { TextEdit } from '../../text/edit.js';
import { folderOf, textsWith, type Files } from '../../text/files.js';
import { headerName } from '../../text/header-name.js';
import { contains, spanKey, type Span } from '../../text/span.js';
import { corsRemoved } from '../jvm/registration.js';
import { corsLinesRemoved } from '../nginx/quiet.js';
import { corsHeadersRemoved } from '../python/django-settings.js';
import { registrationRemoved } from '../python/registration.js';
import { preflightAnswers, tidied, withHeading } from './proxy-lines.js';
import { corsSettingsRemoved } from './settings.js';
import { corsEffects, type Spoken } from './speakers.js';

/** Whole new texts of files in which a layer says nothing of CORS any more; undefined where no way to write that is known. */
export type Quieted = ReadonlyMap<string, string> | undefined;

/** What registers a package, or headers written by hand, taken out as a whole, with the imports that only it asked for. */
export async function withoutRegistration(repository: Revised, policy: Policy): Promise<Quieted> {
  const settings = edited(repository.files, corsSettingsRemoved(repository, policy));
  if (settings !== undefined) return settings;
  if (policy.reader === 'django' && !policy.evidence.handWritten) return withoutCorsHeaders(repository, policy);
  const places = placesOf(policy);
  if (places.some(({ file }) => file !== policy.at.file)) return undefined;
  const { file } = policy.at;
  if (/\.[cm]?[jt]sx?$/.test(file)) {
    // Its parser is large, and not every chain ends in a script.
    const { registrationsRemoved } = await import('../script/registration.js');
    const text = registrationsRemoved(file, repository.files.read(file) ?? '', places);
    return text === undefined ? undefined : new Map([[file, text]]);
  }
  const python = file.endsWith('.py') ? repository.unit('python', file) : undefined;
  if (python instanceof PythonModule) return edited(repository.files, registrationRemoved(python, policy.at));
  const jvm = /\.(?:java|kts?)$/.test(file) ? repository.unit('jvm', file) : undefined;
  return jvm instanceof JvmModule ? edited(repository.files, corsRemoved(jvm, places)) : undefined;
}

/** Settings of Django may stand in several modules; django-cors-headers goes as a whole. */
function withoutCorsHeaders(repository: Revised, policy: Policy): Quieted {
  const project = projectOf(repository.files, policy.at.file);
  const beside = project === undefined ? [] : repository.paths.filter((path) => path.endsWith('.py') && path.startsWith(project) && /\bcorsheaders\.middleware\b/.test(repository.files.read(path) ?? ''));
  const files = new Set([policy.at.file, ...placesOf(policy).map(({ file }) => file), ...beside]);
  const edits: TextEdit[] = [];
  for (const file of files) {
    const module = repository.unit('python', file);
    const own = module instanceof PythonModule ? corsHeadersRemoved(module) : undefined;
    if (own === undefined) return undefined;
    edits.push(...own);
  }
  return edited(repository.files, edits);
}

/** The folder of the nearest `manage.py` above a file, with a slash behind it. */
function projectOf(files: Files, file: string): string | undefined {
  for (let folder = folderOf(file); ; folder = folderOf(folder)) {
    const inside = folder === '' ? '' : `${folder}/`;
    if (files.exists(`${inside}manage.py`)) return inside;
    if (folder === '') return undefined;
  }
}

/** Header by header: the lines that browsers get of the layer, and what it does to those of the layer behind. */
export function withoutHeaders(repository: Revised, policy: Policy, spoken: readonly Spoken[]): Quieted {
  const places = uniqueSpans([...spoken.map(({ at }) => at), ...corsEffects(policy).filter(({ op }) => op === 'remove').map(({ at }) => at)]);
  if (policy.reader === 'nginx') return edited(repository.files, corsLinesRemoved(repository, policy, places));
  const answers = preflightAnswers(repository.files, policy);
  const lines = places.filter((at) => !answers.some((answer) => contains(answer, at)));
  // The option of a package is no line for a header: without one it would send another.
  if (!lines.every(({ file, start, end }) => /access-control-/i.test((repository.files.read(file) ?? '').slice(start, end)))) return undefined;
  const edits = repository.spelled(policy, lines.map((at) => ({ kind: 'remove-header', at })));
  if ('declined' in edits) return undefined;
  const all = [...answers, ...edits];
  const texts = edited(repository.files, all.map((edit) => withHeading(repository.files.read(edit.file) ?? '', edit, all)));
  return texts === undefined ? undefined : new Map([...texts].map(([path, text]) => [path, tidied(policy.reader, repository.files.read(path) ?? '', text)]));
}

/** In the order in which they are hidden. */
const HEADERS = ['access-control-allow-origin', 'access-control-allow-credentials', 'access-control-allow-methods', 'access-control-allow-headers', 'access-control-expose-headers', 'access-control-max-age', 'access-control-allow-private-network'];

/** Lines in a layer in front by which it takes headers from the answers of those behind, below its own lines. */
export function hiding(repository: Revised, front: Policy, own: readonly Spoken[], behind: readonly Spoken[]): Quieted {
  const headers = HEADERS.filter((name) => behind.some(({ header }) => header === name)).map(headerName);
  const places = uniqueSpans(own.filter(({ header }) => header === 'access-control-allow-origin').map(({ at }) => lastOfBlock(repository.files, at, own)));
  if (headers.length === 0 || places.length === 0) return undefined;
  const edits = repository.spelled(front, places.flatMap((at) => headers.map((header) => ({ kind: 'hide-inner-header' as const, at, header }))));
  return 'declined' in edits ? undefined : edited(repository.files, edits);
}

/** The last line of the same block as another one. */
function lastOfBlock(files: Files, at: Span, own: readonly Spoken[]): Span {
  const text = files.read(at.file) ?? '';
  const beside = own.map((line) => line.at).filter(({ file, start, end }) => file === at.file && !/[{}]/.test(text.slice(Math.min(end, at.start), Math.max(start, at.end))));
  return beside.reduce((last, one) => (one.start > last.start ? one : last), at);
}

/** Places of the text that have to do with its headers of CORS, and with its answers to preflights. */
function placesOf(policy: Policy): readonly Span[] {
  return uniqueSpans(corsEffects(policy).map(({ at }) => at));
}

function uniqueSpans(all: readonly Span[]): readonly Span[] {
  return [...new Map(all.map((span) => [spanKey(span), span])).values()];
}

/** Where there is nothing to edit, nothing falls silent. */
function edited(files: Files, edits: readonly TextEdit[] | undefined): Quieted {
  return edits === undefined || edits.length === 0 ? undefined : textsWith(files, edits);
}
