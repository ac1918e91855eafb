import type { Reader, Reading } from '../../src/readers/reader.js';
import micronautProperties from '../../src/readers/micronaut-properties/index.js';
import micronautYaml from '../../src/readers/micronaut-yaml/index.js';
import quarkus from '../../src/readers/quarkus/index.js';
import quarkusYaml from '../../src/readers/quarkus-yaml/index.js';
import properties, { type PropertiesFile } from '../../src/syntax/properties/index.js';
import yaml, { type YamlInProject } from '../../src/syntax/yaml/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';

type Texts = Readonly<Record<string, string>>;

/** What the two readers of one product's settings find in the files of an application. */
function readSettings(inProperties: Reader<PropertiesFile>, inYaml: Reader<YamlInProject>, texts: Texts): readonly Reading[] {
  const files = filesFrom(texts);
  return Object.entries(texts).flatMap(([path, text]): readonly Reading[] => {
    if (properties.paths.test(path)) {
      const { unit } = properties.parse(new SourceText(path, text), files);
      return unit === undefined || !inProperties.mayConcern.test(text) ? [] : [...inProperties.read(unit)];
    }
    if (!yaml.paths.test(path)) return [];
    const { unit } = yaml.parse(new SourceText(path, text), files);
    return unit === undefined || !inYaml.mayConcern.test(text) ? [] : [...inYaml.read(unit)];
  });
}

export function readQuarkus(texts: Texts): readonly Reading[] {
  return readSettings(quarkus, quarkusYaml, texts);
}

export function readMicronaut(texts: Texts): readonly Reading[] {
  return readSettings(micronautProperties, micronautYaml, texts);
}
