/**
 * Flask, with Flask-CORS or with headers that code writes: hooks, views, decorators, blueprints, factories.
 *
 * `CORS(app)` without origins lets every website read what the app answers, and echoes its origin. Texts among the
 * origins that look like patterns are matched from their start only, so that `https://.*\.example\.com` lets
 * `https://a.example.com.attacker.example` in, and `https://*.example.com` is no glob. Options that Flask-CORS does not
 * know (`origin=`, `allow_origins=`) are ignored, and leave it open. A hook that is registered behind `CORS(app)` runs
 * before it; where it sets the header, Flask-CORS does nothing any more.
 */
import { editPython } from '../../middleware/edit-python.js';
import type { PythonSpelling } from '../../middleware/python-spelling.js';
import { followed } from '../../middleware/followed.js';
import { covering, sendsCors } from '../../middleware/readings.js';
import { pythonEvidence } from '../../middleware/python-evidence.js';
import { askedPaths } from '../../policy/paths.js';
import type { Policy } from '../../policy/program.js';
import { pinnedVersion, run, type PythonModule, type Run } from '../../syntax/python/index.js';
import { TRUE } from '../../values/condition.js';
import type { Event, Handle } from '../../values/value.js';
import { defineReader, type Reading } from '../reader.js';
import { FlaskPackages } from './packages.js';
import { portsOf } from './ports.js';
import { registrationsIn, type Registration } from './registrations.js';
import { stackOf, type Stack } from './stack.js';
import { flaskCorsVersion } from './version.js';

/** Functions and modules in whose text something of CORS, or an app that may have it, can be. */
const CONCERNS = /cors|access[-_]control|cross_?origin|\b(?:Flask|Blueprint)\(|register_blueprint|(?:before|after)(?:_app)?_request|\.route\(/i;

/** How its changes are spelled. */
const SPELLING: PythonSpelling = {
  append: ({ receiver }, name, value) => `${receiver.endsWith('headers') ? receiver : `${receiver}.headers`}.add(${name}, ${value})`,
  origin: 'request.headers.get("Origin")',
  options: { origins: 'origins', lists: { 'access-control-allow-methods': { option: 'methods' }, 'access-control-allow-headers': { option: 'allow_headers' }, 'access-control-expose-headers': { option: 'expose_headers' } } },
};

export default defineReader<PythonModule>({
  title: 'Flask',
  language: 'python',
  mayConcern: /\bflask\b|\bflask_|cors\.init_app|(?:after|before)(?:_app)?_request|\bdef\s+\w+\(\s*(?:response|resp|res|rv|r)\b[^,()]*\)/i,

  *read(module) {
    if (!/cors|access[-_]control|cross_?(?:origin|domain)|after(?:_app)?_request\(\s*[\w.]+\s*\)/i.test(module.source.text)) return;
    const packages = new FlaskPackages(module);
    const ran = run(module, packages.packages, CONCERNS);
    const isFlask = /\bflask\b|\bflask_|after_request/i.test(module.source.text);
    const events = followed(ran, ({ name, type, at }) => {
      if (!isFlask) return undefined;
      if (type === 'Blueprint' || /^(?:bp|blueprint)$/.test(name)) return packages.blueprintFor(at);
      return type === 'Flask' || (type === undefined && /^(?:app|application|flask_app|server)$/.test(name)) ? packages.appFor(at) : undefined;
    });
    yield* covering(module.file, readingsOf(module, ran, events, packages));
  },

  write: (module, policy, change) => editPython(module, policy, change, SPELLING),
});

function* readingsOf(module: PythonModule, ran: Run, events: readonly Event[], packages: FlaskPackages): Generator<Reading> {
  const registrations = registrationsIn(events, packages);
  const mounted = new Set(registrations.flatMap((told) => (told.what === 'mount' ? [told.blueprint] : [])));
  for (const target of new Set(registrations.map(({ of }) => of))) {
    if (mounted.has(target)) continue;
    const stack = stackOf(target, registrations, packages, module, ran);
    for (const gap of stack.gaps) yield { kind: 'gap', gap };
    if (stack.usesCors || sendsCors(stack.steps)) yield { kind: 'policy', policy: policyOf(target, stack, module, packages) };
  }
  for (const hook of registrations.length > 0 ? [] : handedOut(module, ran, packages)) {
    const stack = stackOf(hook.of, [hook], packages, module, ran);
    if (sendsCors(stack.steps)) yield { kind: 'policy', policy: policyOf(hook.of, stack, module, packages) };
  }
}

/** Functions that are given a response, in a file without an app that calls none of them: hooks of one in another file. */
function handedOut(module: PythonModule, ran: Run, packages: FlaskPackages): readonly Registration[] {
  if (!/\bflask\b/i.test(module.source.text) && pinnedVersion(module.files, module.file, 'flask') === undefined) return [];
  const uncalled = new Set([...ran.unreached()].map(({ name }) => name));
  return [...ran.functions()].flatMap(({ name, parameters: [response, ...others], decorators, value: callee }): readonly Registration[] => {
    if (callee?.kind !== 'function' || !uncalled.has(name) || decorators.length > 0 || others.length > 0 || !/^(?:response|resp|res|rv|r)$/.test(response?.name ?? '')) return [];
    return [{ what: 'after', of: packages.appFor(callee.at), when: TRUE, at: callee.at, global: true, callee }];
  });
}

function policyOf(target: Handle, stack: Stack, module: PythonModule, packages: FlaskPackages): Policy {
  const isBlueprint = packages.roleOf(target)?.is === 'blueprint';
  return {
    reader: 'flask',
    title: `${stack.usesCors ? 'Flask-CORS on ' : ''}${isBlueprint ? 'a Flask blueprint' : stack.usesCors ? 'an app' : 'Flask app'}`,
    layer: 'app-middleware',
    at: stack.at ?? target.at,
    steps: stack.steps,
    // Flask answers OPTIONS of a route by itself.
    behind: { options: 200 },
    // What stands around a blueprint may send more.
    probes: askedPaths(isBlueprint ? stack.probes.map(({ inView: _, ...probe }) => probe) : stack.probes, stack.steps, stack.at ?? target.at),
    survivesUncaught: stack.survivesErrors,
    listens: portsOf(module),
    version: stack.usesCors ? flaskCorsVersion(module).text : `Flask ${pinnedVersion(module.files, module.file, 'flask')?.version ?? '3 (no version found)'}`,
    // Where Flask-CORS sends headers, too, what it sends cannot be changed by hand.
    evidence: pythonEvidence(module, stack.handWritten && !stack.usesCors, stack.probes),
    notes: stack.notes,
  };
}
