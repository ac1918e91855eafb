import { ABSENT, ANY, NONE, PRESENT, allOf, anyOf, complement, type OriginSet } from '../origins/origin-set.js';
import { casesOf, guardOf } from '../policy/from-condition.js';
import { effectOf } from '../policy/from-actions.js';
import { whenAll, type Effect, type Guard, type Step } from '../policy/program.js';
import { truthy } from '../syntax/estree/index.js';
import type { Span } from '../text/span.js';
import type { Value } from '../values/value.js';
import { admittedBy, joined, Options, underFacts } from './options.js';
import { byDefault, byOption, doing } from './sent.js';

/** The two handlers that the package makes: one for `server.pre`, one for `server.use`. */
export interface RestifyCorsProgram {
  readonly preflight: readonly Step[];
  readonly actual: readonly Step[];
}

const ALLOW_HEADERS = ['accept', 'accept-version', 'content-type', 'request-id', 'origin', 'x-api-version', 'x-request-id', 'x-requested-with'];
const EXPOSE_HEADERS = ['api-version', 'content-length', 'content-md5', 'content-type', 'date', 'request-id', 'response-time'];

const FLAVOURS = {
  'restify-cors-middleware': { separator: ', ', vary: { text: 'origin', always: false } },
  'restify-cors-middleware2': { separator: ',', vary: { text: 'origin,access-control-request-method,access-control-request-headers', always: true } },
} as const;

export type RestifyCorsPackage = keyof typeof FLAVOURS;

/**
 * restify-cors-middleware2 2.2 (https://github.com/DatatracCorporation/restify-cors-middleware) and its forerunner 1.1, from
 * their published sources. Both handlers copy an Origin that the list admits; without a list every one. The answer to a
 * preflight allows credentials whatever `credentials` says, and names the one method that was asked for.
 */
export function restifyCorsProgram(given: Value | undefined, name: RestifyCorsPackage, call: Span): RestifyCorsProgram {
  const parts = casesOf(given ?? { kind: 'record', entries: [], at: call }).map(({ when, value }) => withOptions(new Options(value, call), name, when));
  return { preflight: parts.flatMap(({ preflight }) => preflight), actual: parts.flatMap(({ actual }) => actual) };
}

function withOptions(options: Options, name: RestifyCorsPackage, base: Guard): RestifyCorsProgram {
  const { call } = options;
  const { separator, vary } = FLAVOURS[name];
  const origins = options.get('origins');
  const at = origins?.at ?? call;
  const listed: OriginSet = origins === undefined ? ANY : admitted(origins.value);
  const matched = whenAll(base, { g: 'origin', in: allOf([PRESENT, complement({ s: 'exact', text: '', comparison: [], at }), listed]) });
  const echo = byOption('set', 'access-control-allow-origin', { v: 'request-header', name: 'origin', at: origins?.value.at ?? call }, at);
  const varied = byDefault('set', 'vary', vary.text, call);
  const startsNever = refused(options, base);

  const credentials = options.get('credentials');
  const allowed = credentials === undefined ? [] : casesOf(credentials.value).flatMap(({ when, value }) => doing(whenAll(matched, when, guardOf(truthy(value))), { op: 'set', header: 'access-control-allow-credentials', value: { v: 'literal', text: 'true', at: value.at, written: true }, statuses: 'all', at: credentials.at }));
  const actual = [
    ...(vary.always ? doing(base, varied) : []),
    ...doing(matched, echo, ...(vary.always ? [] : [varied])),
    ...allowed,
    ...listOf(options, 'exposeHeaders', 'access-control-expose-headers', EXPOSE_HEADERS, separator, matched),
  ];

  const asked: OriginSet = complement(anyOf([ABSENT, { s: 'exact', text: '', comparison: [], at: call }]));
  const preflight = whenAll(matched, { g: 'method', in: ['OPTIONS'] }, { g: 'header', name: 'access-control-request-method', in: asked });
  const methods: Effect = byOption('set', 'access-control-allow-methods', { v: 'concat', parts: [{ v: 'request-header', name: 'access-control-request-method', at: call }, { v: 'literal', text: `${separator}OPTIONS`, at: call, written: false }], at: call }, call);
  const maxAge = options.get('preflightMaxAge');
  const answered: Step[] = [
    ...doing(preflight, echo, byDefault('set', 'access-control-allow-credentials', 'true', call), methods),
    ...(maxAge === undefined ? [] : casesOf(maxAge.value).flatMap(({ when, value }) => (truthy(value).c === 'false' ? [] : doing(whenAll(preflight, when), effectOf('set', 'access-control-max-age', value, maxAge.at))))),
    ...listOf(options, 'allowHeaders', 'access-control-allow-headers', ALLOW_HEADERS, separator, preflight),
    { when: preflight, effects: [], end: { to: 'answer', status: 204 }, at: call },
  ];
  return { preflight: [...startsNever, ...answered], actual };
}

/** An entry with a star becomes a pattern: its first star stands for any text, and only its first dot for a dot. */
function admitted(value: Value): OriginSet {
  if (value.kind === 'list') return anyOf([...value.items, ...(value.rest === undefined ? [] : [value.rest])].map(admitted));
  if (value.kind === 'either') return anyOf(value.options.map(({ when, value: option }) => underFacts(when, admitted(option), value.at)));
  if (value.kind === 'string' && value.value === '*') return ANY;
  if (value.kind === 'string' && value.value.includes('*')) {
    return { s: 'regex', source: `^${value.value.replace('.', '\\.').replace('*', '.*')}$`, flags: '', dialect: 'js', use: 'search', subject: 'origin', at: value.at };
  }
  // `text.match(pattern)` starts from the front, whatever the flag `g` remembers.
  if (value.kind === 'regex') return admittedBy({ ...value, flags: value.flags.replace('g', '') }, NONE);
  return admittedBy(value, NONE);
}

/** `*` with credentials, and without the option that says it is meant: the package throws when it is set up. */
function refused(options: Options, base: Guard): readonly Step[] {
  const origins = options.own('origins')?.value;
  const credentials = options.own('credentials')?.value;
  const meant = options.own('allowCredentialsAllOrigins')?.value;
  const star = origins?.kind === 'list' && origins.items.some((item) => item.kind === 'string' && item.value === '*');
  if (!star || credentials?.kind !== 'boolean' || !credentials.value || (meant !== undefined && truthy(meant).c !== 'false')) return [];
  return [{ when: base, effects: [], end: { to: 'answer', status: 0, fault: 'restify never starts: credentials are not supported with a wildcard' }, at: options.call }];
}

/** A list of the author's, behind it what the package adds to it. */
function listOf(options: Options, key: string, header: string, added: readonly string[], separator: string, when: Guard): readonly Step[] {
  const written = options.get(key);
  if (written === undefined) return doing(when, byDefault('set', header, added.join(separator), options.call));
  return casesOf(written.value).flatMap(({ when: guard, value }) => {
    const inner = whenAll(when, guard);
    if (value.kind === 'nothing') return doing(inner, byDefault('set', header, added.join(separator), options.call));
    const texts = value.kind === 'list' ? value.items.flatMap((item) => (item.kind === 'string' ? [item.value] : [])) : [];
    if (joined(value, separator) === undefined) return doing(inner, effectOf('set', header, value, written.at));
    const text = [...texts, ...added.filter((one) => !texts.includes(one))].join(separator);
    return doing(inner, byOption('set', header, { v: 'literal', text, at: value.at, written: true }, written.at));
  });
}
