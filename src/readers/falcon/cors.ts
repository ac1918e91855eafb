import { exact, ABSENT, complement, type OriginSet } from '../../origins/origin-set.js';
import { casesOf, exactSetOf, headerValueOf } from '../../policy/from-condition.js';
import { ALWAYS, NEVER, unless, whenAll, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import { truth } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import { and, type Condition } from '../../values/condition.js';
import { entry, factOf, unknown, type EitherValue, type RecordValue, type Value } from '../../values/value.js';
import type { FalconVersion } from './version.js';

type Case = Exclude<Value, EitherValue>;

/** In the order in which they can be given by position. */
const OPTIONS = ['allow_origins', 'expose_headers', 'allow_credentials', 'allow_private_network'] as const;

type Option = (typeof OPTIONS)[number];
type Settings = Readonly<Partial<Record<Option, Case>>>;

/** So many ways are told apart. */
const MAX_WAYS = 32;

/** The answer that the middleware works on. */
export interface Answered {
  /** No error was raised on the way to it. */
  readonly succeeded: boolean;
  /** The `Allow` header that the responder set: its text, nothing, or unknown. */
  readonly allow: Value;
}

const METHOD = 'access-control-request-method';
const HEADERS = 'access-control-request-headers';
const PRESENT = complement(ABSENT);
const FILLED: OriginSet = { s: 'and', of: [PRESENT, complement(exact('', { file: '', start: 0, end: 0 }))] };

/** `CORSMiddleware(…)` (falcon/middleware.py): either it cannot be made, or what it does with each answer. */
export class FalconCors {
  /** Under which choices it cannot be made of its options, and why. */
  readonly faults: readonly { readonly when: Guard; readonly fault: string }[];
  readonly #ways: readonly { readonly when: Guard; readonly settings: Settings }[];

  constructor(
    args: readonly Value[],
    private readonly keywords: RecordValue | undefined,
    private readonly at: Span,
    private readonly version: FalconVersion,
  ) {
    let ways: readonly { readonly when: Guard; readonly settings: Settings }[] = [{ when: ALWAYS, settings: {} }];
    OPTIONS.forEach((option, index) => {
      const value = (keywords === undefined ? undefined : (entry(keywords, option)?.value ?? keywords.rest)) ?? args[index];
      if (value === undefined) return;
      const cases = casesOf(value);
      const told = ways.length * cases.length <= MAX_WAYS ? cases : [{ when: ALWAYS, value: unknown('budget', 'too many choices', value.at) }];
      ways = ways.flatMap((way) => told.map((one) => ({ when: whenAll(way.when, one.when), settings: { ...way.settings, [option]: one.value } })));
    });
    const made = ways.map((way) => ({ ...way, fault: this.#fault(way.settings) }));
    this.faults = made.flatMap(({ when, fault }) => (fault === undefined ? [] : [{ when, fault }]));
    this.#ways = made.filter(({ fault }) => fault === undefined);
  }

  /** On preflights of origins that it admits it takes `Allow` off the answer. */
  get takesAllow(): Condition {
    const { at } = this;
    const header = (name: string): Value => ({ kind: 'request', part: 'header', header: name, at });
    const origins = this.#ways[0]?.settings.allow_origins;
    const list: Value | undefined = origins?.kind === 'string' ? { kind: 'list', items: [origins], at: origins.at } : origins;
    const admitted: Condition = list === undefined || everybody(origins) ? { c: 'present', value: header('origin'), at } : { c: 'member', item: header('origin'), of: list, at };
    return and({ c: 'equals', left: { kind: 'request', part: 'method', at }, right: { kind: 'string', value: 'OPTIONS', at }, ignoreCase: false, at }, { c: 'present', value: header(METHOD), at }, admitted);
  }

  /** What it does to an answer of any kind. */
  onAll(): readonly Step[] {
    return this.#each((settings) => {
      const admitted = this.#admitted(settings);
      const credentials = this.#credentials(settings);
      const unset = { header: 'access-control-allow-origin', in: ABSENT };
      const effect = (header: string, value: HeaderValue, at: Span, more: Partial<Effect> = {}): Effect => ({ op: 'set', header, value, statuses: 'all', at, ...more });
      const steps: Step[] = [];
      if (credentials !== undefined) {
        const { allow_credentials: value } = settings;
        const at = this.#placeOf('allow_credentials', value);
        const echo: HeaderValue = { v: 'request-header', name: 'origin', at: value?.at ?? this.at };
        steps.push({ when: whenAll(admitted, credentials), effects: [effect('access-control-allow-credentials', { v: 'literal', text: 'true', at: value?.at ?? this.at, written: true }, at, { onlyIf: unset }), effect('access-control-allow-origin', echo, at, { onlyIf: unset })], at: this.at });
      }
      const { allow_origins: origins } = settings;
      const place = origins?.at ?? this.at;
      const value: HeaderValue = everybody(origins) ? { v: 'literal', text: '*', at: place, written: origins !== undefined } : { v: 'request-header', name: 'origin', at: place };
      steps.push({ when: admitted, effects: [effect('access-control-allow-origin', value, this.#placeOf('allow_origins', origins), { onlyIf: unset })], at: this.at });
      const { expose_headers: exposed } = settings;
      const text = exposed === undefined ? undefined : exposedText(exposed);
      if (text !== undefined) steps.push({ when: admitted, effects: [effect('access-control-expose-headers', text, this.#placeOf('expose_headers', exposed))], at: this.at });
      return steps;
    });
  }

  /** What it does to the answer of an OPTIONS request, behind the above. */
  onPreflight({ succeeded, allow }: Answered): readonly Step[] {
    if (!succeeded) return [];
    return this.#each((settings) => {
      const preflight = whenAll({ g: 'method', in: ['OPTIONS'] }, { g: 'header', name: METHOD, in: FILLED }, this.#admitted(settings));
      const steps = casesOf(allow).flatMap((one) => this.#allowing(one.value, whenAll(preflight, one.when)));
      const { allow_private_network: network } = settings;
      if (network !== undefined && this.version.privateNetwork) {
        const asks: Guard = { g: 'header', name: 'access-control-request-private-network', in: exact('true', network.at) };
        steps.push({ when: whenAll(preflight, asks, truthGuard(network)), effects: [{ op: 'set', header: 'access-control-allow-private-network', value: { v: 'literal', text: 'true', at: network.at, written: true }, statuses: 'all', at: this.#placeOf('allow_private_network', network) }], at: this.at });
      }
      return steps;
    });
  }

  /** The methods are those of `Allow`, whatever is asked for. */
  #allowing(allow: Case, preflight: Guard): Step[] {
    const set = (header: string, value: HeaderValue): Effect => ({ op: 'set', header, value, statuses: 'all', at: this.at });
    if (allow.kind === 'nothing' && this.version.refusesWithoutAllow) {
      const gone = ['access-control-allow-methods', 'access-control-allow-headers', 'access-control-max-age', 'access-control-expose-headers', 'access-control-allow-origin'];
      return [{ when: preflight, effects: gone.map((header): Effect => ({ ...set(header, this.#own('')), op: 'remove' })), at: this.at }];
    }
    const methods: HeaderValue = allow.kind === 'nothing' ? this.#own('None') : (headerValueOf(allow) ?? { v: 'unknown', fact: factOf(unknown('unsupported-syntax', 'the header Allow', allow.at)), at: allow.at });
    const asked: Guard = { g: 'header', name: HEADERS, in: ABSENT };
    return [
      { when: preflight, effects: [set('access-control-allow-methods', methods), set('access-control-max-age', this.#own('86400'))], at: this.at },
      { when: whenAll(preflight, asked), effects: [set('access-control-allow-headers', this.#own('*'))], at: this.at },
      { when: whenAll(preflight, unless(asked)), effects: [set('access-control-allow-headers', { v: 'request-header', name: HEADERS, at: this.at })], at: this.at },
    ];
  }

  #each(steps: (settings: Settings) => readonly Step[]): readonly Step[] {
    return this.#ways.flatMap(({ when, settings }) => steps(settings).flatMap((step) => {
      const reached = whenAll(when, step.when);
      return reached.g === 'never' ? [] : [{ ...step, when: reached }];
    }));
  }

  #own(text: string): HeaderValue {
    return { v: 'literal', text, at: this.at, written: false };
  }

  #placeOf(option: Option, value: Case | undefined): Span {
    return (this.keywords === undefined ? undefined : entry(this.keywords, option)?.at) ?? value?.at ?? this.at;
  }

  #admitted({ allow_origins: origins }: Settings): Guard {
    if (origins === undefined || everybody(origins)) return { g: 'origin', in: PRESENT };
    return { g: 'origin', in: { s: 'and', of: [PRESENT, exactSetOf(origins, origins.at)] } };
  }

  /** Undefined: nobody. */
  #credentials({ allow_credentials: value }: Settings): Guard | undefined {
    if (value === undefined || value.kind === 'nothing') return undefined;
    return everybody(value) ? ALWAYS : { g: 'origin', in: exactSetOf(value, value.at) };
  }

  /** TypeError and ValueError of the constructor. */
  #fault(settings: Settings): string | undefined {
    const odd = this.keywords?.entries.find(({ key }) => !OPTIONS.some((option) => option === key && (option !== 'allow_private_network' || this.version.privateNetwork)));
    if (odd !== undefined) return `CORSMiddleware does not take ${odd.key}`;
    for (const option of ['allow_origins', 'allow_credentials'] as const) {
      const value = settings[option];
      if (value === undefined) continue;
      if (value.kind === 'boolean' || value.kind === 'number' || (value.kind === 'nothing' && option === 'allow_origins')) return `${option} is no collection`;
      if (value.kind === 'list' && value.items.some((item) => item.kind === 'string' && item.value === '*')) return `${option} is a list with *, which must be given as a text`;
    }
    const { expose_headers: exposed } = settings;
    if (exposed?.kind === 'boolean' || exposed?.kind === 'number') return 'expose_headers is no collection';
    return undefined;
  }
}

function everybody(value: Case | undefined): boolean {
  return value === undefined || (value.kind === 'string' && value.value === '*');
}

/** `', '.join(expose_headers)`; undefined where nothing is sent. */
function exposedText(value: Case): HeaderValue | undefined {
  if (value.kind === 'nothing' || truth(value).c === 'false') return undefined;
  if (value.kind === 'list' && value.rest === undefined && value.items.every((item) => item.kind === 'string')) return { v: 'literal', text: value.items.map((item) => (item.kind === 'string' ? item.value : '')).join(', '), at: value.at, written: true };
  return headerValueOf(value) ?? { v: 'unknown', fact: factOf(unknown('unsupported-syntax', 'expose_headers', value.at)), at: value.at };
}

function truthGuard(value: Case): Guard {
  const holds = truth(value);
  if (holds.c === 'true' || holds.c === 'false') return holds.c === 'true' ? ALWAYS : NEVER;
  return { g: 'fact', fact: factOf(value.kind === 'unknown' || value.kind === 'env' ? value : unknown('unsupported-syntax', 'allow_private_network', value.at)) };
}
