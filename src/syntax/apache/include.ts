import { folderOf, type Files } from '../../text/files.js';

/** Folders that installations call their root. */
const INSTALLED = ['/etc/apache2', '/etc/httpd', '/usr/local/apache2', '/usr/local/etc/apache24', '/opt/bitnami/apache', '/opt/bitnami/apache2'];

/** The server's root in the repository: `conf/httpd.conf` stands one folder below it, any other file in it. */
export function rootOf(path: string): string {
  const folder = folderOf(path);
  return /(?:^|\/)conf$/.test(folder) && /(?:^|\/)httpd\.conf$/.test(path) ? folderOf(folder) : folder;
}

/** Files of an `Include`: a path or a pattern relative to the server's root, a folder with everything below; in byte order. */
export function filesMatching(files: Files, root: string, serverRoot: string | undefined, pattern: string): readonly string[] {
  const installed = [serverRoot, ...INSTALLED].find((prefix) => prefix !== undefined && pattern.startsWith(`${prefix.replace(/\/$/, '')}/`));
  if (installed === undefined && pattern.startsWith('/')) return [];
  const parts = pattern.slice(installed === undefined ? 0 : installed.replace(/\/$/, '').length).split('/').filter((part) => part !== '' && part !== '.');
  let paths: readonly string[] = [root];
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    paths = paths.flatMap((folder) => {
      if (part === '..') return folder === '' ? [] : [folderOf(folder)];
      if (!/[*?[]/.test(part)) return [folder === '' ? part : `${folder}/${part}`];
      const matcher = globMatcher(part);
      return files.list(folder).filter((name) => (last || name.endsWith('/')) && !name.startsWith('.') && matcher.test(name.replace(/\/$/, ''))).map((name) => (folder === '' ? '' : `${folder}/`) + name.replace(/\/$/, ''));
    });
  }
  return paths.filter((path) => files.exists(path));
}

function globMatcher(part: string): RegExp {
  return new RegExp(`^${part.replace(/[.+^${}()|\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.').replace(/\[!/g, '[^').replace(/\[(?![^\]]*\])/g, '\\[')}$`);
}
