import { ALWAYS, whenAll, type Effect, type Guard } from '../../policy/program.js';
import { unless, whenAny } from '../../policy/program.js';
import type { Directive, Token } from '../../syntax/nginx/index.js';
import type { Span } from '../../text/span.js';
import { accumulated, inherited, named, type Level } from './levels.js';
import { headersOf, luaOf } from './lua.js';
import { equals } from './matching.js';
import { Looks } from './looks.js';
import { CAME, headerValue, textOf, type Case, type Expander, type Scope } from './variables.js';
import { open, type Way } from './ways.js';

/** Statuses that get headers without `always` (ngx_http_headers_filter). */
const SAFE_STATUSES: readonly number[] = [200, 201, 204, 206, 301, 302, 303, 304, 307, 308];
/** A range that cannot be had is found out when the headers of the file are written already. */
const SAFE_OF_FILES: readonly number[] = [...SAFE_STATUSES, 416];

const CORS_HEADERS = ['access-control-allow-origin', 'access-control-allow-credentials', 'access-control-allow-methods', 'access-control-allow-headers', 'access-control-expose-headers', 'access-control-max-age', 'vary'];

/** What one header line of a configuration does, and when. */
export interface Written {
  readonly when: Guard;
  readonly effect: Effect;
}

/** Where a response comes from: made here, a file, a layer behind; there may be none. */
export type Source = 'here' | 'file' | 'upstream' | 'none';

/** What the level of a way writes into a response, in nginx's order: hidden ones, headers-more and Lua, `add_header`. */
export function effectsOf(way: Way, source: Source, expander: Expander, failed: boolean): readonly Written[] {
  const { level } = way;
  if (source === 'none') return [];
  const scope: Scope = { ...way, responded: true, ...(failed ? { variables: new Map(way.variables).set('sent_http_content_type', [{ p: 'text', text: 'text/html', at: atOf(level) }]) } : {}) };
  const more = accumulated(level, ['more_set_headers', 'more_clear_headers']).flatMap(({ args }) => args);
  const looks = new Looks(expander, scope, expander.hangTogether([...more, ...level.headers.map(({ value }) => value)]));
  const lines = [...moreHeaders(level, looks), ...luaHeaders(level, looks), ...addHeaders(level, source, looks)];
  const came = [...new Set(lines.flatMap(({ effect }) => namesIn(effect)).filter((name) => name.startsWith(CAME)))];
  const aside = came.map((name): Written => ({ when: ALWAYS, effect: { op: 'set', header: name, value: { v: 'response-header', name: name.slice(CAME.length), at: atOf(level) }, statuses: 'all', at: atOf(level) } }));
  return [...aside, ...(source === 'upstream' ? hidden(level) : []), ...lines, ...came.map((name): Written => ({ when: ALWAYS, effect: removal(name, atOf(level)) }))];
}

/** The same effects for some statuses only. */
export function onStatuses(written: readonly Written[], keep: (status: number) => boolean): readonly Written[] {
  return written.flatMap(({ when, effect }) => {
    const statuses = (effect.statuses === 'all' ? ALL_STATUSES : effect.statuses).filter(keep);
    return statuses.length === 0 ? [] : [{ when, effect: { ...effect, statuses: effect.statuses === 'all' && statuses.length === ALL_STATUSES.length ? 'all' : statuses } }];
  });
}

const ALL_STATUSES: readonly number[] = Array.from({ length: 500 }, (_unused, index) => index + 100);

/** Nothing is known of the CORS headers while the fact holds. */
export function unknownCors(guard: Guard & { readonly g: 'fact' }): readonly Written[] {
  const { fact } = guard;
  return CORS_HEADERS.map((header) => ({ when: guard, effect: { op: 'set', header, value: { v: 'unknown', fact, at: fact.at }, statuses: 'all', at: fact.at } }));
}

/** Takes the CORS headers of the layer behind away. */
export function withoutInner(at: Span): readonly Written[] {
  return CORS_HEADERS.map((name) => ({ when: ALWAYS, effect: removal(name, at) }));
}

function addHeaders(level: Level, source: Source, looks: Looks): readonly Written[] {
  return level.headers.flatMap(({ directive, name, prefix, value, always }) =>
    looks.at(value).flatMap((one): readonly Written[] => {
      const written = prefix === '' ? undefined : textOf(one.parts);
      const text = headerValue(written === undefined ? [{ p: 'text', text: prefix, at: value }, ...one.parts] : [{ p: 'text', text: prefix + written, at: value }], value);
      if (text === undefined || headerValue(one.parts, value) === undefined) return [];
      const statuses = always ? 'all' : source === 'file' ? SAFE_OF_FILES : SAFE_STATUSES;
      return [{ when: whenAll(one.when, nonEmpty(one)), effect: { op: 'append', header: name, value: text, statuses, ...(one.inner === undefined ? {} : { onlyIf: one.inner }), at: directive.at } }];
    }),
  );
}

function hidden(level: Level): readonly Written[] {
  return inherited(level, 'proxy_hide_header', 'fastcgi_hide_header', 'uwsgi_hide_header', 'scgi_hide_header', 'grpc_hide_header').flatMap(({ args: [name], at }) => (name === undefined ? [] : [{ when: ALWAYS, effect: removal(name.text, at) }]));
}

