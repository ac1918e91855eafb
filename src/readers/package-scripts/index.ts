/** What the scripts of a `package.json` start, and the ports that they name. They run beside each other on one machine. */
import type { Script, Unit } from '../../policy/topology.js';
import { keyOf, nodeAt, pairsOf, resolve, type YamlInProject } from '../../syntax/yaml/index.js';
import { folderOf } from '../../text/files.js';
import { startedIn } from '../../middleware/commands/in-repository.js';
import { launchesIn } from '../../middleware/commands/launch.js';
import { MACHINE } from '../../middleware/commands/machine.js';
import { decline, defineReader, type Reading } from '../reader.js';

/** Scripts by which people start an application. */
const STARTS = /^(?:start|dev|develop|serve|server|preview)(?:[:.-].+)?$/;

export default defineReader<YamlInProject>({
  title: 'Package scripts',
  language: 'yaml',
  mayConcern: /(?!)/,
  layers: { paths: /(?:^|\/)package\.json$/, text: /"scripts"\s*:\s*\{/ },

  *read(file) {
    for (const { root } of file.documents) {
      for (const pair of pairsOf(nodeAt(root, 'scripts'))) {
        const name = keyOf(pair);
        const script = resolve(pair.value);
        if (name === undefined || script?.kind !== 'scalar' || typeof script.value !== 'string') continue;
        yield* readingsOf(file, name, script.value, script.at);
      }
    }
  },

  write: () => decline('a script says nothing of CORS'),
});

function* readingsOf(file: YamlInProject, name: string, command: string, at: Script['at']): Generator<Reading> {
  const { runs, ports } = startedIn(file.files, folderOf(file.file), launchesIn(command), at);
  if (runs.length === 0) return;
  yield { kind: 'topology', fact: { fact: 'script', file: file.file, name, runs, ports, at } };
  if (!STARTS.test(name)) return;
  const unit: Unit = { fact: 'unit', title: name === 'start' ? 'npm start' : `npm run ${name}`, at, ...MACHINE, ports, published: [], labels: {}, runs };
  yield { kind: 'topology', fact: unit };
}
