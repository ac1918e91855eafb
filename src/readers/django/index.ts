/**
 * Django: django-cors-headers by its settings, and headers that views and middleware write by hand.
 *
 * Entries of `CORS_ALLOWED_ORIGINS` without a scheme admit the origin `null`, which every sandboxed frame has; patterns
 * without `$` admit whatever begins like them; and the middleware only covers what is answered below it.
 */
import { pythonEvidence } from '../../middleware/python-evidence.js';
import { pathIn } from '../../middleware/python-paths.js';
import { ALWAYS, whenAll, type Policy, type Probe } from '../../policy/program.js';
import { pinnedVersion, type PythonModule } from '../../syntax/python/index.js';
import type { RegexSet } from '../../origins/origin-set.js';
import { runsIn } from '../../values/fact.js';
import type { Value } from '../../values/value.js';
import { defineReader, type Reading } from '../reader.js';
import { DjangoCode, type HandWritten } from './handwritten.js';
import { settingsModules } from './leaves.js';
import { programOf } from './program.js';
import { foreignCors, installed, settingsIn, type Installed, type Settings } from './settings.js';
import { stackAbove, type Above } from './stack.js';
import { behaviourFor } from './version.js';
import { writeDjango } from './write.js';

const SETTINGS = /\bCORS_[A-Z]|\bcorsheaders\b|\bMIDDLEWARE(?:_CLASSES)?\b[^\])]*["'][\w.]*(?:[Cc]ors|CORS)/;
const HEADERS = /access-control-allow-/i;
/** Hand-written headers are Django's where its packages are, or an object that only its responses and requests are. */
const DJANGO = /\b(?:django|rest_framework)\b|\brequest\.META\b|\bget_response\b|\bdef process_(?:request|response)\(/;

export default defineReader<PythonModule>({
  title: 'Django',
  language: 'python',
  mayConcern: /\bCORS_[A-Z]|\bcorsheaders\b|access-control-allow-|\bMIDDLEWARE(?:_CLASSES)?\b[^\])]*["'][\w.]*cors/i,

  *read(module) {
    const { text } = module.source;
    if (SETTINGS.test(text)) yield* settingsReadings(module);
    if (HEADERS.test(text) && DJANGO.test(text)) for (const found of new DjangoCode(module).handWritten()) yield { kind: 'policy', policy: handWrittenPolicy(module, found) };
    for (const call of module.calls()) {
      if (!/(?:^|\.)check_request_enabled\.connect$/.test(call.callee)) continue;
      yield { kind: 'gap', gap: { at: call.at, reason: 'function-call', message: 'A receiver of check_request_enabled lets requests through beside the settings.' } };
    }
  },

  write: (module, policy, change) => writeDjango(module, policy, change),
});

function* settingsReadings(module: PythonModule): Generator<Reading> {
  for (const leaf of settingsModules(module, SETTINGS)) {
    const behaviour = behaviourFor(leaf);
    for (const settings of settingsIn(leaf, behaviour)) {
      for (const { path, at } of foreignCors(settings, leaf)) yield { kind: 'gap', gap: { at, reason: 'import-not-resolved', message: `This CORS middleware depends on ${path}.` } };
      const found = installed(settings, leaf);
      if (found === undefined) continue;
      const { environment } = settings;
      const runs = environment === 'production' ? ALWAYS : ({ g: 'fact', fact: runsIn(environment, found.at) } as const);
      const above = stackAbove(leaf, found, runs);
      const steps = [...above.steps, ...programOf(settings, behaviour, whenAll(runs, found.when), found.at)];
      yield { kind: 'policy', policy: settingsPolicy(settings, found, { ...above, steps }, behaviour.text) };
    }
  }
}

function settingsPolicy(settings: Settings, found: Installed, { steps, notes }: Above, version: string): Policy {
  const probe = probeOf(settings, found);
  return {
    reader: 'django',
    title: `django-cors-headers in ${settings.title}`,
    layer: 'app-middleware',
    at: found.at,
    steps,
    behind: { options: null },
    probes: [probe],
    survivesUncaught: true,
    listens: [],
    version,
    evidence: { handWritten: false, canAddVary: false, readsCookies: sendsCookiesAbroad(settings) ? 'yes' : 'unknown', noStore: false, ...(isTrue(settings.value('SECURE_SSL_REDIRECT')) ? { https: 'yes' } : {}) },
    notes: notes.map((note) => ({ ...note, path: probe.path })),
  };
}

/** Cookies that go along with the requests of other sites: nobody says so who does not use them. */
function sendsCookiesAbroad(settings: Settings): boolean {
  const sameSite = ['SESSION_COOKIE_SAMESITE', 'CSRF_COOKIE_SAMESITE'].map((name) => settings.value(name));
  return settings.value('CSRF_TRUSTED_ORIGINS') !== undefined || sameSite.some((value) => value?.kind === 'string' && value.value === 'None');
}

function isTrue(value: Value | undefined): boolean {
  return value?.kind === 'boolean' && value.value;
}

/** A path that `CORS_URLS_REGEX` takes. */
function probeOf(settings: Settings, { at }: Installed): Probe {
  const regex = settings.value('CORS_URLS_REGEX');
  const set: RegexSet | undefined = regex?.kind === 'string' ? { s: 'regex', source: regex.value, flags: '', dialect: 'python', use: 'match-prefix', subject: 'origin', at: regex.at } : undefined;
  return { path: (set === undefined ? undefined : pathIn(set)) ?? '/', methods: null, requestHeaders: [], at };
}

function handWrittenPolicy(module: PythonModule, { title, at, steps, is, methods, reads }: HandWritten): Policy {
  const version = pinnedVersion(module.files, module.file, 'django');
  return {
    reader: 'django',
    title,
    layer: is === 'view' ? 'route-handler' : 'app-middleware',
    at,
    steps,
    behind: { options: is === 'view' && methods !== null ? 405 : null },
    probes: [{ path: '/', methods, requestHeaders: reads.has('authorization') ? ['authorization'] : [], at }],
    survivesUncaught: is === 'middleware',
    listens: [],
    version: version === undefined ? 'Django 5.2 (no version found)' : `Django ${version.version} (${version.from})`,
    evidence: pythonEvidence(module, true, []),
    notes: [],
  };
}
