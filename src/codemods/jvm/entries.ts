import type { ClassDeclaration, Code, Field, JvmModule } from '../../syntax/jvm/index.js';
import type { Entry } from './cross-origin.js';
import { packageOf, simpleName } from './imports.js';
import { literal } from './style.js';

/** A setting that a class has to be given: `@Value("${cors.origins}")`. */
export interface Setting {
  /** The placeholder as it is, without quotes. */
  readonly placeholder: string;
  /** Name of the field or parameter: `corsOrigins`. */
  readonly name: string;
}

/** Where entries are written to, and what that takes. */
export class Destination {
  readonly imports = new Set<string>();
  readonly settings = new Map<string, Setting>();

  /** @param inPackage whose classes need no import and may be seen by each other */
  constructor(
    readonly isKotlin: boolean,
    readonly inPackage: string,
  ) {}

  /** An entry of an annotation in the words of another file: literals and constants stay as they are. Undefined with a reason where they cannot. */
  entry({ code, value }: Entry, from: JvmModule): { readonly text: string } | { readonly reason: string } {
    const holder = from.at(code.at.file) ?? from;
    if (value.kind !== 'string') return { reason: `${holder.written(code.at)} is not a text that is in view` };
    if (/#\{/.test(value.value)) return { reason: `the expression ${value.value} is not followed` };
    if (/\$\{/.test(value.value)) return { text: this.#setting(value.value) };
    if (code.is === 'name' || code.is === 'member') return this.#constant(code, holder);
    const verbatim = code.is === 'text' && holder.isKotlin === this.isKotlin;
    return { text: verbatim ? holder.written(code.at) : literal(value.value, this.isKotlin) };
  }

  #setting(placeholder: string): string {
    const known = this.settings.get(placeholder);
    if (known !== undefined) return known.name;
    const key = /\$\{([^:}]*)/.exec(placeholder)![1]!;
    const camel = key.replace(/[^A-Za-z\d]+([A-Za-z\d])?/g, (_all, next: string | undefined) => next?.toUpperCase() ?? '').replace(/^[^A-Za-z]*([A-Za-z])/, (_all, first: string) => first.toLowerCase()) || 'origins';
    const taken = new Set([...this.settings.values()].map(({ name }) => name));
    let name = camel;
    for (let count = 2; taken.has(name); count += 1) name = `${camel}${count}`;
    this.settings.set(placeholder, { placeholder, name });
    return name;
  }

  #constant(code: Code & { readonly is: 'name' | 'member' }, holder: JvmModule): { readonly text: string } | { readonly reason: string } {
    const written = holder.written(code.at);
    if (code.is === 'member') {
      const owner = code.of.is === 'name' ? code.of.name : undefined;
      if (owner === undefined) return { reason: `the constant ${written} is not followed` };
      const found = holder.classNamed(owner);
      if (found === undefined) return this.#imported(holder.qualifiedNames(owner)[0]!, written);
      const field = found.declaration.fields.find(({ name }) => name === code.name) ?? companionField(found.declaration, code.name);
      const hidden = field === undefined ? undefined : this.#hidden(field, found.declaration, found.module);
      return hidden === undefined ? this.#imported(`${found.module.unit.package}.${owner}`.replace(/^\./, ''), written) : { reason: hidden };
    }
    const imported = holder.unit.imports.find(({ as, all }) => !all && as === code.name);
    if (imported !== undefined) {
      const owner = packageOf(imported.name);
      // Java imports a constant of a class, Kotlin one of a package too.
      if (/\.[A-Z]\w*$/.test(owner)) return this.#imported(owner, `${owner.slice(owner.lastIndexOf('.') + 1)}.${simpleName(imported.name)}`);
      const declared = holder.propertyNamed(code.name);
      return declared === undefined ? this.#imported(imported.name, simpleName(imported.name)) : this.#ofPackage(declared, written);
    }
    const owner = holder.unit.classes.find((one) => one.fields.some(({ name }) => name === code.name) || companionField(one, code.name) !== undefined);
    const field = owner?.fields.find(({ name }) => name === code.name) ?? (owner === undefined ? undefined : companionField(owner, code.name));
    if (owner !== undefined && field !== undefined) {
      const hidden = this.#hidden(field, owner, holder);
      return hidden === undefined ? this.#imported(`${holder.unit.package}.${owner.name}`.replace(/^\./, ''), `${owner.name}.${code.name}`) : { reason: hidden };
    }
    const found = holder.propertyNamed(code.name);
    if (found === undefined) return { reason: `the constant ${written} is not in view` };
    return this.#ofPackage(found, written);
  }

  /** A property of Kotlin outside of classes. */
  #ofPackage({ module, property }: { readonly module: JvmModule; readonly property: Field }, written: string): { readonly text: string } | { readonly reason: string } {
    if (/\bprivate\b/.test(head(property, module))) return { reason: `the constant ${written} is private to its file` };
    if (!this.isKotlin) return { reason: `the constant ${written} is one of Kotlin's, outside of classes: another file in Java names it otherwise` };
    return this.#imported(`${module.unit.package}.${property.name}`.replace(/^\./, ''), property.name);
  }

  #imported(qualified: string, text: string): { readonly text: string } {
    if (packageOf(qualified) !== this.inPackage) this.imports.add(qualified);
    return { text };
  }

  /** Why a constant is not seen from there. */
  #hidden(field: Field, owner: ClassDeclaration, holder: JvmModule): string | undefined {
    const isPrivate = /\b(?:private|protected)\b/.test(head(field, holder));
    if (isPrivate) return `the constant ${field.name} is private to ${owner.name}`;
    const elsewhere = !holder.isKotlin && holder.unit.package !== this.inPackage && owner.kind !== 'interface';
    const isPublic = /\bpublic\b/.test(head(field, holder)) && /\bpublic\b/.test(holder.written(owner.at).split('{', 1)[0]!);
    return elsewhere && !isPublic ? `the constant ${field.name} of ${owner.name} is not public` : undefined;
  }
}

function companionField({ classes }: ClassDeclaration, name: string): Field | undefined {
  return classes.filter(({ kind }) => kind === 'object').flatMap(({ fields }) => fields).find((field) => field.name === name);
}

function head({ at }: Field, holder: JvmModule): string {
  return holder.written(at).split('=', 1)[0]!;
}
