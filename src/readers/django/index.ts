/**
 * Django: django-cors-headers by its settings, and headers that views and middleware write by hand.
 *
 * Entries of `CORS_ALLOWED_ORIGINS` without a scheme admit the origin `null`, which every sandboxed frame has; patterns
 * without `$` admit whatever begins like them; and the middleware only covers what is answered below it.
 */
import { editPython } from '../../middleware/edit-python.js';
import { pathIn } from '../../middleware/python-paths.js';
import { whenAll, type Policy, type Probe, type Step } from '../../policy/program.js';
import type { PythonModule } from '../../syntax/python/index.js';
import type { RegexSet } from '../../origins/origin-set.js';
import { runsIn } from '../../values/fact.js';
import { decline, defineReader, type Reading } from '../reader.js';
import { settingsModules } from './leaves.js';
import { programOf } from './program.js';
import { installed, settingsIn, type Installed, type Settings } from './settings.js';
import { behaviourFor } from './version.js';

const SETTINGS = /\bCORS_[A-Z]|\bcorsheaders\b/;

export default defineReader<PythonModule>({
  title: 'Django',
  language: 'python',
  mayConcern: /\bCORS_[A-Z]|\bcorsheaders\b|access-control-allow-/i,

  *read(module) {
    if (SETTINGS.test(module.source.text)) yield* settingsReadings(module);
  },

  write(module, _policy, change) {
    if (change.kind !== 'drop-credentials') return editPython(module, change, undefined);
    const holder = module.at(change.at.file);
    const { text } = holder?.source ?? { text: '' };
    return text.slice(change.at.start, change.at.end) === 'True' ? [{ ...change.at, text: 'False' }] : decline('credentials are not a literal there');
  },
});

function* settingsReadings(module: PythonModule): Generator<Reading> {
  for (const leaf of settingsModules(module, SETTINGS)) {
    const behaviour = behaviourFor(leaf);
    for (const settings of settingsIn(leaf, behaviour)) {
      const found = installed(settings, leaf);
      if (found === undefined) continue;
      const { environment } = settings;
      const here = environment === 'production' ? found.when : whenAll({ g: 'fact', fact: runsIn(environment, found.at) }, found.when);
      const steps = programOf(settings, behaviour, here, found.at);
      yield { kind: 'policy', policy: policyOf(leaf, settings, found, steps, behaviour.text) };
    }
  }
}

function policyOf(module: PythonModule, settings: Settings, found: Installed, steps: readonly Step[], version: string): Policy {
  return {
    reader: 'django',
    title: `django-cors-headers in ${settings.title}`,
    layer: 'app-middleware',
    at: found.at,
    steps,
    behind: { options: null },
    probes: [probeOf(settings, found)],
    survivesUncaught: true,
    listens: [],
    version,
    evidence: { handWritten: false, canAddVary: false, readsCookies: /SessionMiddleware|SessionAuthentication|\bCSRF_TRUSTED_ORIGINS\b/.test(module.source.text) ? 'yes' : 'unknown', noStore: false },
    notes: [],
  };
}

/** A path that `CORS_URLS_REGEX` takes. */
function probeOf(settings: Settings, { at }: Installed): Probe {
  const regex = settings.value('CORS_URLS_REGEX');
  const set: RegexSet | undefined = regex?.kind === 'string' ? { s: 'regex', source: regex.value, flags: '', dialect: 'python', use: 'match-prefix', subject: 'origin', at: regex.at } : undefined;
  return { path: (set === undefined ? undefined : pathIn(set)) ?? '/', methods: null, requestHeaders: [], at };
}
