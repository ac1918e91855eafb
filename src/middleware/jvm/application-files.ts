import { folderOf } from '../../text/files.js';
import { isTestSource, type JvmModule } from '../../syntax/jvm/index.js';

const BUILD_FILES = ['pom.xml', 'build.gradle', 'build.gradle.kts'];

/** By the listing that they were found in, which stays the same as long as nothing changes. */
const known = new WeakMap<readonly string[], Map<string, readonly string[]>>();

/**
 * Files of the application that a file belongs to whose names and texts match, tests left out, in byte order: those
 * under its `src/main`; without one, of its build module or of where its packages begin; else its neighbours.
 */
export function applicationFiles(module: JvmModule, names: RegExp, texts: RegExp): readonly string[] {
  const { files } = module;
  const root = applicationRoot(module);
  const found = root === undefined ? files.list(folderOf(module.file)) : files.search(root, names);
  let answers = known.get(found);
  if (answers === undefined) known.set(found, (answers = new Map()));
  const key = `${names.source}\0${texts.source}`;
  let answer = answers.get(key);
  if (answer === undefined) {
    const paths = root === undefined ? found.filter((name) => names.test(name)).map((name) => `${folderOf(module.file)}/${name}`.replace(/^\//, '')) : found;
    answers.set(key, (answer = paths.filter((path) => !isTestSource(path) && texts.test(files.read(path) ?? ''))));
  }
  return answer;
}

/** The folder of everything that is one application with a file; undefined: only its neighbours may be. */
export function applicationRoot({ file, files, unit }: JvmModule): string | undefined {
  const main = /^(?:.*\/)?src\/main(?=\/)/.exec(file)?.[0];
  if (main !== undefined) return main;
  for (let folder = folderOf(file); ; folder = folderOf(folder)) {
    if (BUILD_FILES.some((name) => files.exists(folder === '' ? name : `${folder}/${name}`))) return folder;
    if (folder === '') break;
  }
  const own = folderOf(file);
  const packages = unit.package.replaceAll('.', '/');
  return packages !== '' && own.endsWith(packages) ? own.slice(0, own.length - packages.length).replace(/\/$/, '') : undefined;
}
