import type { Revised } from '../../engine.js';
import { placesIn, type Place } from '../../middleware/nginx/places.js';
import { variableName } from '../../middleware/nginx/variables.js';
import { wholeOf } from '../../middleware/nginx/whole.js';
import type { Policy } from '../../policy/program.js';
import nginx, { isTemplate, type Directive, type NginxFile } from '../../syntax/nginx/index.js';
import type { Files } from '../../text/files.js';
import { SourceText } from '../../text/source-text.js';
import { contains, type Span } from '../../text/span.js';

/** A main file, or a part whose main file is not in view, with all that it includes: what one nginx loads. */
export interface Configuration {
  readonly root: NginxFile;
  /** Every directive, each after the block that it stands in. */
  readonly places: readonly Place[];
  /** Servers with something about CORS. */
  readonly policies: readonly Policy[];
}

/** The configurations of a repository that have something about CORS. */
export function configurationsOf(repository: Revised): readonly Configuration[] {
  const found = new Map<string, { readonly root: NginxFile; readonly policies: Set<Policy> }>();
  const policies = repository.policies.filter(({ reader }) => reader === 'nginx');
  // A part alone may be no policy, and still be asked about.
  for (const path of new Set([...policies.map(({ at }) => at.file), ...repository.paths.filter((one) => nginx.paths.test(one) && /access-control-/i.test(repository.files.read(one) ?? ''))])) {
    const unit = repository.unit('nginx', path);
    if (!isNginxFile(unit)) continue;
    const root = wholeOf(unit);
    const known = found.get(root.source.file) ?? { root, policies: new Set() };
    for (const policy of policies) if (policy.at.file === path) known.policies.add(policy);
    found.set(root.source.file, known);
  }
  const roots = [...found.values()];
  return roots.filter(({ root }) => !roots.some((other) => other.root.included.includes(root.source.file))).map(({ root, policies: own }) => ({ root, policies: [...own], places: [...placesIn(root.directives)] }));
}

function isNginxFile(unit: unknown): unit is NginxFile {
  return typeof unit === 'object' && unit !== null && 'directives' in unit && 'uses' in unit;
}

/** The server that a place stands in, or that a part of a configuration is about. */
export function policyAt({ policies }: Configuration, place: Place): Policy | undefined {
  const server = around(place, 'server');
  return policies.find(({ at }) => server !== undefined && contains(server.directive.whole, at)) ?? policies[0];
}

/** The nearest block of a name around a place, itself among them. */
export function around(place: Place, name: string): Place | undefined {
  for (let one: Place | undefined = place; one !== undefined; one = one.block) if (one.directive.name === name && one.directive.block !== undefined) return one;
  return undefined;
}

/** Is it a header line of one of these names? */
export function isHeader({ name, args }: Directive, pattern: RegExp): boolean {
  return name === 'add_header' && args[1] !== undefined && pattern.test(args[0]!.text);
}

export const ALLOW_ORIGIN = /^access-control-allow-origin$/i;
export const CORS_HEADER = /^access-control-/i;
export const VARY = /^vary$/i;

/** Names of variables in a text, in lower case, captures among them. */
export function variablesIn(text: string): readonly string[] {
  return text.includes('$') ? Array.from(text.matchAll(/\$\{?(\w+)/g), ([, name]) => name!.toLowerCase()) : [];
}

/** All words of a directive and of what stands in it. */
export function* textsIn(directive: Directive): Generator<string> {
  for (const { text } of [directive.nameToken, ...directive.args]) yield text;
  if (directive.code !== undefined) yield directive.code.text;
  for (const inner of directive.block ?? []) yield* textsIn(inner);
}

/** Names that are not taken, in any of the configurations: which of them one nginx loads together is not always in view. */
export class Names {
  readonly #taken = new Set<string>();

  constructor(configurations: readonly Configuration[]) {
    for (const { places } of configurations) for (const { directive } of places) if (/^(?:map|set|geo|split_clients|auth_request_set|js_set|perl_set|set_by_lua)/.test(directive.name)) for (const { text } of directive.args) if (text.startsWith('$')) this.#taken.add(variableName(text));
  }

  /** `$cors_origin`, or with a number behind it; it is taken from now on. */
  variable(name: string): string {
    let free = name;
    for (let number = 2; this.#taken.has(free); number += 1) free = `${name}_${number}`;
    this.#taken.add(free);
    return `$${free}`;
  }
}

/** Texts of files with their lines. */
export class Sources {
  readonly #known = new Map<string, SourceText>();

  constructor(private readonly files: Files) {}

  at({ file }: Pick<Span, 'file'>): SourceText {
    let source = this.#known.get(file);
    if (source === undefined) this.#known.set(file, (source = new SourceText(file, this.files.read(file) ?? '')));
    return source;
  }

  /** A word or a directive as it is spelled. */
  textOf({ file, start, end }: Span): string {
    return this.at({ file }).text.slice(start, end);
  }

  lineOf({ file, start }: Span): number {
    return this.at({ file }).positionAt(start).line;
  }

  /** Is one of the files filled in by Jinja, Helm or their like before nginx reads it? */
  template(files: Iterable<string>): string | undefined {
    return [...files].find((file) => isTemplate(this.at({ file }).text));
  }
}
