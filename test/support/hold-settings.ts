import type { Scenario } from '../../src/policy/evaluate.js';
import type { Reading } from '../../src/readers/reader.js';
import { silent } from './hold.js';
import { differences } from './observed.js';
import { recorded } from './recorded.js';

/**
 * How many recorded exchanges the settings of applications predict, and the first that they do not; where nothing is read,
 * what stands behind may answer as it likes. The last part of an
 * exchange is the origin that the server was asked as; `versionKey` is the property of the build file that names the release.
 */
export function holdSettings(id: string, read: (files: Readonly<Record<string, string>>) => readonly Reading[], versionKey: string, scenario: (status: number) => Scenario): { readonly held: number; readonly failures: readonly string[] } {
  let held = 0;
  const failures: string[] = [];
  for (const { name, software, files, exchanges } of recorded(id)) {
    const placed = Object.fromEntries(Object.entries(files).map(([file, text]) => [`src/main/resources/${file}`, text]));
    const policies = read({ ...placed, 'pom.xml': `<${versionKey}>${software.split(' ')[1]}</${versionKey}>` }).flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
    for (const [method, path, headers, status, answer, target] of exchanges as readonly (readonly [...(typeof exchanges)[number], string?])[]) {
      const row = { framework: '', version: software, options: undefined, request: { method, path, headers: Object.entries(headers) }, response: { status, headers: Object.entries(answer).flatMap(([header, texts]) => [texts].flat().map((text): [string, string] => [header, String(text)])) } };
      const wrong = differences({ policy: policies[0] ?? silent(status), inner: [] }, row, { scenario: scenario(status), ignoreStatus: policies.length === 0, unordered: ['access-control-allow-headers'], ...(target === undefined ? {} : { target }) });
      if (wrong.length === 0 && policies.length <= 1) held++;
      else failures.push(`${software} ${name}: ${method} ${JSON.stringify(headers)}: ${wrong.join('; ')}`);
    }
  }
  return { held, failures: failures.slice(0, 10) };
}
