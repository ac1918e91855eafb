import { pinnedVersion, type PythonModule } from '../../syntax/python/index.js';

/** What differs between releases of Flask-CORS (read in the wheels; measured on 3.0.10, Debian's of it, 4.0.2, 5.0.1 and 6.0.x). */
export interface FlaskCorsVersion {
  readonly text: string;
  /**
   * A pattern that `re` refuses, met at a request: the exception escapes (before 6.0.0), or it matches nothing. From
   * 6.0.4 on patterns are compiled when the extension is set up, which then fails.
   */
  readonly badPattern: 'throws' | 'matches-nothing' | 'refused';
  /** Paths are compared with their case, and texts come before patterns (6.0.0: CVE-2024-6866, CVE-2024-6839; Debian put both into its 3.0.10). */
  readonly exactPaths: boolean;
  /** Answer to `Access-Control-Request-Private-Network`: none before 4.0.0, always `true` up to 4.0.1, then an option that was on by default up to 4.0.2. */
  readonly privateNetwork: 'unknown-to-it' | 'always' | 'on' | 'off';
}

/** The version that the repository fixes, else the current one. */
export function flaskCorsVersion(module: PythonModule): FlaskCorsVersion {
  const found = pinnedVersion(module.files, module.file, 'flask-cors');
  if (found === undefined) return { ...behaviour('6.0.5'), text: 'Flask-CORS ≥ 6.0.4 (no version found)' };
  return { ...behaviour(found.version), text: `Flask-CORS ${found.version} (${found.from})` };
}

function behaviour(version: string): Omit<FlaskCorsVersion, 'text'> {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const number = (major * 1000 + minor) * 1000 + patch;
  const backported = number >= 6_000_000 || version.includes('+deb');
  return {
    badPattern: number >= 6_000_004 ? 'refused' : backported ? 'matches-nothing' : 'throws',
    exactPaths: backported,
    privateNetwork: number >= 5_000_000 ? 'off' : number >= 4_000_002 ? 'on' : number >= 4_000_000 ? 'always' : 'unknown-to-it',
  };
}
