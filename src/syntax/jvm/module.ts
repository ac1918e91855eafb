import { folderOf, type Files } from '../../text/files.js';
import { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import type { Grammar, SyntaxNode } from '../tree-sitter.js';
import { javaUnit } from './java.js';
import { kotlinUnit } from './kotlin.js';
import type { ClassDeclaration, Field, Unit } from './tree.js';

/** Parses one of the two languages, by the file's name. */
export type Grammars = (file: string) => Grammar;

/** A class with the file that it stands in. */
interface Declared {
  readonly module: JvmModule;
  readonly declaration: ClassDeclaration;
}

/** One file of Java or Kotlin, and the classes of the project that its names lead to. */
export class JvmModule {
  #unit: Unit | undefined;
  readonly #qualifiedNames = new Map<string, readonly string[]>();
  readonly #classes = new Map<string, Declared | undefined>();
  readonly #modules: Map<string, JvmModule | undefined>;

  constructor(
    readonly source: SourceText,
    readonly root: SyntaxNode,
    readonly files: Files,
    private readonly grammars: Grammars,
    modules?: Map<string, JvmModule | undefined>,
  ) {
    this.#modules = modules ?? new Map();
    this.#modules.set(source.file, this);
  }

  get file(): string {
    return this.source.file;
  }

  /** Frees the trees of this file and of those that were read for it. */
  release(): void {
    for (const module of this.#modules.values()) module?.root.tree.delete();
    this.#modules.clear();
  }

  get unit(): Unit {
    return (this.#unit ??= this.isKotlin ? kotlinUnit(this.root, this.file) : javaUnit(this.root, this.file));
  }

  get isKotlin(): boolean {
    return /\.kts?$/.test(this.file);
  }

  /** The text at a span of a file in view. */
  readonly written = (at: Span): string => this.at(at.file)?.source.text.slice(at.start, at.end) ?? '';

  /** The module of a file in view, read once; itself for its own. */
  at(file: string): JvmModule | undefined {
    if (!this.#modules.has(file)) {
      const text = this.files.exists(file) ? this.files.read(file) : undefined;
      this.#modules.set(file, undefined);
      if (text !== undefined) this.#modules.set(file, new JvmModule(new SourceText(file, text), this.grammars(file).parse(text), this.files, this.grammars, this.#modules));
    }
    return this.#modules.get(file);
  }

  /** A file of the project by itself, with trees of its own, which the caller releases; `files`: what it sees. */
  alone(file: string, files: Files): JvmModule | undefined {
    const text = files.read(file);
    return text === undefined ? undefined : new JvmModule(new SourceText(file, text), this.grammars(file).parse(text), files, this.grammars);
  }

  /**
   * Qualified names that a type's simple or dotted name may stand for, likeliest first: the import of that name, a class
   * of the package, one of the packages that are imported whole, `java.lang`.
   */
  qualifiedNames(name: string): readonly string[] {
    let known = this.#qualifiedNames.get(name);
    if (known === undefined) this.#qualifiedNames.set(name, (known = this.#qualify(name)));
    return known;
  }

  #qualify(name: string): readonly string[] {
    const simple = name.replace(/\[\]$/, '');
    const [first = '', ...rest] = simple.split('.');
    const { imports, package: own } = this.unit;
    const imported = imports.find((one) => !one.all && one.as === first);
    const behind = rest.length === 0 ? '' : `.${rest.join('.')}`;
    if (imported !== undefined) return [`${imported.name}${behind}`];
    // A name that begins with a small letter is a package's.
    if (rest.length > 0 && /^[a-z]/.test(first)) return [simple];
    return [own === '' ? simple : `${own}.${simple}`, ...imports.filter((one) => one.all).map((one) => `${one.name}.${simple}`), `java.lang.${simple}`];
  }

  /** A class of the project by a name as this file uses it; classes inside of classes by their dotted name. */
  classNamed(name: string): Declared | undefined {
    if (!this.#classes.has(name)) this.#classes.set(name, this.#search(name));
    return this.#classes.get(name);
  }

  /** A property outside of classes by a name as this file uses it (Kotlin): its own, an imported one, one of its package. */
  propertyNamed(name: string): { readonly module: JvmModule; readonly property: Field } | undefined {
    if (!this.isKotlin) return undefined;
    const own = this.unit.properties.find((one) => one.name === name);
    if (own !== undefined) return { module: this, property: own };
    const imported = this.unit.imports.find((one) => !one.all && one.as === name)?.name;
    // What is not imported by its name is looked for where it is written as a constant.
    if (imported === undefined && !/^[A-Z][A-Z\d_]*$/.test(name)) return undefined;
    const wanted = imported === undefined ? name : imported.slice(imported.lastIndexOf('.') + 1);
    const packages = imported === undefined ? [this.unit.package, ...this.unit.imports.filter((one) => one.all).map((one) => one.name)] : [imported.slice(0, Math.max(0, imported.lastIndexOf('.')))];
    const declares = new RegExp(`\\bva[lr]\\s+${wanted}\\b`);
    for (const name of packages.filter((one) => !LIBRARIES.test(`${one}.`))) {
      for (const folder of [...this.#roots(), ...this.#modulesBeside(name)].map((root) => `${root}${name.replaceAll('.', '/')}`)) {
        for (const file of this.files.list(folder).filter((one) => one.endsWith('.kt')).map((one) => `${folder}/${one}`)) {
          if (file === this.file || !declares.test(this.files.read(file) ?? '')) continue;
          const module = this.at(file);
          const property = module?.unit.package === name ? module.unit.properties.find((one) => one.name === wanted) : undefined;
          if (module !== undefined && property !== undefined) return { module, property };
        }
      }
    }
    return undefined;
  }

  #search(name: string): Declared | undefined {
    const parts = name.replace(/\[\]$/, '').split('.');
    const inside = within(this.unit.classes, parts) ?? this.#nested(this.unit.classes, parts);
    if (inside !== undefined) return { module: this, declaration: inside };
    for (const qualified of this.qualifiedNames(name)) {
      const found = this.#qualified(qualified);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** A class inside another one, by its own name: seen from within. */
  #nested(classes: readonly ClassDeclaration[], parts: readonly string[]): ClassDeclaration | undefined {
    for (const one of classes) {
      const found = within(one.classes, parts) ?? this.#nested(one.classes, parts);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #qualified(qualified: string): Declared | undefined {
    if (LIBRARIES.test(qualified)) return undefined;
    const segments = qualified.split('.');
    for (let last = segments.length - 1; last >= 0; last -= 1) {
      if (!/^[A-Z]/.test(segments[last] ?? '')) continue;
      const path = segments.slice(0, last + 1).join('/');
      for (const root of [...this.#roots(), ...(this.unit.imports.some((one) => !one.all && qualified.startsWith(one.name)) ? this.#modulesBeside(qualified) : [])]) {
        for (const extension of ['java', 'kt']) {
          const module = this.at(`${root}${path}.${extension}`);
          const declaration = module === undefined ? undefined : within(module.unit.classes, segments.slice(last));
          if (module !== undefined && declaration !== undefined) return { module, declaration };
        }
      }
    }
    return undefined;
  }

  /** Folders that packages begin in, of the other modules of the build: where a name has the first two words of this file's package. */
  #modulesBeside(qualified: string): readonly string[] {
    const [own] = /^(?:.*\/)?(?=src\/main\/(?:java|kotlin)\/)/.exec(this.file) ?? [];
    const vendor = this.unit.package.split('.').slice(0, 2).join('.');
    if (own === undefined || own === '' || vendor === '' || !`${qualified}.`.startsWith(`${vendor}.`)) return [];
    const folder = folderOf(own.slice(0, -1));
    const inside = folder === '' ? '' : `${folder}/`;
    const names = ['settings.gradle', 'settings.gradle.kts', 'pom.xml'].flatMap((name) => (this.files.exists(`${inside}${name}`) ? modulesIn(this.files.read(`${inside}${name}`) ?? '') : []));
    return names.map((name) => `${inside}${name}/`).filter((module) => module !== own).flatMap((module) => ['java', 'kotlin'].map((language) => `${module}src/main/${language}/`));
  }

  /** Folders that packages begin in: this file's, and its neighbour in the other language. */
  #roots(): readonly string[] {
    const folder = folderOf(this.file);
    const own = this.unit.package.replaceAll('.', '/');
    const root = own !== '' && folder.endsWith(own) ? folder.slice(0, folder.length - own.length) : folder === '' ? '' : `${folder}/`;
    const other = this.isKotlin ? root.replace(/(^|\/)kotlin\/$/, '$1java/') : root.replace(/(^|\/)java\/$/, '$1kotlin/');
    return other === root ? [root] : [root, other];
  }
}

/** Names of modules in what a build of several says of them: `include(":common", "web")`, `<module>common</module>`. */
function modulesIn(text: string): readonly string[] {
  const included = [...text.matchAll(/\binclude\s*\(?((?:\s*["'][\w:./-]+["']\s*,?)+)/g)].flatMap(([, names = '']) => [...names.matchAll(/["']:?([\w:./-]+)["']/g)].map(([, name = '']) => name.replaceAll(':', '/')));
  return [...included, ...[...text.matchAll(/<module>\s*([\w./-]+)\s*<\/module>/g)].map(([, name = '']) => name)];
}

/** Packages that no project declares: looking for their classes among its files would only cost. */
const LIBRARIES = /^(?:java|javax|jakarta|kotlin|kotlinx|lombok|org\.(?:springframework|slf4j|eclipse\.jetty|apache)|io\.(?:ktor|micronaut|quarkus|vertx|javalin|swagger)|com\.(?:fasterxml|google))\./;

function within(classes: readonly ClassDeclaration[], parts: readonly string[]): ClassDeclaration | undefined {
  const [first, ...rest] = parts;
  const found = classes.find((one) => one.name === first);
  return found === undefined || rest.length === 0 ? found : within(found.classes, rest);
}
