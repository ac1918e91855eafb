import { comparedPaths } from '../../policy/paths.js';
import type { Policy } from '../../policy/program.js';
import type { Reading } from '../../readers/reader.js';
import type { Files } from '../../text/files.js';
import { portsOr } from '../../values/ports.js';
import { headerSteps } from './headers.js';
import { filterSteps, isTrue, truthGuard } from './program.js';
import { quarkusSettings } from './settings.js';
import { quarkusBehaviour } from './version.js';

/** What may concern Quarkus' filter; in YAML the keys stand apart. */
export const QUARKUS_KEYS = /quarkus[\s\S]*(?:\bcors\b|access-control-)/i;

/** The policy that the application's files make, read in the file that switches it on. */
export function* quarkusReadings(reader: string, files: Files, file: string): Generator<Reading> {
  if (/(?:^|\/)src\/(?:test|it|integration-?test|testFixtures|native-?test)\//i.test(file)) return;
  const settings = quarkusSettings(files, file);
  const behaviour = quarkusBehaviour(files, file);
  const enabled = behaviour.switches.map((key) => settings.text(key)).find((value) => value !== undefined);
  const on = truthGuard(enabled);
  const headers = headerSteps(settings);
  const switched = settings.whole(behaviour.switches);
  if (on.g === 'never' && headers.length === 0) {
    yield* idle();
    return;
  }
  const at = on.g === 'never' ? headers[0]!.at : (switched?.whole ?? headers[0]!.at);
  if (at.file !== file) return;
  const steps = [...headers, ...(on.g === 'never' ? [] : filterSteps(settings, behaviour, on, files, at))];
  const policy: Policy = {
    reader,
    title: on.g === 'never' ? 'quarkus.http.header' : 'quarkus.http.cors',
    layer: 'app-middleware',
    at,
    steps,
    behind: { options: 200 },
    probes: comparedPaths(steps).map((path) => ({ path, methods: null, requestHeaders: [], at })),
    survivesUncaught: true,
    listens: portsOr(8080, settings.text('quarkus.http.port')),
    version: behaviour.text,
    evidence: { handWritten: on.g === 'never', canAddVary: false, readsCookies: 'unknown', noStore: false },
    notes: [],
  };
  yield { kind: 'policy', policy };

  /** Settings of a filter that nothing switches on. */
  function* idle(): Generator<Reading> {
    const written = settings.whole(['quarkus.http.cors.origins', 'quarkus.http.cors.origins[0]']);
    const other = settings.whole(['quarkus.http.cors', 'quarkus.http.cors.enabled']);
    if (written?.at.file !== file || (other !== undefined && (!isTrue(other.text) || behaviour.switches.some((key) => key === other.key)))) return;
    const key = behaviour.switches[0]!;
    yield { kind: 'gap', gap: { at: written.whole, reason: 'unsupported-syntax', message: `\`${key}=true\` is not set: Quarkus does nothing with this` } };
  }
}
