import { allOf } from '../../middleware/koa/guards.js';
import { argument, headersFrom, pythonHeader } from '../../middleware/python-header.js';
import { openWrites } from '../../middleware/responses-out-of-view.js';
import { WrittenResponse } from '../../middleware/written-response.js';
import { guardOf } from '../../policy/from-condition.js';
import { ALWAYS, type Guard, type Step } from '../../policy/program.js';
import { and } from '../../values/condition.js';
import type { HeaderWrite } from '../../values/response-action.js';
import { unknown, type Event, type FunctionValue, type Handle, type Value } from '../../values/value.js';
import { exchangeFor, type Exchange, type PyramidPackages, type Role } from './packages.js';

/** What is registered at a configurator, in order. */
export interface Registered {
  readonly tweens: readonly FunctionValue[];
  readonly subscribers: readonly { readonly to: 'NewRequest' | 'NewResponse'; readonly callee: FunctionValue; readonly when: Guard }[];
}

export interface PyramidProgram {
  readonly steps: readonly Step[];
  readonly reads: ReadonlySet<string>;
}

/**
 * What surrounds the views of an app (pyramid/router.py, `invoke_request`; measured on 2.1): tweens, then callbacks that
 * were put on the request, then subscribers to `NewResponse`. All of them reach answers to unknown paths, which Pyramid makes
 * inside; none reaches an exception that no view is registered for.
 */
export function pyramidProgram({ tweens, subscribers }: Registered, packages: PyramidPackages, at: Handle['at']): PyramidProgram {
  const surroundings = new Surroundings(packages, exchangeFor(at), subscribers);
  surroundings.read(tweens, at);
  return { steps: surroundings.response.steps, reads: surroundings.exchange.reads };
}

class Surroundings {
  readonly response = new WrittenResponse();

  constructor(
    private readonly packages: PyramidPackages,
    readonly exchange: Exchange,
    private readonly subscribers: Registered['subscribers'],
  ) {}

  read(tweens: readonly FunctionValue[], at: Handle['at']): void {
    const { handler, request, response, headers } = this.exchange;
    const followed = tweens.flatMap((factory) =>
      factory.run([handler, unknown('parameter', 'the registry', factory.at)]).flatMap((made) => (made.kind === 'return' && made.value.kind === 'function' ? [made.value.run([request])] : [])),
    );
    // The last one that was added is outermost: what it answers by itself never gets further in.
    for (const events of [...followed].reverse()) for (const event of events) if (event.kind === 'return') this.#returned(event.value, guardOf(event.when), events, event.at);
    for (const events of followed) this.#writes(events, response, headers, ALWAYS);
    const callbacks = followed.flat();
    this.#after(ALWAYS, callbacks);
    this.response.take([{ when: ALWAYS, effects: [], end: { to: 'behind' }, at }]);
  }

  #returned(value: Value, when: Guard, events: readonly Event[], at: Handle['at']): void {
    if (value.kind === 'either') return value.options.forEach((option) => this.#returned(option.value, allOf(when, guardOf(option.when)), events, at));
    const role = this.packages.roleOf(value);
    if (role?.is !== 'response' || value.kind !== 'handle' || when.g === 'never') return;
    for (const action of constructed(role, value.at)) this.response.write(action, when, () => undefined);
    this.#writes(events, value, role.headers, when);
    this.#after(when, []);
    const status = statusOf(role);
    if (status !== undefined) this.response.status(status, when);
    this.response.answer(when, status?.kind === 'number' ? status.value : 200, at);
  }

  /** Callbacks of the request, then subscribers. */
  #after(base: Guard, tweens: readonly Event[]): void {
    const { request, response, headers, event } = this.exchange;
    const asked = this.subscribers.filter(({ to }) => to === 'NewRequest').flatMap(({ callee, when }) => callee.run([event]).map((one) => ({ one, when })));
    for (const { one, when } of [...asked, ...tweens.map((one) => ({ one, when: ALWAYS }))]) {
      if (one.kind !== 'call' || one.receiver !== request || one.method !== 'add_response_callback' || one.args[0]?.kind !== 'function') continue;
      this.#writes(one.args[0].run([request, response]).map((inner): Event => ({ ...inner, when: and(one.when, inner.when) })), response, headers, allOf(base, when));
    }
    for (const { to, callee, when } of this.subscribers) if (to === 'NewResponse') this.#writes(callee.run([event]), response, headers, allOf(base, when));
  }

  #writes(events: readonly Event[], response: Handle, headers: Handle, base: Guard): void {
    for (const event of events) {
      if (event.kind === 'escape' && event.receiver === response) for (const action of openWrites(unknown(event.reason, event.detail, event.at), event.when)) this.response.write(action, base, () => undefined);
      if (event.kind !== 'call' || (event.receiver !== headers && event.receiver !== response)) continue;
      // What is no text is refused by the server, whose answer has none of the headers.
      for (const action of headerCall(event)) {
        this.response.write(action, base, (when, fault, at) => {
          this.response.clear(when, at);
          this.response.answer(when, 500, at, fault);
        });
      }
    }
  }
}

/** Methods of WebOb's `ResponseHeaders`, and of its list of pairs. */
function headerCall(event: Event & { readonly kind: 'call' }): readonly HeaderWrite[] {
  const [first, second] = [argument(event, 0, 'key'), argument(event, 1, 'value')];
  const { when, at } = event;
  switch (event.method) {
    case '__setitem__':
      return pythonHeader('set', first, second, 'throw', event);
    case 'add':
      return pythonHeader('append', first, second, 'throw', event);
    case 'append':
      return first === undefined ? [] : headersFrom('append', { kind: 'list', items: [first], at }, 'throw', event);
    case 'setdefault':
      return pythonHeader('set-if-absent', first, second, 'throw', event);
    case 'update':
    case '__ior__':
      return [event.args[0], event.keywords].flatMap((part) => (part === undefined ? [] : headersFrom('set', part, 'throw', event)));
    case 'extend':
    case '__iadd__':
      return first === undefined ? [] : headersFrom('append', first, 'throw', event);
    case '__delitem__':
    case 'pop':
      return first?.kind === 'string' ? [{ do: 'header', op: 'remove', name: first.value.toLowerCase(), value: first, missing: 'skip', when, at }] : [];
    default:
      return [];
  }
}

function constructed({ keywords }: Role & { is: 'response' }, at: Handle['at']): readonly HeaderWrite[] {
  const event = { when: { c: 'true' }, at } as const;
  return (keywords?.entries ?? []).flatMap(({ key, value }) => (key === 'headers' || key === 'headerlist' ? headersFrom('append', value, 'throw', event) : []));
}

function statusOf({ args, keywords }: Role & { is: 'response' }): Value | undefined {
  const given = args[1] ?? keywords?.entries.findLast(({ key }) => /^status(?:_int|_code)?$/.test(key))?.value;
  const code = given?.kind === 'string' ? /^\d{3}/.exec(given.value)?.[0] : undefined;
  return code === undefined || given === undefined ? given : { kind: 'number', value: Number(code), at: given.at };
}
