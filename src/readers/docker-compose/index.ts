/** Services of Docker Compose: what they are built from and run, their names, networks and ports. */
import type { YamlInProject } from '../../syntax/yaml/index.js';
import { decline, defineReader } from '../reader.js';
import { projectOf } from './project.js';
import { factsIn } from './unit.js';

export default defineReader<YamlInProject>({
  title: 'Docker Compose',
  language: 'yaml',
  mayConcern: /(?!)/,
  layers: { paths: /(?:^|\/)(?:[\w.-]+[.-])?(?:compose|docker-stack|stack)(?:[.-][\w.-]+)?\.ya?ml$/i, text: /^["']?services["']?[ \t]*:/m },

  *read(file) {
    const project = projectOf(file);
    if (project !== undefined) for (const fact of factsIn(project)) yield { kind: 'topology', fact };
  },

  write: () => decline('what runs where says nothing of CORS'),
});