/** headers-more: replaces what is there; an empty value takes it away. */
function moreHeaders(level: Level, looks: Looks): readonly Written[] {
  return accumulated(level, ['more_set_headers', 'more_clear_headers']).flatMap((directive) => {
    let statuses: Effect['statuses'] = 'all';
    let types: Guard = ALWAYS;
    const specs: Token[] = [];
    for (let index = 0; index < directive.args.length; index += 1) {
      const word = directive.args[index]!;
      if (!/^-[st]$/.test(word.text)) {
        specs.push(word);
        continue;
      }
      const option = directive.args[(index += 1)];
      if (option === undefined) continue;
      if (word.text === '-s') statuses = option.text.trim().split(/\s+/).map(Number);
      else types = open(`content type ${option.text}`, `whether the response's content type is ${option.text}`, option);
    }
    return specs.flatMap((word) => moreHeader(directive, word, looks).map(({ when, effect }) => ({ when: whenAll(types, when), effect: { ...effect, statuses } })));
  });
}

function moreHeader(directive: Directive, word: Token, looks: Looks): readonly Written[] {
  const [, name = '', spelled = ''] = /^\s*([^:]+?)\s*(?::\s*([\s\S]*?))?\s*$/.exec(word.text) ?? [];
  const header = name.toLowerCase();
  if (directive.name === 'more_clear_headers' || spelled === '') {
    // `Access-Control-*` clears all of them.
    const names = header.endsWith('*') ? CORS_HEADERS.filter((candidate) => candidate.startsWith(header.slice(0, -1))) : [header];
    return names.map((one) => ({ when: ALWAYS, effect: removal(one, directive.at) }));
  }
  return written(header, { ...word, text: spelled }, directive.at, looks);
}

/** A header set to a text; an empty text takes it away. */
function written(header: string, text: Token, at: Span, looks: Looks): readonly Written[] {
  return looks.at(text).flatMap((one) => {
    const value = headerValue(one.parts, text);
    const there = nonEmpty(one);
    const inner = one.inner === undefined ? {} : { onlyIf: one.inner };
    const taken = one.parts.some(({ p }) => p === 'group');
    const gone: Written = { when: whenAll(one.when, value === undefined || taken ? ALWAYS : unless(there)), effect: { ...removal(header, at), ...inner } };
    // What a group takes may be empty.
    return value === undefined ? [gone] : [...(taken ? [gone] : []), { when: whenAll(one.when, there), effect: { op: 'set', header, value, statuses: 'all', ...inner, at } }, ...(taken || gone.when.g === 'never' ? [] : [gone])];
  });
}

/** Lua that is named after CORS and stands elsewhere. */
const REQUIRES_CORS = /^(?!\s*--).*\brequire\s*\(?\s*["'][\w./-]*cors/im;

function luaHeaders(level: Level, looks: Looks): readonly Written[] {
  const filters = inherited(level, 'header_filter_by_lua_block', 'header_filter_by_lua', 'header_filter_by_lua_file').slice(-1);
  const earlier = inherited(level, 'rewrite_by_lua', 'rewrite_by_lua_block', 'rewrite_by_lua_file').concat(inherited(level, 'access_by_lua', 'access_by_lua_block', 'access_by_lua_file'));
  const content = named(level.directives, 'content_by_lua', 'content_by_lua_block', 'content_by_lua_file');
  return [...earlier, ...content, ...filters].flatMap((directive) => {
    const code = luaOf(directive);
    if (code === undefined) return filters.includes(directive) || /cors/i.test(directive.args[0]?.text ?? '') ? outOfView(directive, 'what the Lua file does') : [];
    return [...(REQUIRES_CORS.test(code.text) ? outOfView(directive, 'what the Lua module does that is required') : []), ...headersOf(code).flatMap(({ name, text, when, at, valueAt }) => {
      if (when === undefined || text === undefined) return [unknownHeader(name, at, `what the Lua code does with ${name}`)];
      const lines: readonly Written[] = text === null ? [{ when: ALWAYS, effect: removal(name, at) }] : written(name, { ...code, ...valueAt, text }, at, looks);
      return lines.map((line) => ({ ...line, when: whenAll(when, line.when) }));
    })];
  });
}

/** What code that is not in view may say. */
function outOfView({ at }: Directive, what: string): readonly Written[] {
  return CORS_HEADERS.slice(0, 2).map((header) => unknownHeader(header, at, what));
}

function unknownHeader(header: string, at: Span, detail: string): Written {
  const guard = open(`lua ${at.file}:${at.start} ${header}`, detail, at, 'function-call');
  return { when: guard, effect: { op: 'set', header, value: { v: 'unknown', fact: guard.fact, at }, statuses: 'all', at } };
}

/** A header whose text is nothing but parts of the request is sent only if one of these is there and not empty. */
function nonEmpty(one: Case): Guard {
  const moving = one.parts.filter((part) => part.p !== 'text');
  if (moving.length < one.parts.filter((part) => part.p !== 'text' || part.text !== '').length) return ALWAYS;
  return whenAny(...moving.map((part): Guard => (part.p === 'header' ? unless(equals([part], '', false, part.at)) : ALWAYS)));
}

function removal(header: string, at: Span): Effect {
  return { op: 'remove', header: header.toLowerCase(), value: { v: 'literal', text: '', at, written: true }, statuses: 'all', at };
}

function namesIn({ value, onlyIf }: Effect): readonly string[] {
  const parts = value.v === 'concat' ? value.parts : [value];
  return [...parts.flatMap((part) => (part.v === 'response-header' ? [part.name] : [])), ...(onlyIf === undefined ? [] : [onlyIf.header])];
}

function atOf(level: Level): Span {
  return level.head?.at ?? level.directives[0]?.at ?? { file: '', start: 0, end: 0 };
}
