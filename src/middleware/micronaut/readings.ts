import type { Policy } from '../../policy/program.js';
import type { Reading } from '../../readers/reader.js';
import type { Files } from '../../text/files.js';
import { portsOr } from '../../values/ports.js';
import type { CorsConfiguration, Field } from './cors-configuration.js';
import { filterSteps, truthOf, type Server } from './program.js';
import { micronautSettings, type MicronautSettings } from './settings.js';
import { micronautBehaviour, type MicronautBehaviour } from './version.js';

/** What may concern Micronaut's filter; in YAML the keys stand apart. */
export const MICRONAUT_KEYS = /micronaut[\s\S]*\bcors\b/i;

const PREFIX = 'micronaut.server.cors';

/** The policy that the application's files make, read in the file that switches it on. */
export function* micronautReadings(reader: string, files: Files, file: string): Generator<Reading> {
  if (/(?:^|\/)src\/(?:test|it|integration-?test|testFixtures)\//i.test(file)) return;
  const settings = micronautSettings(files, file);
  const behaviour = micronautBehaviour(files, file);
  const enabled = settings.text(`${PREFIX}.enabled`);
  const on = enabled?.kind === 'string' && behaviour.onlyTrue && enabled.value.trim() !== 'true' ? truthOf({ ...enabled, value: 'false' }, false) : truthOf(enabled, false);
  const switched = settings.whole(`${PREFIX}.enabled`);
  const names = settings.names(`${PREFIX}.configurations`);
  if (on.g === 'never' || switched === undefined) {
    const written = names.flatMap((name) => settings.below(`${PREFIX}.configurations.${name}`) ?? [])[0];
    if (switched === undefined && written?.at.file === file) yield { kind: 'gap', gap: { at: written.whole, reason: 'unsupported-syntax', message: `\`${PREFIX}.enabled: true\` is not set: Micronaut does nothing with this` } };
    return;
  }
  const at = switched.whole;
  if (at.file !== file) return;
  const server: Server = { configurations: names.length === 0 ? [{ ...DEFAULT, at }] : names.map((name) => configurationOf(settings, `${PREFIX}.configurations.${name}`, at)), singleHeader: truthOf(settings.text(`${PREFIX}.single-header`), false), localhostPassThrough: truthOf(settings.text(`${PREFIX}.localhost-pass-through`), false), at };
  yield { kind: 'policy', policy: micronautPolicy(reader, PREFIX, server, behaviour, filterSteps(server, behaviour, on, files), portsOr(8080, settings.text('micronaut.server.port'))) };
}

function micronautPolicy(reader: string, title: string, { at }: Server, behaviour: MicronautBehaviour, steps: Policy['steps'], listens: readonly number[]): Policy {
  return {
    reader,
    title,
    layer: 'app-middleware',
    at,
    steps,
    behind: { options: 405 },
    probes: [{ path: '/', methods: null, requestHeaders: [], at }],
    survivesUncaught: true,
    listens,
    version: behaviour.text,
    evidence: { handWritten: false, canAddVary: false, readsCookies: 'unknown', noStore: false },
    notes: [],
  };
}

/** Nothing written: any origin, any method, any header, with credentials. */
const DEFAULT: Omit<CorsConfiguration, 'at'> = { origins: undefined, regex: undefined, methods: undefined, headers: undefined, exposed: undefined, credentials: undefined, privateNetwork: undefined, maxAge: undefined, whole: () => undefined };

const KEYS: Readonly<Record<Field, string>> = { origins: 'allowed-origins', regex: 'allowed-origins-regex', methods: 'allowed-methods', headers: 'allowed-headers', exposed: 'exposed-headers', credentials: 'allow-credentials', privateNetwork: 'allow-private-network', maxAge: 'max-age' };

function configurationOf(settings: MicronautSettings, prefix: string, at: CorsConfiguration['at']): CorsConfiguration {
  const text = (name: Field): ReturnType<MicronautSettings['text']> => settings.text(`${prefix}.${KEYS[name]}`);
  const list = (name: Field): ReturnType<MicronautSettings['list']> => settings.list(`${prefix}.${KEYS[name]}`);
  return {
    origins: list('origins'),
    regex: text('regex'),
    methods: list('methods'),
    headers: list('headers'),
    exposed: list('exposed'),
    credentials: text('credentials'),
    privateNetwork: text('privateNetwork'),
    maxAge: text('maxAge'),
    at: settings.below(prefix)?.whole ?? at,
    whole: (name) => (settings.whole(`${prefix}.${KEYS[name]}`) ?? settings.whole(`${prefix}.${KEYS[name]}[0]`))?.whole,
  };
}
