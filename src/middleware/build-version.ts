import { folderOf, type Files } from '../text/files.js';

/** Build files of Maven and Gradle that say versions, in the order in which they are asked. */
const BUILD_FILES = ['pom.xml', 'build.gradle', 'build.gradle.kts', 'gradle.properties', 'gradle/libs.versions.toml'];

/** A version that a build names, and the path of the file that does. */
export interface BuildVersion {
  readonly version: string;
  readonly in: string;
}

/** The version that the nearest build file above a source says, in the first group of the first pattern that finds one. */
export function versionInBuild(files: Files, source: string, patterns: readonly RegExp[]): BuildVersion | undefined {
  return nearest(files, source, (text) => patterns.map((pattern) => pattern.exec(text)?.[1]).find((version) => version !== undefined));
}

/** The version of one of a group's artifacts by the nearest build file above a source that names one, or one of the properties. */
export function builtWith(files: Files, source: string, group: string, artifacts: readonly string[], properties: readonly string[] = []): BuildVersion | undefined {
  return nearest(files, source, (text) => {
    for (const artifact of artifacts) {
      const written = new RegExp(`<artifactId>${artifact}</artifactId>\\s*<version>\\s*([^<\\s]+)`).exec(text)?.[1] ?? new RegExp(`${quoted(group)}[\\w.]*:${artifact}:([^'"@\\s)]+)`).exec(text)?.[1];
      const version = written === undefined ? undefined : resolved(text, written);
      if (version !== undefined) return version;
    }
    return properties.map((property) => propertyOf(text, property)).find((version) => version !== undefined);
  });
}

function nearest(files: Files, source: string, find: (text: string) => string | undefined): BuildVersion | undefined {
  for (let folder = folderOf(source); ; folder = folderOf(folder)) {
    for (const name of BUILD_FILES) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const text = files.exists(path) ? files.read(path) : undefined;
      const version = text === undefined ? undefined : find(text);
      if (version !== undefined) return { version, in: path };
    }
    if (folder === '') return undefined;
  }
}

/** `${jetty.version}`, `$jettyVersion`: what the same file says it is. */
function resolved(text: string, written: string): string | undefined {
  if (/^\d/.test(written)) return written;
  const name = /^\$\{?([\w.-]+)\}?$/.exec(written)?.[1];
  return name === undefined ? undefined : propertyOf(text, name);
}

function propertyOf(text: string, name: string): string | undefined {
  const key = quoted(name);
  return new RegExp(`<${key}>\\s*(\\d[^<\\s]*)`).exec(text)?.[1] ?? new RegExp(`(?:^|[\\s.])${key}['"\\]]*\\s*=\\s*['"]?(\\d[\\w.-]*)`, 'm').exec(text)?.[1];
}

function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
