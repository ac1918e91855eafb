import { folderOf, type Files } from '../../text/files.js';

/** What stands at the root of a Python program: it is installed, started or deployed by itself. */
const ROOTS: ReadonlySet<string> = new Set(['requirements.txt', 'pyproject.toml', 'setup.py', 'setup.cfg', 'Pipfile', 'manage.py', 'Dockerfile', 'Procfile']);

/** The folder of the program that a file belongs to. */
export function programOf(files: Files, path: string): string {
  for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) if (files.list(folder).some((name) => ROOTS.has(name))) return folder;
  return '';
}
