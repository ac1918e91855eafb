import { below, folderOf, type Files } from '../../text/files.js';
import { filesMatching } from '../../text/glob.js';

/** Folders that installations call their root. */
const INSTALLED = ['/etc/apache2', '/etc/httpd', '/usr/local/apache2', '/usr/local/etc/apache24', '/opt/bitnami/apache', '/opt/bitnami/apache2'];

/** The server's root in the repository: `conf/httpd.conf` stands one folder below it, any other file in it. */
export function rootOf(path: string): string {
  const folder = folderOf(path);
  return /(?:^|\/)conf$/.test(folder) && /(?:^|\/)httpd\.conf$/.test(path) ? folderOf(folder) : folder;
}

/** Files of an `Include`: a path or a pattern relative to the server's root, a folder with everything below; in byte order. */
export function filesIncluded(files: Files, root: string, serverRoot: string | undefined, pattern: string): readonly string[] {
  const installed = [serverRoot, ...INSTALLED].find((prefix) => prefix !== undefined && pattern.startsWith(`${prefix.replace(/\/$/, '')}/`));
  if (installed === undefined && pattern.startsWith('/')) return [];
  return filesMatching(files, root, pattern.slice(installed === undefined ? 0 : installed.replace(/\/$/, '').length)).flatMap((path) => {
    const inside = [...below(files, path, /(?:)/)];
    return inside.length === 0 ? [path] : inside;
  });
}
