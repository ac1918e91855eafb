import type { Policy } from '../../policy/program.js';
import type { Reading } from '../../readers/reader.js';
import type { Files } from '../../text/files.js';
import { configurationFor, configurationIn, SPRING, type ApplicationConfiguration } from '../application/index.js';
import { endpointsTold } from './endpoints.js';
import { gatewayTold } from './gateway.js';
import { listensOf } from './server-port.js';

/** Files that only tests read. */
const OF_TESTS = /(?:^|\/)src\/(?:test|it|testFixtures|integrationTest|androidTest)\//;

/**
 * What an application file of Spring Boot says of CORS, seen together with the other files of its application. Each
 * policy is told where it is first configured, so that no file repeats another.
 */
export function* applicationFileReadings(files: Files, file: string, reader: string): Generator<Reading> {
  if (OF_TESTS.test(file)) return;
  const configuration = configurationWith(files, file);
  for (const { policies, gaps } of [gatewayTold(configuration, files, file), endpointsTold(configuration, files, file)]) {
    for (const policy of policies) {
      if (policy.at.file === file) yield { kind: 'policy', policy: { ...common(reader, configuration), ...policy } };
    }
    for (const gap of gaps) if (gap.at.file === file) yield { kind: 'gap', gap };
  }
}

/** The configuration that the file is a part of; a file of another name (a config server's) is one of its own. */
function configurationWith(files: Files, file: string): ApplicationConfiguration {
  const configuration = configurationFor(files, file, SPRING);
  return configuration.sources.some((source) => source.file === file) ? configuration : configurationIn(files, file, SPRING);
}

function common(reader: string, configuration: ApplicationConfiguration): Pick<Policy, 'reader' | 'survivesUncaught' | 'listens' | 'evidence' | 'notes'> {
  return { reader, survivesUncaught: true, listens: listensOf(configuration), evidence: { handWritten: false, canAddVary: false, readsCookies: 'unknown', noStore: false }, notes: [] };
}
