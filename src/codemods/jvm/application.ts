import { applicationFiles, applicationRoot } from '../../middleware/jvm/application-files.js';
import { isTestSource, type ClassDeclaration, type JvmModule } from '../../syntax/jvm/index.js';
import { below, folderOf } from '../../text/files.js';

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
  if (root === undefined) return applicationFiles(module, /\.(?:java|kt)$/, texts);
  return [...below(files, root, /\.(?:java|kt)$/)].filter((path) => !isTestSource(path) && texts.test(files.read(path) ?? '')).sort();
}

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
