/**
 * Express 4 and 5, Polka, and Feathers and Apollo Server on Express: npm `cors`, hand-written middleware and handlers, routers, and what the framework answers itself.
 *
 * An app is one policy: its middleware stack in order. Order is meaning here: `cors()` after the routes covers none of
 * them, a preflight of a route without `app.options` is answered by Express without CORS headers, and the first of two
 * `cors()` answers every preflight.
 */
import { answerOptions } from '../../middleware/answer-options.js';
import { editScript } from '../../middleware/edit-script.js';
import { packageVersion, portsIn, run, type EstreeModule, type Run } from '../../syntax/estree/index.js';
import { entry, unknown, type Event, type Handle, type Value } from '../../values/value.js';
import { stepsFrom } from '../../policy/from-actions.js';
import { askedPaths } from '../../policy/paths.js';
import type { Policy, Step } from '../../policy/program.js';
import { defineReader, type Reading } from '../reader.js';
import { withoutApollo } from '../../middleware/express/apollo.js';
import { responseToError } from '../../middleware/express/errors.js';
import { exchange, expressActions } from '../../middleware/express/exchange.js';
import { occurrencesOf } from '../../middleware/express/occurrences.js';
import { EXPRESS, POLKA } from '../../middleware/express/flavours.js';
import { ExpressPackages, type Role } from '../../middleware/express/packages.js';
import { ROOT } from '../../middleware/express/paths.js';
import { followed } from '../../middleware/followed.js';
import { reachedThrough, type Listening } from '../../middleware/listening.js';
import { cookiesAmong } from '../../middleware/request-reads.js';
import { covering, evidenceIn, sendsCors, versionText } from '../../middleware/readings.js';
import { stackOf, type Stack, type Surroundings } from '../../middleware/express/stack.js';

/** So many routers inside each other are followed. */
const MAX_NESTING = 8;

/** What create-react-app's development server loads: never in production. */
const DEVELOPMENT = /(?:^|\/)setupProxy\.[cm]?[jt]s$/;

