import { folderOf, type Files } from '../../text/files.js';

export interface PinnedVersion {
  readonly version: string;
  readonly from: string;
}

/** Files that fix versions, the ones that lock first. */
const LOCKS = ['uv.lock', 'poetry.lock', 'Pipfile.lock', 'requirements.txt', 'requirements/base.txt', 'requirements/prod.txt', 'requirements-prod.txt', 'requirements.lock', 'constraints.txt', 'pyproject.toml', 'Pipfile', 'setup.cfg'];

/** The version of a distribution that the nearest lock or requirements file above a module fixes; ranges fix nothing. */
export function pinnedVersion(files: Files, module: string, distribution: string): PinnedVersion | undefined {
  const name = distribution.replace(/[-_.]+/g, '[-_.]+');
  const patterns = [
    new RegExp(`^name = "${name}"\\r?\\nversion = "([^"]+)"`, 'im'),
    new RegExp(`"${name}": \\{[^}]*"version": "==([^"]+)"`, 'i'),
    new RegExp(`(?:^|["'])\\s*${name}(?:\\[[^\\]]*\\])?\\s*(?:==|===)\\s*([\\w.!+-]+)`, 'im'),
    new RegExp(`^${name}\\s*=\\s*["'](?:==)?(\\d[\\w.!+-]*)["']`, 'im'),
  ];
  for (let folder = folderOf(module); ; folder = folderOf(folder)) {
    for (const lock of LOCKS) {
      const path = folder === '' ? lock : `${folder}/${lock}`;
      const text = files.exists(path) ? files.read(path) : undefined;
      const version = text === undefined ? undefined : patterns.map((pattern) => pattern.exec(text)?.[1]).find((found) => found !== undefined);
      if (version !== undefined) return { version, from: path.slice(path.lastIndexOf('/') + 1) };
    }
    if (folder === '') return undefined;
  }
}
