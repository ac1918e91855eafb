/**
 * Socket.IO in Python: Flask-SocketIO, python-socketio, python-engineio.
 *
 * They let in the origin that they serve themselves, unless they are told otherwise. `cors_allowed_origins="*"` echoes
 * every origin, and credentials are allowed unless `cors_credentials=False` is said: every website can then connect as the
 * user who is logged in. Origins that are not let in get 400; `Vary` is never sent.
 */
import { editPython } from '../../middleware/edit-python.js';
import type { PythonSpelling } from '../../middleware/python-spelling.js';
import { filled, underFacts } from '../../middleware/options.js';
import { byDefault, byOption, asWritten, doing } from '../../middleware/sent.js';
import { ANY, anyOf, exact, type OriginSet } from '../../origins/origin-set.js';
import { casesOf, exactSetOf, guardOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAll, type Guard, type Policy, type Step } from '../../policy/program.js';
import { truth, type PythonCall, type PythonModule } from '../../syntax/python/index.js';
import { entry, factOf, unknown, type EitherValue, type RecordEntry, type Value } from '../../values/value.js';
import { defineReader } from '../reader.js';

type Case = Exclude<Value, EitherValue>;

/** Classes that take the options; `init_app` of Flask-SocketIO takes them, too. */
const SERVERS = /^(?:flask_socketio\.SocketIO|socketio\.(?:Async)?Server|engineio\.(?:Async)?Server)$/;

/** How its changes are spelled. */
const SPELLING: PythonSpelling = {
  options: { origins: 'cors_allowed_origins' },
};

export default defineReader<PythonModule>({
  title: 'Socket.IO (Python)',
  language: 'python',
  mayConcern: /cors_allowed_origins/,

  *read(module) {
    for (const call of module.calls()) {
      const origins = entry(call.keywords, 'cors_allowed_origins');
      const callee = call.node.childForFieldName('function');
      const name = callee === null ? '' : (module.qualifiedName(callee) ?? '');
      if (origins === undefined || !(SERVERS.test(name) || /\.init_app$/.test(call.callee))) continue;
      const steps = programOf(call, origins);
      if (steps.length > 0) yield { kind: 'policy', policy: policyOf(module, call, steps) };
    }
  },

  write: (module, policy, change) => editPython(module, policy, change, SPELLING),
});

function policyOf(module: PythonModule, call: PythonCall, steps: readonly Step[]): Policy {
  return {
    reader: 'python-socket-io',
    title: 'Socket.IO server',
    layer: 'route-handler',
    at: call.at,
    steps,
    behind: { options: 200 },
    probes: [{ path: `${pathOf(call)}/`, methods: ['GET', 'POST'], requestHeaders: [], at: call.at }],
    survivesUncaught: true,
    listens: [],
    version: 'python-engineio 4',
    evidence: { handWritten: false, canAddVary: false, readsCookies: /\bsession\b|cookie|login/i.test(module.source.text) ? 'yes' : 'unknown', noStore: false },
    notes: [],
  };
}

/** `path` of Flask-SocketIO, `engineio_path` and `socketio_path` of what mounts the server; without one `socket.io`. */
function pathOf({ keywords }: PythonCall): string {
  const path = ['path', 'engineio_path', 'socketio_path'].map((key) => entry(keywords, key)?.value).find((value) => value?.kind === 'string');
  return `/${(path?.kind === 'string' ? path.value : 'socket.io').replace(/^\/|\/$/g, '')}`;
}

/** engineio/base_server.py, `_cors_headers` and `_cors_allowed_origins` (read in 4.15; measured). */
function programOf(call: PythonCall, origins: RecordEntry): readonly Step[] {
  const { at } = call;
  const base = whenAll(guardOf(call.condition), { g: 'path', in: { s: 'prefix', text: `${pathOf(call)}/`, subject: 'origin', ignoreCase: false, at } });
  const credentials = entry(call.keywords, 'cors_credentials');
  const credentialed = credentials === undefined ? ALWAYS : guardOf(truth(credentials.value));
  return casesOf(origins.value).flatMap(({ when, value }): readonly Step[] => {
    // None: the origin that is served; an empty list: no CORS at all.
    if (value.kind === 'nothing' || (value.kind === 'list' && value.items.length === 0 && value.rest === undefined)) return [];
    const reached = whenAll(base, when);
    const { set, at: place } = allowed(value);
    const asks: Guard = { g: 'origin', in: filled(place) };
    const lets: Guard = set.s === 'any' ? ALWAYS : { g: 'origin', in: set };
    const refused = whenAll(reached, asks, unless(lets));
    const asked = 'access-control-request-headers';
    return [
      ...(refused.g === 'never' ? [] : [{ when: refused, effects: [], end: { to: 'answer', status: 400 }, at: place } as const]),
      ...doing(whenAll(reached, asks, lets), byOption('append', 'access-control-allow-origin', { v: 'request-header', name: 'origin', at: place }, place)),
      ...doing(whenAll(reached, { g: 'method', in: ['OPTIONS'] }), byDefault('append', 'access-control-allow-methods', 'OPTIONS, GET, POST', at)),
      ...doing(reached, byOption('append', 'access-control-allow-headers', { v: 'request-header', name: asked, at }, at)),
      ...doing(whenAll(reached, credentialed), credentials === undefined ? byDefault('append', 'access-control-allow-credentials', 'true', at) : byOption('append', 'access-control-allow-credentials', asWritten('true', credentials.value.at), credentials.at)),
    ];
  });
}

/** The origins that are let in, and the place that says so: texts are compared byte for byte, a star stands for all. */
function allowed(value: Case): { readonly set: OriginSet; readonly at: Value['at'] } {
  if (value.kind === 'string') return { set: value.value === '*' ? ANY : exact(value.value, value.at), at: value.at };
  if (value.kind !== 'list') {
    const why = factOf(value.kind === 'unknown' || value.kind === 'env' ? value : unknown('function-call', 'the check of the origin', value.at));
    return { set: { s: 'dynamic', why, lower: { s: 'none' }, upper: ANY, exactTexts: value.kind === 'env', at: value.at }, at: value.at };
  }
  const star = value.items.find((item) => item.kind === 'string' && item.value === '*');
  if (star !== undefined) return { set: ANY, at: star.at };
  const sets = value.items.map((item) => (item.kind === 'either' ? anyOf(item.options.map((option) => underFacts(option.when, exactSetOf({ kind: 'list', items: [option.value], at: item.at }, item.at), item.at))) : exactSetOf({ kind: 'list', items: [item], at: item.at }, item.at)));
  return { set: anyOf(value.rest === undefined ? sets : [...sets, exactSetOf({ kind: 'list', items: [], rest: value.rest, at: value.at }, value.at)]), at: value.at };
}