const PACKAGES = /['"](?:express|cors|polka|@feathersjs\/express|apollo-server-express)['"]/;

/** What functions that are given an app call it, and what they say it is. */
const APP = /^(?:app|server|router|application|expressApp)$/i;
const EXPRESS_TYPE = /^(?:Express|Application|Router|IRouter)$/;

export default defineReader<EstreeModule>({
  title: 'Express',
  language: 'estree',
  mayConcern: /(?:from|require\(|import\(?)\s*['"](?:npm:)?(?:express|cors|polka|@feathersjs\/express|apollo-server-express)['"/]|access-control-/i,

  *read(module) {
    if (DEVELOPMENT.test(module.file)) return;
    const packages = new ExpressPackages();
    const ran = run(module, packages.packages);
    const isExpress = PACKAGES.test(module.source.text);
    const all = followed(ran, ({ name, type, at }) => (isExpress && (APP.test(name) || EXPRESS_TYPE.test(type ?? '')) ? packages.appFor(at) : undefined));
    const express = packageVersion(module.files, module.file, 'express');
    const events = all.flatMap((event) => withoutApollo(event, packages));
    const around: Surroundings = { packages, events, major: express === undefined ? undefined : Number(express.version.split('.')[0]), heard: new Set() };
    yield* covering(module.file, readingsOf(module, around, ran));
  },

  write: (module, policy, change) => (change.kind === 'answer-options' ? answerOptions(module, change.at) : editScript(module, policy, change, { vary: (response, value) => `${response}.vary(${value})` })),
});

function* readingsOf(module: EstreeModule, around: Surroundings, ran: Run): Generator<Reading> {
  const { packages, events } = around;
  const receivers = new Set(events.flatMap((event) => (event.kind === 'call' || event.kind === 'escape' ? [event.receiver] : [])));
  const mounted = new Set(events.flatMap((event) => (event.kind === 'call' && event.method === 'use' ? handlesIn(event.args) : [])));
  const stacks = [...receivers].filter((handle) => !mounted.has(handle) && ['app', 'router'].includes(packages.roleOf(handle)?.is ?? ''));
  for (const target of stacks) {
    const seen = new Set<string>();
    for (const done of occurrencesOf(target, events)) {
      const stack = stackOf(target, ROOT, around, MAX_NESTING, done);
      for (const gap of stack.gaps) yield { kind: 'gap', gap };
      const spelled = JSON.stringify(stack.steps);
      if (!seen.has(spelled) && concernsCors(stack)) yield { kind: 'policy', policy: policyOf(target, stack, module, around) };
      seen.add(spelled);
    }
  }
  // A middleware that this file only hands out: what it would do on every request.
  if (stacks.length > 0) return;
  for (const value of [...ran.exports.values()].flatMap((one) => middlewareIn(one, packages, ran))) {
    const target = packages.appFor(value.at);
    const use: Event = { kind: 'call', when: { c: 'true' }, receiver: target, method: 'use', args: [value], at: value.at };
    const stack = stackOf(target, ROOT, { ...around, events: [use] }, MAX_NESTING, [use]);
    if (concernsCors(stack)) yield { kind: 'policy', policy: policyOf(target, stack, module, around) };
  }
}

/** `cors(…)`, `(req, res, next) => …`, methods and functions that return one, and records of such. */
function middlewareIn(value: Value, packages: ExpressPackages, ran: Run): readonly Value[] {
  if (value.kind === 'record') return value.entries.flatMap((entry) => middlewareIn(entry.value, packages, ran));
  if (value.kind === 'handle') return packages.roleOf(value)?.is === 'cors' ? [value] : ran.methodsOf(value).filter(({ parameters }) => parameters === 3);
  if (value.kind !== 'function') return [];
  if (value.parameters === 3) return [value];
  if (value.parameters > 1) return [];
  const open = unknown('parameter', 'a parameter', value.at);
  return value.run([open]).flatMap((event) => (event.kind === 'return' && (event.value.kind === 'handle' || (event.value.kind === 'function' && event.value.parameters === 3)) ? middlewareIn(event.value, packages, ran) : []));
}

function handlesIn(values: readonly Value[]): readonly Handle[] {
  return values.flatMap((value) => (value.kind === 'handle' ? [value] : value.kind === 'list' ? handlesIn(value.items) : []));
}

function concernsCors(stack: Stack): boolean {
  return stack.usesCors || sendsCors(stack.steps);
}

function policyOf(target: Handle, stack: Stack, module: EstreeModule, around: Surroundings): Policy {
  const role = around.packages.roleOf(target);
  const flavour = role?.is === 'app' ? role.of : EXPRESS;
  const listening = listensOf(target, around);
  const allRoutes = stack.complete && stack.probes.length > 0;
  return {
    reader: 'express',
    title: `${flavour.title} ${target.name === 'router' ? 'router' : 'app'}`,
    layer: 'app-middleware',
    at: target.at,
    steps: allRoutes ? [...stack.steps, ...unserved(target, role, stack.servesFiles)] : stack.steps,
    behind: { options: null },
    probes: askedPaths(stack.probes, stack.steps, target.at),
    survivesUncaught: true,
    // A port from the environment counts by its default.
    listens: listening.flatMap(({ args, at }) => portsIn(settingIn(module.source.text.slice(at.start, at.end), target, around) ?? args[0])),
    version: `${versionText(module, flavour.name, flavour.name, flavour.current)}, ${versionText(module, 'cors', 'cors', '2.8')}`,
    evidence: { ...evidenceIn(module, stack.handWritten, cookiesAmong(stack.asked, stack.complete)), ...reachedThrough(listening) },
    notes: stack.notes,
  };
}

/** Calls of `app.listen(…)`, also of a server made of the app. */
function listensOf(target: Handle, around: Surroundings): readonly Listening[] {
  return around.events.flatMap((event) => {
    if (event.kind !== 'call' || event.method !== 'listen') return [];
    const role = around.packages.roleOf(event.receiver);
    const own = role?.is === 'server' && role.app === target;
    return event.receiver === target || own ? [{ args: event.args, secure: own && role.secure, at: event.at }] : [];
  });
}

/** `app.get('port')` is what `app.set('port', …)` has put there. */
function settingIn(call: string, target: Handle, { events }: Surroundings): Value | undefined {
  const [, name] = /\.listen\(\s*\w+\.get\(\s*['"](\w+)['"]\s*\)/.exec(call) ?? [];
  const set = name === undefined ? undefined : events.findLast((event) => event.kind === 'call' && event.receiver === target && event.method === 'set' && event.args[0]?.kind === 'string' && event.args[0].value === name);
  return set?.kind === 'call' ? set.args[1] : undefined;
}

/** What requests get that nothing in the stack answers; Polka has it written by the author, if anybody. */
function unserved(target: Handle, role: Role | undefined, servesFiles: boolean): readonly Step[] {
  const notFound: Step = { when: servesFiles ? { g: 'not', of: { g: 'method', in: ['GET', 'HEAD'] } } : { g: 'always' }, effects: [], end: { to: 'answer', status: 404 }, at: target.at };
  const options = role?.is === 'app' && role.of === POLKA && role.options?.kind === 'record' ? role.options : undefined;
  const [noMatch, error] = ['onNoMatch', 'onError'].map((key) => (options === undefined ? undefined : entry(options, key)?.value));
  const handler = noMatch ?? error;
  if (handler?.kind !== 'function') return [notFound];
  const actions = noMatch === undefined ? responseToError(handler, 404) : expressActions(handler, exchange(handler.at, false));
  return [...stepsFrom(actions, { g: 'always' }), notFound];
}
