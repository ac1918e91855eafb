import { mergeSteps, stepsFrom } from '../../policy/from-actions.js';
import { guardOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAll, whenAny, type Guard } from '../../policy/program.js';
import { truth, type ClassInView } from '../../syntax/python/index.js';
import { and, or, type Condition } from '../../values/condition.js';
import type { Fact } from '../../values/fact.js';
import { unknown, type FunctionValue, type Handle, type RecordValue, type Value } from '../../values/value.js';
import { asgiFollowed } from './asgi.js';
import { followedFrom } from './follow.js';
import { corsLayer, type Around, type Layer } from './layers.js';
import type { Given, StarlettePackages } from './packages.js';
import { HAS_ORIGIN, IS_PREFLIGHT, type CorsProgram } from './program.js';
import { askedAt } from './request.js';
import { named } from './routes.js';
import { OPTIONS } from './settings.js';
import { writtenOn } from './written.js';

/** Code that changes what the class allows while it answers. */
const CHANGES = /self\.allow_(?:origins|all_origins|origin_regex)\b\s*(?:[-+|]?=(?!=)|\.(?:append|add|extend|update|insert|remove)\()/;

/**
 * A class that extends `CORSMiddleware`: with options of its own, another test of the origin, further headers, or a
 * choice of the requests that it sees. What it does not define is Starlette's.
 */
export function extendedCors(view: ClassInView, given: Given, when: Guard, around: Around): readonly Layer[] {
  const { packages } = around;
  const opaque = (why: string): readonly Layer[] => [{ is: 'opaque', value: unknown('function-call', `the cors middleware ${view.name}, ${why}`, view.at), when, at: given.at }];
  if (CHANGES.test(around.module.written(view.at).replace(/def __init__\b[\s\S]*?(?=\n\s*(?:async )?def |$)/, ''))) return opaque('which changes what it allows');
  if (view.methods.some((name) => name === 'simple_response' || name === 'allow_explicit_origin')) return opaque('which has methods of its own for answers');
  let options: Pick<Given, 'args' | 'keywords'> = given;
  const inherited: Fact = { key: `inherited@${view.at.file}:${view.at.start}`, reason: 'function-call', detail: 'what CORSMiddleware allows', at: view.at };
  const app: Handle = plainHandle('self.app', given);
  const preflight = packages.answer('super().preflight_response()', view.at);
  const base: Handle = {
    ...plainHandle('CORSMiddleware', given),
    get: (property) => (property === 'app' ? app : attribute(property, options, given)),
    call: (method) => (method === 'is_allowed_origin' ? { kind: 'condition', condition: { c: 'fact', fact: inherited }, at: view.at } : method === 'preflight_response' ? preflight : undefined),
  };
  const instance = view.instance(base);
  const init = view.methods.includes('__init__') ? view.methodOf(instance, '__init__') : undefined;
  if (init !== undefined) {
    let made = false;
    const extended = ({ args, keywords }: Given): Handle => {
      made = true;
      options = { args: args.slice(1), keywords };
      return base;
    };
    packages.extending(extended, () => init.run([app, ...given.args], given.keywords));
    if (!made) return [];
  }
  const check = view.methodOf(instance, 'is_allowed_origin');
  const layer = corsLayer(options.args, check === undefined ? options.keywords : withoutGlobs(options.keywords), given.at, when, around, check === undefined ? undefined : (byDefault) => instead(guardOf(checked(check)), inherited, byDefault));
  const program = further(layer.program, view.methodOf(instance, 'preflight_response'), view.methodOf(instance, 'send'), base, preflight, around);
  if (program === undefined) return opaque('which answers preflights itself');
  const whole = view.methodOf(instance, '__call__');
  return whole === undefined ? [{ ...layer, program }] : chosen({ ...layer, program }, whole, base, app, packages);
}

/** What `__init__` keeps as it is given: `self.allow_origins`. */
function attribute(name: string, { args, keywords }: Pick<Given, 'args' | 'keywords'>, { at }: Given): Value | undefined {
  if (name !== 'allow_origins' && name !== 'allow_credentials' && name !== 'allow_private_network') return undefined;
  return named(keywords, name) ?? args[OPTIONS.indexOf(name)] ?? (name === 'allow_origins' ? { kind: 'list', items: [], at } : { kind: 'boolean', value: false, at });
}

function plainHandle(name: string, { at }: Given): Handle {
  return { kind: 'handle', name, at, get: () => undefined, call: () => undefined };
}

/** When `is_allowed_origin(origin)` gives something true. */
function checked(check: FunctionValue): Condition {
  const origin: Value = { kind: 'request', part: 'header', header: 'origin', at: check.at };
  return or(...check.run([origin]).flatMap((event) => (event.kind === 'return' ? [and(event.when, truth(event.value))] : [])));
}

/** Entries like `https://*.example.com` equal no origin; a test of its own reads them as it likes. */
function withoutGlobs(keywords: RecordValue | undefined): RecordValue | undefined {
  const isGlob = (value: Value): boolean => value.kind === 'string' && value.value !== '*' && value.value.includes('*');
  return keywords === undefined ? undefined : { ...keywords, entries: keywords.entries.map((one) => (one.key === 'allow_origins' && one.value.kind === 'list' ? { ...one, value: { ...one.value, items: one.value.items.filter((item) => !isGlob(item)) } } : one)) };
}

/** The guard with another one in the place of a fact. */
function instead(guard: Guard, fact: Fact, by: Guard): Guard {
  if (guard.g === 'fact') return guard.fact.key === fact.key ? by : guard;
  if (guard.g === 'not') return unless(instead(guard.of, fact, by));
  if (guard.g === 'and') return whenAll(...guard.of.map((part) => instead(part, fact, by)));
  return guard.g === 'or' ? whenAny(...guard.of.map((part) => instead(part, fact, by))) : guard;
}

/** Headers that `preflight_response` and `send` add to what those of Starlette do; undefined where they are replaced. */
function further(program: CorsProgram, preflight: FunctionValue | undefined, send: FunctionValue | undefined, base: Handle, made: Handle, { packages, behaviour }: Around): CorsProgram | undefined {
  let { preflights, outward } = program;
  if (preflight !== undefined) {
    const events = preflight.run([], keywordsFor(['request_headers'], [askedAt(preflight.at, false).headers], preflight.at));
    const { own, goesOn, outward: added } = followedFrom(events, made, base, packages);
    // Answers of its own that refuse are answers without a grant, as Starlette's are.
    if (goesOn.c === 'false' || own.some(({ statuses }) => !statuses.some(({ status }) => status.kind === 'number' && status.value >= 400))) return undefined;
    preflights = mergeSteps([...preflights, ...stepsFrom(added, IS_PREFLIGHT)]);
  }
  if (send !== undefined) {
    const start = packages.message(send.at);
    const events = send.run([], keywordsFor(['message', 'send', 'request_headers'], [start, plainHandle('send', { args: [], keywords: undefined, at: send.at }), askedAt(send.at, false).headers], send.at));
    // Before 1.7 answers to requests without an origin do not pass it.
    outward = [...stepsFrom(writtenOn(start, events, packages).actions, behaviour.varies ? ALWAYS : HAS_ORIGIN), ...outward];
  }
  return { ...program, preflights, outward };
}

function keywordsFor(names: readonly string[], values: readonly Value[], at: Value['at']): RecordValue {
  return { kind: 'record', entries: names.flatMap((key, index) => (values[index] === undefined ? [] : [{ key, value: values[index], at }])), at };
}

/** `__call__` that hands some requests to `super().__call__` and others to the app; it may answer some itself. */
function chosen(layer: Layer & { readonly is: 'cors' }, whole: FunctionValue, base: Handle, app: Handle, packages: StarlettePackages): readonly Layer[] {
  const asked = askedAt(whole.at, false);
  const followed = asgiFollowed(whole, app, asked, packages, (event) => event.receiver === base && event.method === '__call__');
  const sees = guardOf(followed.through);
  const { faults } = layer.program;
  return [
    // The object is made, or is not, whatever is asked later.
    ...(faults.length === 0 ? [] : [{ ...layer, program: { preflights: [], answers: [], outward: [], faults } }]),
    { is: 'code', followed: { ...followed, outward: [] }, when: layer.when, at: layer.at },
    { ...layer, program: { ...layer.program, faults: [] }, when: whenAll(layer.when, sees) },
  ];
}
