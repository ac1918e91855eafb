import type { Language } from '../language.js';
import type { YamlInProject } from '../yaml/index.js';
import { parseToml } from './parse.js';

/**
 * TOML 1.0, read into the tree of YAML: a reader of products that take both is written once, with the look-ups, values
 * and edits of `src/syntax/yaml`. Templates (Go's, Jinja) may stand for values or alone on lines.
 */
const language: Language<YamlInProject> = {
  title: 'TOML',
  paths: /\.toml$/i,
  load: () => Promise.resolve(),
  parse(source, files) {
    const { unit, problems } = parseToml(source);
    return { unit: unit === undefined ? undefined : { ...unit, files }, problems };
  },
};

export default language;
