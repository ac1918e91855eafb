import type { Files } from '../../text/files.js';
import { versionInBuild } from '../build-version.js';
import { isFrom } from '../version.js';

/** What `io.quarkus.vertx.http.runtime.cors.CORSFilter` of a release does, read from the sources of 30 releases and asked of three. */
export interface QuarkusBehaviour {
  /** The switch: `quarkus.http.cors` up to 3.27, `quarkus.http.cors.enabled` from 3.19. */
  readonly switches: readonly string[];
  /** Refused origins end with 403 (2.13.5, 2.14.2 and later: CVE-2022-4147); before, they went on without Access-Control-Allow-Origin. */
  readonly refuses: boolean;
  /** Without `origins` everybody is let in (before 2.13.8 and 2.16), nobody (2.16.0 to 2.16.3), or the server's own origin. */
  readonly unset: 'any' | 'none' | 'own';
  /** Methods and headers are sent as configured, on actual responses too, and methods are checked (3.1); before, what was asked and is configured. */
  readonly asConfigured: boolean;
  /** A method that is not configured is refused to foreign origins only (3.31). */
  readonly ownMethodsFree: boolean;
  /** A pattern's match counts as explicit, so credentials are allowed by default; `/.*\/` alone stands for everybody (3.18). */
  readonly patternsExplicit: boolean;
  /** Of a list that is written by index and as one text, the items count (3.19). */
  readonly indexedWins: boolean;
  /** `return-exact-origins` (3.34). */
  readonly exactOrigins: boolean;
  /** `Vary: Origin`, unless `vary-origin` is off (3.38). */
  readonly varies: boolean;
  readonly text: string;
}

const PATTERNS: readonly RegExp[] = [
  /<quarkus(?:\.platform|-plugin|\.plugin)?\.version>\s*(\d[\w.-]*)\s*</,
  /<artifactId>quarkus-(?:universe-)?bom<\/artifactId>\s*<version>\s*(\d[\w.-]*)\s*</,
  /quarkus(?:Platform|Plugin)?Version\s*=\s*["']?(\d[\w.-]*)/,
  /io\.quarkus(?:\.platform)?:quarkus-(?:universe-)?bom:(\d[\w.-]*)/,
  /id\s*\(?\s*["']io\.quarkus["']\s*\)?\s*version\s*\(?\s*["'](\d[\w.-]*)/,
  /^quarkus\w*\s*=\s*["'](\d[\w.-]*)["']/m,
];

/** The behaviour of the release that the build file names; else of the current one, whose switch goes by either name. */
export function quarkusBehaviour(files: Files, source: string): QuarkusBehaviour {
  const found = versionInBuild(files, source, PATTERNS);
  const version = found?.version.replace(/[^\d.].*$/, '').replace(/\.$/, '');
  const from = (first: string): boolean => isFrom(version, first);
  const patched = from('2.16') || (from('2.13.8') && !from('2.14'));
  return {
    switches: found === undefined || (from('3.19') && !from('3.28')) ? ['quarkus.http.cors.enabled', 'quarkus.http.cors'] : from('3.28') ? ['quarkus.http.cors.enabled'] : ['quarkus.http.cors'],
    refuses: from('2.14.2') || (from('2.13.5') && !from('2.14')),
    unset: !patched ? 'any' : from('2.16') && !from('2.16.4') ? 'none' : 'own',
    asConfigured: from('3.1'),
    ownMethodsFree: from('3.31'),
    patternsExplicit: from('3.18'),
    indexedWins: from('3.19'),
    exactOrigins: from('3.34'),
    varies: from('3.38'),
    text: found === undefined ? 'Quarkus ≥ 3.38 assumed (no version found)' : `Quarkus ${found.version} (${found.in})`,
  };
}
