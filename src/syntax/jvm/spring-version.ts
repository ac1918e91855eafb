import { folderOf, type Files } from '../../text/files.js';

export interface SpringVersion {
  /** Major × 10,000 + minor × 100 + patch: 6.2.19 → 60219. */
  readonly number: number;
  readonly text: string;
}

/** Spring Framework that each line of Spring Boot manages. */
const BOOT: readonly (readonly [boot: string, spring: string])[] = [['4.0', '7.0.0'], ['3.5', '6.2.7'], ['3.4', '6.2.0'], ['3.3', '6.1.8'], ['3.2', '6.1.1'], ['3.1', '6.0.9'], ['3.0', '6.0.2'], ['2.7', '5.3.20'], ['2.6', '5.3.13'], ['2.5', '5.3.7'], ['2.4', '5.3.1'], ['2.3', '5.2.6'], ['2.2', '5.2.0'], ['2.1', '5.1.2'], ['2.0', '5.0.4'], ['1.5', '4.3.6']];

/** Spring's version by the nearest build file above a source; else the current major. */
export function springVersion(files: Files, module: string): SpringVersion {
  for (let folder = folderOf(module); ; folder = folderOf(folder)) {
    for (const name of ['pom.xml', 'build.gradle', 'build.gradle.kts']) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const text = files.exists(path) ? files.read(path) : undefined;
      if (text === undefined) continue;
      const own = /<spring(?:-framework)?\.version>([\d.]+[\w.-]*)</.exec(text)?.[1] ?? /spring-web(?:mvc|flux)?<\/artifactId>\s*<version>([\d.]+)/.exec(text)?.[1] ?? /org\.springframework:spring-web(?:mvc|flux)?:([\d.]+)/.exec(text)?.[1];
      if (own !== undefined) return { number: comparable(own), text: `Spring ${own} (${name})` };
      const boot = /spring-boot-starter-parent<\/artifactId>\s*<version>(\d+\.\d+)/.exec(text)?.[1] ?? /org\.springframework\.boot['"]?\)?\s*version\s*\(?['"](\d+\.\d+)/.exec(text)?.[1];
      const spring = BOOT.find(([line]) => line === boot)?.[1];
      if (spring !== undefined) return { number: comparable(spring), text: `Spring ${spring} (Spring Boot ${boot}, ${name})` };
    }
    if (folder === '') return { number: comparable('7.0.0'), text: 'Spring 7.0 (no version found)' };
  }
}

function comparable(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  return major * 10_000 + minor * 100 + patch;
}
