/**
 * Ocelot's `ocelot.json`. It knows no CORS: headers of CORS are constant texts of a route (`DownstreamHeaderTransform`),
 * which give way to those of the response behind, and an OPTIONS request that no route takes gets 404, whatever the path.
 *
 * ASP.NET Core's own CORS may stand in front of it (`UseCors`): where a `Program.cs` or `Startup.cs` nearby says so,
 * nothing is said of this file. Routes of several files (`ocelot.*.json`) are merged into one configuration.
 *
 * Read in Ocelot 23 to 25; the documentation of header transformation. Not run.
 */
import { ALWAYS, unless, whenAll, type Policy, type Probe, type Step } from '../../policy/program.js';
import type { YamlInProject, YamlNode } from '../../syntax/yaml/index.js';
import { folderOf, type Files } from '../../text/files.js';
import type { Span } from '../../text/span.js';
import { runsIn } from '../../values/fact.js';
import { defineReader, type Reading } from '../reader.js';
import { ocelotEdits } from './edits.js';
import { transformsOf, type Transforms } from './headers.js';
import { pairNamed, routesOf, type Route } from './routes.js';
import { globalsCount } from './version.js';

export default defineReader<YamlInProject>({
  title: 'Ocelot',
  language: 'yaml',
  mayConcern: /^(?=[\s\S]*access-control-)[\s\S]*UpstreamPathTemplate/i,

  *read(file) {
    for (const { root } of file.documents) if (root !== undefined) yield* readingsOf(file, root);
  },

  write: ocelotEdits,
});

function* readingsOf(file: YamlInProject, root: YamlNode): Generator<Reading> {
  const routes = routesOf(root);
  const [first] = routes;
  if (first === undefined) return;
  const global = pairNamed(root, 'GlobalConfiguration')?.value;
  const transforms = routes.map((route) => transformsOf(file, route.node, global));
  for (const gap of new Map(transforms.flatMap(({ gaps }) => gaps).map((gap) => [gap.at.start, gap])).values()) yield { kind: 'gap', gap };
  const written = transforms.flatMap(({ own, shared }) => [...own, ...shared]).filter(({ header }) => header !== 'vary');
  const at = written[0]?.at;
  if (at === undefined) return;
  const inCode = corsInCode(file.files, file.file);
  if (inCode !== undefined) {
    yield { kind: 'gap', gap: { at, reason: 'unsupported-syntax', message: `The CORS of ASP.NET Core that ${inCode} switches on stands in front of these headers, and is not read` } };
    return;
  }
  yield { kind: 'policy', policy: policyOf(file, root, routes, transforms, at) };
}

function policyOf(file: YamlInProject, root: YamlNode, routes: readonly Route[], transforms: readonly Transforms[], at: Span): Policy {
  // In a file of one environment.
  const development = /(?:^|\/)ocelot\.(?:dev|development|local)\.json$/i.test(file.file) ? [{ when: unless({ g: 'fact', fact: runsIn('development', at) }), effects: [], end: { to: 'behind' }, at } as const] : [];
  const alone = !isPart(file) && pairNamed(root, 'Aggregates') === undefined && pairNamed(root, 'DynamicRoutes') === undefined;
  const shares = globalsCount(file.files, file.file, at);
  const steps: readonly Step[] = [
    ...development,
    ...routes.flatMap((route, index): readonly Step[] => {
      const { own, shared } = transforms[index]!;
      return [
        { when: whenAll(route.when, shares), effects: shared, at: route.at },
        { when: route.when, effects: own, end: route.end, at: route.at },
      ];
    }),
    { when: ALWAYS, effects: [], end: alone ? { to: 'answer', status: 404 } : { to: 'behind' }, at },
  ];
  return {
    reader: 'ocelot',
    title: 'routes of Ocelot',
    layer: 'gateway',
    at,
    steps: steps.filter((step) => step.effects.length > 0 || step.end !== undefined),
    behind: { options: null },
    probes: routes.flatMap((route, index) => (transforms[index]!.own.length + transforms[index]!.shared.length === 0 ? [] : [probeOf(route)])),
    survivesUncaught: true,
    listens: [],
    evidence: { handWritten: true, canAddVary: false, readsCookies: 'unknown', noStore: false },
    notes: [],
  };
}

function probeOf({ path, host, methods, at }: Route): Probe {
  return { path: path.replace(/\?.*$/, '').replace(/\{[^{}]*\}/g, '1'), ...(host === undefined ? {} : { host: host.replace(/:\d+$/, '').toLowerCase() }), methods, requestHeaders: [], at };
}

/** Other files beside this one make one configuration with it. */
function isPart({ files, file }: YamlInProject): boolean {
  const folder = folderOf(file);
  const name = file.slice(folder === '' ? 0 : folder.length + 1);
  return files.list(folder).some((other) => other !== name && /^ocelot\.(?!global\.)[^/]+\.json$/i.test(other));
}

/** The file nearby that puts ASP.NET Core's CORS in front. */
function corsInCode(files: Files, path: string): string | undefined {
  return files.search(folderOf(path), /^(?:Program|Startup)\.cs$/).find((file) => /\bUseCors\s*\(/.test(files.read(file) ?? ''));
}
