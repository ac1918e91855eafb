/** What a Dockerfile copies into its image, what it runs there, and the ports that it names. */
import type { Dockerfile } from '../../syntax/dockerfile/index.js';
import { containersOf } from '../../middleware/docker/containers.js';
import { decline, defineReader } from '../reader.js';

export default defineReader<Dockerfile>({
  title: 'Dockerfile',
  language: 'dockerfile',
  mayConcern: /(?!)/,
  layers: { paths: /(?:^|\/)[^/]*(?:[Dd]ocker|[Cc]ontainer)file[^/]*$/, text: /^[ \t]*FROM[ \t]/im },

  *read(dockerfile) {
    for (const fact of containersOf(dockerfile, dockerfile.file)) yield { kind: 'topology', fact };
  },

  write: () => decline('a Dockerfile says nothing of CORS'),
});
