import { ABSENT, anyOf, complement, exact, type OriginSet } from '../../origins/origin-set.js';
import { admits } from '../../origins/membership.js';
import { ALWAYS, unless, whenAll, whenAny, type Effect, type End, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import { knownText, type Entry, type LighttpdFile, type Setting, type TextData } from '../../syntax/lighttpd/index.js';
import type { Span } from '../../text/span.js';
import { factOf } from '../../values/value.js';
import { Conditions } from './conditions.js';
import { handlersOf, type Handler } from './handlers.js';
import { inForce, modulesOf } from './settings.js';
import type { Socket } from './sockets.js';

/** Headers that matter to CORS. */
const CONCERNS_CORS = /^(?:access-control-|vary$|timing-allow-origin$|cross-origin-)/;

export interface Program {
  readonly steps: readonly Step[];
  readonly conditions: Conditions;
  readonly handlers: readonly Handler[];
  /** mod_setenv is not loaded: nothing of it is sent. */
  readonly unloaded: boolean;
}

/**
 * What one socket's requests get. Modules are asked in the order of `server.modules`: one that refuses or redirects
 * before mod_setenv is asked sends its answer without the headers. Whatever comes later has them, errors too.
 */
export function programOf(file: LighttpdFile, socket: Socket): Program {
  const raw = new Conditions(socket, (set) => ({ g: 'path', in: set }));
  const rewritten = rewritesOf(file, raw);
  const conditions = rewritten.length === 0 ? raw : new Conditions(socket, (set) => afterRewrites(set, rewritten));
  const modules = modulesOf(file);
  const unloaded = modules !== undefined && !modules.includes('mod_setenv');
  const place = (module: string): number => modules?.indexOf(module) ?? Infinity;
  const answers = [...accessAnswers(file, conditions), ...redirectAnswers(file, conditions), ...authAnswers(file, conditions)]
    .filter(({ module }) => place(module) >= 0)
    .sort((a, b) => place(a.module) - place(b.module));
  const isBefore = ({ module }: Answer): boolean => modules !== undefined && place(module) < place('mod_setenv');
  const handlers = handlersOf(file, conditions, modules);
  const steps = [
    ...answers.filter(isBefore).map(({ step }) => step),
    ...(unloaded ? [] : headerSteps(file, conditions)),
    ...answers.filter((answer) => !isBefore(answer)).map(({ step }) => step),
    ...handlers.flatMap(({ when, end, at }) => sentPaths(withRequestHeaders(file, end), rewritten).map((one): Step => ({ when: whenAll(when, one.when), effects: [], end: one.end, at }))),
    ...fileSteps(handlers.length > 0, socket.at),
  ];
  return { steps: steps.filter(({ when }) => when.g !== 'never'), conditions, handlers, unloaded };
}

/** mod_setenv: what is added, then what is set (mod_setenv_handle_response_start); each list is the last one in force. */
function headerSteps(file: LighttpdFile, conditions: Conditions): Step[] {
  return (['add', 'set'] as const).flatMap((how) =>
    inForce(file, `setenv.${how}-response-header`, conditions).flatMap(({ when, setting }): Step[] => {
      const effects = entriesOf(setting).flatMap((entry) => effectOf(entry, how) ?? []);
      return effects.length === 0 ? [] : [{ when, effects, at: setting.at }];
    }),
  );
}

export function entriesOf({ data }: Setting): readonly Entry[] {
  return data.kind === 'list' ? data.entries : [];
}

function effectOf({ key, value, at }: Entry, how: 'add' | 'set'): Effect | undefined {
  const header = key?.toLowerCase();
  if (header === undefined || !CONCERNS_CORS.test(header) || value.kind !== 'text') return undefined;
  const text = headerValue(value);
  // Nothing is added where the text is empty; set to nothing, a header goes.
  if (text === undefined) return how === 'add' ? undefined : { op: 'remove', header, value: { v: 'literal', text: '', at: value.at, written: true }, statuses: 'all', at };
  return { op: how === 'add' ? 'append' : 'set', header, value: text, statuses: 'all', at };
}

/** The text without blanks around it; `%1` and the like stay as they are (mod_setenv fills in nothing). */
function headerValue({ value }: TextData): HeaderValue | undefined {
  if (value.kind === 'string') {
    const text = value.value.replace(/,\r?\n|,\r/g, (lines) => `,${' '.repeat(lines.length - 1)}`).replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
    return text === '' ? undefined : { v: 'literal', text, at: value.at, written: true };
  }
  if (value.kind === 'env') return { v: 'unknown', fact: factOf(value), at: value.at };
  const parts = value.parts.flatMap((part): readonly HeaderValue[] => (part.kind === 'string' ? [{ v: 'literal', text: part.value, at: part.at, written: true }] : part.kind === 'env' ? [{ v: 'unknown', fact: factOf(part), at: part.at }] : []));
  return { v: 'concat', parts, at: value.at };
}

/** An answer that a module gives by itself. */
interface Answer {
  readonly module: string;
  readonly step: Step;
}

function answer(module: string, when: Guard, status: number, at: Span, unauthenticated = false): Answer {
  return { module, step: { when, effects: [], end: { to: 'answer', status, ...(unauthenticated ? { unauthenticated: true } : {}) }, at } };
}

const path = (set: OriginSet): Guard => ({ g: 'path', in: set });

/** mod_access: paths that end so are refused; with `url.access-allow` all others are. */
function accessAnswers(file: LighttpdFile, conditions: Conditions): readonly Answer[] {
  const suffixes = (setting: Setting): Guard => whenAny(...entriesOf(setting).flatMap(({ value }) => (knownText(value) === undefined ? [] : [conditions.path({ s: 'suffix', text: knownText(value)!, subject: 'origin', ignoreCase: false, at: value.at })])));
  const allowed = inForce(file, 'url.access-allow', conditions).filter(({ setting }) => entriesOf(setting).length > 0);
  const others = allowed.map(({ when }) => unless(when));
  return [
    ...allowed.map(({ when, setting }) => answer('mod_access', whenAll(when, unless(suffixes(setting))), 403, setting.at)),
    ...inForce(file, 'url.access-deny', conditions).map(({ when, setting }) => answer('mod_access', whenAll(when, suffixes(setting), ...others), 403, setting.at)),
  ];
}

/** mod_redirect: the first pattern that the path matches; with an empty target there is no redirect. */
function redirectAnswers(file: LighttpdFile, conditions: Conditions): readonly Answer[] {
  const codes = inForce(file, 'url.redirect-code', conditions);
  return inForce(file, 'url.redirect', conditions).flatMap(({ when, setting }) => {
    let earlier: Guard[] = [];
    return entriesOf(setting).flatMap(({ key = '', value, at }): readonly Answer[] => {
      const matches = conditions.path(pattern(key, at));
      const here = whenAll(when, matches, ...earlier);
      earlier = [...earlier, unless(matches)];
      if (knownText(value) === '') return [];
      const numbers = codes.map((code) => ({ guard: code.when, status: redirectCode(knownText(code.setting.data)) }));
      return [...numbers.map(({ guard, status }) => answer('mod_redirect', whenAll(here, guard), status, at)), answer('mod_redirect', whenAll(here, ...numbers.map(({ guard }) => unless(guard))), 301, at)];
    });
  });
}

function redirectCode(text: string | undefined): number {
  const code = Number(text);
  return code >= 100 && code < 1000 ? code : 301;
}

/** mod_auth: the first folder that the path lies below asks every method for credentials, OPTIONS too. */
function authAnswers(file: LighttpdFile, conditions: Conditions): readonly Answer[] {
  const authorised: Guard = { g: 'header', name: 'authorization', in: complement(anyOf([ABSENT, exact('', { file: file.source.file, start: 0, end: 0 })])) };
  return inForce(file, 'auth.require', conditions).flatMap(({ when, setting }) =>
    entriesOf(setting).map(({ key = '', at }) => answer('mod_auth', whenAll(when, conditions.path({ s: 'prefix', text: key, subject: 'origin', ignoreCase: false, at }), unless(authorised)), 401, at, true)),
  );
}

export function pattern(source: string, at: Span): OriginSet {
  return source === '' ? { s: 'any' } : { s: 'regex', source, flags: '', dialect: 'pcre', use: 'search', subject: 'origin', at };
}

/** A file: GET, HEAD and POST send it, OPTIONS is answered by lighttpd itself, nothing else is done. */
function fileSteps(handled: boolean, at: Span): readonly Step[] {
  const method = (...names: readonly string[]): Guard => ({ g: 'method', in: names });
  return [
    ...(handled ? [{ when: method('OPTIONS'), effects: [], end: { to: 'answer', status: 200 } as const, at }] : []),
    { when: unless(method('GET', 'HEAD', 'POST', 'OPTIONS')), effects: [], end: { to: 'answer', status: 501 }, at },
    { when: ALWAYS, effects: [], end: { to: 'behind' }, at },
  ];
}

/** What mod_setenv does to the Origin before a request is passed on, where it does so everywhere. */
function withRequestHeaders(file: LighttpdFile, end: End): End {
  if (end.to !== 'upstream') return end;
  const settings = file.scopes[0]!.settings;
  const request = (['add', 'set'] as const).flatMap((how) =>
    entriesOfMaybe(settings.get(`setenv.${how}-request-header`)).flatMap(({ key, value, at }): readonly Effect[] => {
      if (key?.toLowerCase() !== 'origin' || value.kind !== 'text') return [];
      const text = headerValue(value);
      if (text === undefined) return how === 'add' ? [] : [{ op: 'remove', header: 'origin', value: { v: 'literal', text: '', at, written: true }, statuses: 'all', at }];
      return [{ op: 'set', header: 'origin', value: text, statuses: 'all', at }];
    }),
  );
  return { ...end, upstream: { ...end.upstream, request: [...end.upstream.request, ...request] } };
}

function entriesOfMaybe(setting: Setting | undefined): readonly Entry[] {
  return setting === undefined ? [] : entriesOf(setting);
}

/** A rule of mod_rewrite. */
interface Rewrite {
  readonly when: Guard;
  /** The new path; undefined where it depends on the old one. */
  readonly target: string | undefined;
  readonly at: Span;
}

/** The path that an upstream is asked for is the one that mod_rewrite makes; what `map-urlpath` makes of that is not known. */
function sentPaths(end: End, rewrites: readonly Rewrite[]): readonly { readonly when: Guard; readonly end: End }[] {
  if (end.to !== 'upstream') return [{ when: ALWAYS, end }];
  const { upstream } = end;
  return [
    ...rewrites.map(({ when, target }) => ({ when, end: { ...end, upstream: { ...upstream, path: target === undefined || upstream.path !== undefined ? null : { whole: target } } } })),
    { when: whenAll(...rewrites.map(({ when }) => unless(when))), end },
  ];
}

/** mod_rewrite comes before everything; conditions on the URL are asked about what it makes of the path. */
function rewritesOf(file: LighttpdFile, raw: Conditions): readonly Rewrite[] {
  let earlier: Guard[] = [];
  return ['url.rewrite-once', 'url.rewrite', 'url.rewrite-final', 'url.rewrite-repeat'].flatMap((name) =>
    inForce(file, name, raw).flatMap(({ when, setting }) =>
      entriesOf(setting).map(({ key = '', value, at }): Rewrite => {
        const matches = whenAll(when, path(pattern(key, at)));
        const here = whenAll(matches, ...earlier);
        earlier = [...earlier, unless(matches)];
        const text = knownText(value);
        return { when: here, target: text === undefined || /[$%]/.test(text) || name === 'url.rewrite-repeat' ? undefined : text.replace(/\?.*$/, ''), at };
      }),
    ),
  );
}

function afterRewrites(set: OriginSet, rewrites: readonly Rewrite[]): Guard {
  return whenAny(
    whenAll(path(set), ...rewrites.map(({ when }) => unless(when))),
    ...rewrites.map(({ when, target, at }): Guard => {
      const holds = target === undefined ? { key: `lighttpd:rewrite@${at.file}:${at.start}`, reason: 'unsupported-syntax' as const, detail: 'the path that url.rewrite makes', at } : admits(set, target, () => undefined);
      return holds === true ? when : holds === false ? { g: 'never' } : whenAll(when, { g: 'fact', fact: { ...holds, key: `${holds.key} ${JSON.stringify(set).length}` } });
    }),
  );
}
