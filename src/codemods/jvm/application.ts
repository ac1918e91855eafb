import { applicationFiles, applicationRoot } from '../../middleware/jvm/application-files.js';
import { isTestSource, type ClassDeclaration, type JvmModule } from '../../syntax/jvm/index.js';
import { below, folderOf, type Files } from '../../text/files.js';

/** The class that Spring Boot starts an application with: Spring looks for components in its package and those below. */
export interface ApplicationClass {
  /** The file that it stands in. */
  readonly module: JvmModule;
  readonly declaration: ClassDeclaration;
}

const STARTS = /@(?:[\w.]+\.)?SpringBootApplication\b/;

/**
 * The application class of a file's application.
 * @returns a text where none or several are in view
 */
export function applicationClassOf(module: JvmModule): ApplicationClass | string {
  const found = sourcesOf(module, STARTS).flatMap((path) => {
    const holder = module.at(path);
    return holder === undefined ? [] : holder.unit.classes.filter(({ annotations }) => annotations.some(({ name }) => /(?:^|\.)SpringBootApplication$/.test(name))).map((declaration): ApplicationClass => ({ module: holder, declaration }));
  });
  const [first, another] = found;
  if (first === undefined) return 'no class with @SpringBootApplication is in view: it is not known where Spring looks for components';
  return another === undefined ? first : `${first.declaration.name} and ${another.declaration.name} are two applications with @SpringBootApplication: it is not known which one this is part of`;
}

/**
 * Sources of a file's application whose texts match, tests left out, those that say nothing of CORS too. Prefer
 * `applicationFiles` for those that do.
 */
export function sourcesOf(module: JvmModule, texts: RegExp): readonly string[] {
  const { files } = module;
  const root = applicationRoot(module);
  return root === undefined ? applicationFiles(module, /\.(?:java|kt)$/, texts) : springSources(files, root).filter((path) => texts.test(files.read(path) ?? ''));
}

/** Sources below a folder that use Spring, by the files that they were looked for in: those of a revision stay as they are. */
const known = new WeakMap<Files, Map<string, readonly string[]>>();

function springSources(files: Files, root: string): readonly string[] {
  const found = known.get(files) ?? new Map<string, readonly string[]>();
  known.set(files, found);
  let paths = found.get(root);
  if (paths === undefined) found.set(root, (paths = [...below(files, root, /\.(?:java|kt)$/)].filter((path) => !isTestSource(path) && SPRING.test(files.read(path) ?? '')).sort()));
  return paths;
}

/** Whatever is asked about says one of these words; snippets have no imports. */
const SPRING = /CrossOrigin|Controller|Mapping|HttpSecurity|Cors|Web(?:Mvc|Flux)Configurer|SpringBootApplication|addPathPrefix|Filter|Interceptor|\.servlet\b/;

/** A class that is not there yet, beside another one. */
export interface FreshClass {
  readonly name: string;
  readonly path: string;
  readonly package: string;
  readonly isKotlin: boolean;
}

/** The first of some names that no class of a package has. */
export function freshClass({ module }: ApplicationClass, names: readonly string[]): FreshClass | undefined {
  const { package: own } = module.unit;
  const name = names.find((one) => module.classNamed(one) === undefined && ['java', 'kt'].every((extension) => !module.files.exists(pathIn(module, one, extension))));
  return name === undefined ? undefined : { name, path: pathIn(module, name, module.isKotlin ? 'kt' : 'java'), package: own, isKotlin: module.isKotlin };
}

function pathIn({ file }: JvmModule, name: string, extension: string): string {
  return `${folderOf(file)}/${name}.${extension}`.replace(/^\//, '');
}
