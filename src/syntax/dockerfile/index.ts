import type { Language } from '../language.js';
import { parseDockerfile } from './parse.js';
import type { Dockerfile } from './tree.js';

export { parseDockerfile } from './parse.js';
export type { Dockerfile, Instruction, Word } from './tree.js';

const language: Language<Dockerfile> = {
  title: 'Dockerfile',
  // A file of code may be named after what it writes: `Dockerfile.ts`.
  paths: /(?:^|\/)(?:(?:Docker|Container)file(?:[.-](?![\w.-]*\b(?:[cm]?[jt]sx?|py|java|kt|md|json|ya?ml|html|dockerignore)$)[\w.-]+)?|dockerfile|[\w.-]+\.(?:[Dd]ocker|[Cc]ontainer)file)$/,
  load: () => Promise.resolve(),
  parse: (source, files) => parseDockerfile(source, files),
};

export default language;
