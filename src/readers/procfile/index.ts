/** Processes of a `Procfile`, and the ports that their commands name. The one called `web` is reached from outside. */
import type { Unit } from '../../policy/topology.js';
import type { Procfile, Process } from '../../syntax/procfile/index.js';
import { folderOf } from '../../text/files.js';
import { startedIn } from '../../middleware/commands/in-repository.js';
import { launchesIn } from '../../middleware/commands/launch.js';
import { MACHINE } from '../../middleware/commands/machine.js';
import { decline, defineReader } from '../reader.js';

export default defineReader<Procfile>({
  title: 'Procfile',
  language: 'procfile',
  mayConcern: /(?!)/,
  layers: { paths: /(?:^|\/)Procfile[^/]*$/, text: /:/ },

  *read(procfile) {
    for (const process of procfile.processes) {
      const unit = unitOf(procfile, process);
      if (unit.runs.length > 0) yield { kind: 'topology', fact: unit };
    }
  },

  write: () => decline('a Procfile says nothing of CORS'),
});

function unitOf({ file, files }: Procfile, { name, command, at }: Process): Unit {
  const { runs, ports } = startedIn(files, folderOf(file), launchesIn(command), at);
  // The platform chooses the port, and tells it by PORT.
  const published = name === 'web' ? [{ port: null, target: ports[0]?.port ?? null, at }] : [];
  return { fact: 'unit', title: `process ${name}`, at, ...MACHINE, ports, published, labels: {}, runs };
}
