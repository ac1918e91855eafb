import { folderOf, type Files } from '../../text/files.js';

/** A version that a build names, and the file that does. */
export interface BuiltWith {
  readonly version: string;
  readonly in: string;
}

/**
 * The version of an artifact by the nearest build file above a source that names one: of the artifact itself, or of a
 * property or a bill of materials whose name `also` knows.
 */
export function builtWith(files: Files, source: string, group: string, artifacts: readonly string[], properties: readonly string[] = []): BuiltWith | undefined {
  for (let folder = folderOf(source); ; folder = folderOf(folder)) {
    for (const name of ['pom.xml', 'build.gradle', 'build.gradle.kts', 'gradle.properties', 'gradle/libs.versions.toml']) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const text = files.exists(path) ? files.read(path) : undefined;
      const version = text === undefined ? undefined : versionIn(text, group, artifacts, properties);
      if (version !== undefined) return { version, in: path };
    }
    if (folder === '') return undefined;
  }
}

function versionIn(text: string, group: string, artifacts: readonly string[], properties: readonly string[]): string | undefined {
  for (const artifact of artifacts) {
    const written = new RegExp(`<artifactId>${artifact}</artifactId>\\s*<version>\\s*([^<\\s]+)`).exec(text)?.[1] ?? new RegExp(`${quoted(group)}[\\w.]*:${artifact}:([^'"@\\s)]+)`).exec(text)?.[1];
    const version = written === undefined ? undefined : resolved(text, written);
    if (version !== undefined) return version;
  }
  for (const property of properties) {
    const version = propertyOf(text, property);
    if (version !== undefined) return version;
  }
  return undefined;
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
