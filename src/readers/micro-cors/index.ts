/**
 * `micro-cors`, around handlers of micro and of Next.js's API routes: `cors(options)(handler)`.
 *
 * It compares nothing: the one origin is sent to everybody, with credentials unless they are switched off, so its
 * defaults are `*` with credentials, which browsers refuse. OPTIONS is left to the handler.
 */
import { neededHeaders } from '../../middleware/request-reads.js';
import { editScript } from '../../middleware/edit-script.js';
import { actionsOf, exchange, expressResponseCall } from '../../middleware/express/exchange.js';
import { followed } from '../../middleware/followed.js';
import { microCorsSteps } from '../../middleware/micro-cors.js';
import { functionHandle, MadeHandles, packageHandle } from '../../middleware/package-handles.js';
import { covering, evidenceIn, sendsCors, versionText } from '../../middleware/readings.js';
import { served, stepsFrom } from '../../policy/from-actions.js';
import type { Policy, Step } from '../../policy/program.js';
import { run, type EstreeModule, type Packages } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { or } from '../../values/condition.js';
import { isTautology } from '../../values/decide.js';
import type { Event, FunctionValue, Handle, Value } from '../../values/value.js';
import { decline, defineReader, type Reading } from '../reader.js';

export default defineReader<EstreeModule>({
  title: 'micro-cors',
  language: 'estree',
  mayConcern: /['"]micro-cors['"]/,

  *read(module) {
    const packages = new MicroPackages();
    const events = followed(run(module, packages.packages));
    yield* covering(module.file, readingsOf(module, packages, events));
  },

  write: (module, policy, change) => (change.kind === 'allow-only' && change.origins.length > 1 ? decline('it takes one origin') : editScript(module, policy, change, { origins: (quoted) => quoted.join('') })),
});

/** `cors(options)` of the package: a function that wraps handlers. */
interface Wrapper {
  readonly options: Value | undefined;
  readonly at: Span;
}

class MicroPackages {
  readonly #made = new MadeHandles<Wrapper>();
  readonly #wrapped = new MadeHandles<undefined>();

  readonly packages: Packages = (specifier) => (specifier === 'micro-cors' ? this.#cors : specifier === 'micro' ? this.#micro : undefined);

  wrapperOf(value: Value): Wrapper | undefined {
    return this.#made.roleOf(value);
  }

  isSend(receiver: Handle, method: string): boolean {
    return (receiver === this.#send && method === '') || (receiver === this.#micro && method === 'send');
  }

  readonly #cors: Handle = packageHandle('micro-cors', {}, (method, args, at) => {
    if (method !== '') return undefined;
    return this.#made.make('cors', at, args, { options: args[0], at }, (inner, handlers, callAt) => (inner === '' ? this.#wrapped.make('handler', callAt, handlers, undefined, () => undefined) : undefined));
  });
  readonly #send: Handle = functionHandle('send', () => undefined);
  readonly #micro: Handle = packageHandle('micro', { send: this.#send }, () => undefined);
}

function* readingsOf(module: EstreeModule, packages: MicroPackages, events: readonly Event[]): Generator<Reading> {
  for (const event of events) {
    if (event.kind !== 'call' || event.method !== '') continue;
    const wrapper = packages.wrapperOf(event.receiver);
    if (wrapper === undefined) continue;
    if (wrapper.options?.kind === 'unknown') yield { kind: 'gap', gap: { at: wrapper.options.at, reason: wrapper.options.reason, message: `The options of micro-cors depend on ${wrapper.options.detail}.` } };
    yield { kind: 'policy', policy: policyOf(module, event.at, wrapper, event.args[0], packages) };
  }
}

function policyOf(module: EstreeModule, at: Span, wrapper: Wrapper, handler: Value | undefined, packages: MicroPackages): Policy {
  const reads = new Set<string>();
  const own = handler?.kind === 'function' ? handlerSteps(handler, packages, reads) : [];
  return {
    reader: 'micro-cors',
    title: 'micro-cors',
    layer: 'route-handler',
    at,
    steps: [...microCorsSteps(wrapper.options, { g: 'always' }, wrapper.at), ...own],
    behind: { options: null },
    probes: [{ path: '/', methods: null, requestHeaders: neededHeaders(reads, false), at }],
    survivesUncaught: true,
    listens: [],
    version: versionText(module, 'micro-cors', 'micro-cors', '0.1'),
    evidence: evidenceIn(module, sendsCors(own)),
    notes: [],
  };
}

/** What the handler does; what it returns, and what it sends without a word about the status, is 200. */
function handlerSteps(handler: FunctionValue, packages: MicroPackages, reads: Set<string>): readonly Step[] {
  const given = exchange(handler.at, false);
  const actions = actionsOf({ ...handler, run: (args) => handler.run(args).flatMap((event) => sending(event, given.response, packages)) }, given, expressResponseCall);
  for (const name of given.reads) reads.add(name);
  const ended = actions.flatMap((action) => (action.do === 'end' || action.do === 'fail' ? [action.when] : []));
  const steps = stepsFrom(actions, { g: 'always' });
  return isTautology(or(...ended)) ? steps : [...steps, ...served({ g: 'always' }, handler.at)];
}

/** micro's `send(res, status, body)`, said as what it does to the response. */
function sending(event: Event, response: Handle, packages: MicroPackages): readonly Event[] {
  if (event.kind !== 'call' || !packages.isSend(event.receiver, event.method)) return [event];
  const [target, status] = event.args;
  if (target !== response) return [event];
  const call = (method: string, args: readonly Value[]): Event => ({ kind: 'call', when: event.when, receiver: response, method, args, at: event.at });
  return [...(status === undefined ? [] : [call('status', [status])]), call('end', [])];
}
