import type { Files } from '../../text/files.js';
import { versionInBuild } from '../build-version.js';
import { isFrom } from '../version.js';

/** What `io.micronaut.http.server.cors.CorsFilter` of a release does, read from the sources of 12 releases and asked of three. */
export interface MicronautBehaviour {
  /** Every origin of the list is a pattern, too (before 3.9); since then `allowed-origins-regex` is one. */
  readonly originsArePatterns: boolean;
  /** Preflights are answered before a route is looked for: 403 when none serves the method (4.7). */
  readonly answersAlways: boolean;
  /** A list of headers refuses preflights that ask for none (3.0). */
  readonly wantsHeaders: boolean;
  /** OPTIONS with any of the three `Access-Control-Request-…` headers is a preflight, private networks among them (4.3); these are refused where they are not allowed (4.7). */
  readonly privateNetwork: boolean;
  /** Requests to a local host from origins that are not local are refused where any origin is allowed (3.8). */
  readonly guardsLocalhost: boolean;
  /** … but those from local origins pass, and the guard stands for origins without a configuration as well (3.8.3). */
  readonly localOriginsPass: boolean;
  /** Only `true` switches the filter on (before 3.8.3: a condition on the bean). */
  readonly onlyTrue: boolean;
  readonly text: string;
}

const PATTERNS: readonly RegExp[] = [
  /<micronaut(?:\.(?:core|platform))?\.version>\s*(\d[\w.-]*)\s*</,
  /<artifactId>micronaut-(?:parent|platform|bom|http-server-netty)<\/artifactId>\s*<version>\s*(\d[\w.-]*)\s*</,
  /micronaut(?:Core|Platform)?Version\s*=\s*["']?(\d[\w.-]*)/,
  /io\.micronaut(?:\.platform)?:micronaut-(?:platform|bom):(\d[\w.-]*)/,
  /micronaut\s*\{[^}]*?\bversion(?:\.set\(|\s*=\s*|\s*\(|\s+)\s*["'](\d[\w.-]*)/,
  /^micronaut\w*\s*=\s*["'](\d[\w.-]*)["']/m,
];

/** The behaviour of the release that the build file names; else of the current one. */
export function micronautBehaviour(files: Files, source: string): MicronautBehaviour {
  const found = versionInBuild(files, source, PATTERNS);
  const version = found?.version.replace(/[^\d.].*$/, '').replace(/\.$/, '');
  const from = (first: string): boolean => isFrom(version, first);
  return {
    originsArePatterns: !from('3.9'),
    answersAlways: from('4.7'),
    wantsHeaders: from('3.0'),
    privateNetwork: from('4.3'),
    guardsLocalhost: from('3.8'),
    localOriginsPass: from('3.8.3'),
    onlyTrue: !from('3.8.3'),
    text: found === undefined ? 'Micronaut ≥ 4.7 assumed (no version found)' : `Micronaut ${found.version} (${found.in})`,
  };
}
