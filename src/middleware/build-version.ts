import { folderOf, type Files } from '../text/files.js';

const BUILD_FILES = ['pom.xml', 'build.gradle', 'build.gradle.kts', 'gradle.properties', 'gradle/libs.versions.toml'];

export interface BuildVersion {
  readonly version: string;
  /** Name of the build file that says it. */
  readonly file: string;
}

/** The version that the nearest build file above a source says, in the first group of the first pattern that finds one. */
export function versionInBuild(files: Files, source: string, patterns: readonly RegExp[]): BuildVersion | undefined {
  for (let folder = folderOf(source); ; folder = folderOf(folder)) {
    for (const name of BUILD_FILES) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const text = files.exists(path) ? files.read(path) : undefined;
      for (const pattern of text === undefined ? [] : patterns) {
        const version = pattern.exec(text!)?.[1];
        if (version !== undefined) return { version, file: name };
      }
    }
    if (folder === '') return undefined;
  }
}
