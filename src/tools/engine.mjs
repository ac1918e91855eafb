import { build } from 'esbuild';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The engine's own modules, from source, for tools that measure it: the linter, its rules, and the exchanges that witnesses are judged by. */
export async function engine() {
  const contents = [
    "export { lint, survey } from './src/engine.ts';",
    "export { exchanges, responsesWithoutOrigin, verdictOn } from './src/findings/exchange.ts';",
    "export { rules } from './src/generated/registries.ts';",
    "export { deploymentsBehind, layersOf } from './src/policy/deployment.ts';",
    "export { applyEdits } from './src/text/edit.ts';",
    "export { filesFrom } from './src/text/files.ts';",
    "export { environmentNamed } from './src/values/fact.ts';",
  ].join('\n');
  const outfile = join(root, 'node_modules/.cache/cors-lint-engine.mjs');
  await build({ stdin: { contents, resolveDir: root, loader: 'ts' }, bundle: true, platform: 'node', format: 'esm', packages: 'external', outfile, logLevel: 'error' });
  return import(`${pathToFileURL(outfile).href}?${Date.now()}`);
}
