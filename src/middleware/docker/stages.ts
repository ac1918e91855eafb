import type { Copied, UnitPort } from '../../policy/topology.js';
import type { Dockerfile, Instruction } from '../../syntax/dockerfile/index.js';
import type { Span } from '../../text/span.js';
import { expanded, type Setting } from '../commands/shell.js';
import { absolute, atPath, inContext } from './paths.js';

/** One stage, as it is when all of its instructions have run. */
export interface Stage {
  /** Lower-case; undefined where it has none. */
  readonly name: string | undefined;
  readonly settings: ReadonlyMap<string, Setting>;
  /** Absolute; undefined: a variable writes it. */
  readonly folder: string | undefined;
  readonly copies: readonly Copied[];
  readonly exposed: readonly UnitPort[];
  readonly entrypoint: Instruction | undefined;
  readonly command: Instruction | undefined;
  readonly at: Span;
}

/** The stages of a Dockerfile, in order. */
export function stagesOf({ instructions }: Dockerfile): readonly Stage[] {
  const stages: Building[] = [];
  const global = new Map<string, Setting>();
  for (const instruction of instructions) {
    if (instruction.keyword === 'FROM') stages.push(Building.from(instruction, stages));
    else if (stages.length === 0) for (const { name, value } of instruction.pairs) if (value !== null) global.set(name, { value, byDefault: true });
    stages.at(-1)?.run(instruction, stages, global);
  }
  return stages;
}

class Building implements Stage {
  settings = new Map<string, Setting>();
  folder: string | undefined = '/';
  copies: Copied[] = [];
  exposed: UnitPort[] = [];
  entrypoint: Instruction | undefined;
  command: Instruction | undefined;

  constructor(
    readonly name: string | undefined,
    readonly at: Span,
  ) {}

  /** A stage that begins with another one has all that this has. */
  static from({ words, at }: Instruction, earlier: readonly Building[]): Building {
    const as = words.findIndex(({ text }) => text.toLowerCase() === 'as');
    const stage = new Building(as === -1 ? undefined : words[as + 1]?.text.toLowerCase(), at);
    const base = earlier.findLast(({ name }) => name !== undefined && name === words[0]?.text.toLowerCase());
    if (base === undefined) return stage;
    const { folder, entrypoint, command } = base;
    return Object.assign(stage, { settings: new Map(base.settings), folder, copies: [...base.copies], exposed: [...base.exposed], entrypoint, command });
  }

  run(instruction: Instruction, earlier: readonly Building[], global: ReadonlyMap<string, Setting>): void {
    const { keyword, words } = instruction;
    if (keyword === 'ARG' || keyword === 'ENV') this.#set(instruction, global);
    else if (keyword === 'WORKDIR') this.folder = this.#place(words.map(({ text }) => text).join(' '));
    else if (keyword === 'COPY' || keyword === 'ADD') this.#copy(instruction, earlier);
    else if (keyword === 'EXPOSE') this.#expose(instruction);
    else if (keyword === 'CMD') this.command = instruction;
    else if (keyword === 'ENTRYPOINT') {
      // What a base image says of CMD belongs to its own ENTRYPOINT.
      if (this.command !== undefined && this.command.at.start < this.at.start) this.command = undefined;
      this.entrypoint = instruction;
    }
  }

  /** `ENV` wins over `ARG`, whose value is whatever the build says. */
  #set({ keyword, pairs }: Instruction, global: ReadonlyMap<string, Setting>): void {
    for (const { name, value } of pairs) {
      const set = value === null ? global.get(name) : expanded(value, this.settings);
      if (keyword === 'ENV') {
        if (set === undefined) this.settings.delete(name);
        else this.settings.set(name, set);
      } else if (set !== undefined && this.settings.get(name)?.byDefault !== false) this.settings.set(name, { value: set.value, byDefault: true });
    }
  }

  #place(path: string): string | undefined {
    const known = expanded(path, this.settings);
    return known === undefined || (this.folder === undefined && !known.value.startsWith('/')) ? undefined : absolute(this.folder ?? '/', known.value);
  }

  #copy({ flags, words, at }: Instruction, earlier: readonly Building[]): void {
    const sources = words.slice(0, -1).flatMap(({ text }) => expanded(text, this.settings)?.value ?? []).filter((source) => !/^(?:<<|[a-z]+:\/\/|git@)/i.test(source));
    const written = expanded(words.at(-1)?.text ?? '', this.settings)?.value;
    const target = written === undefined ? undefined : this.#place(written);
    if (target === undefined || written === undefined) return;
    const isFolder = /(?:^|\/)\.?$/.test(written) || words.length > 2 || target === this.folder;
    const from = flags.get('from');
    const stage = from === undefined ? undefined : (earlier.find(({ name }) => name === from.toLowerCase()) ?? (/^\d+$/.test(from) ? earlier[Number(from)] : undefined));
    for (const source of sources) {
      if (from === undefined) this.#add(inContext(source), target, isFolder, at, { isFile: isFile(source) });
      // Another image is none of this repository.
      else if (stage !== undefined && stage !== this) this.#copyFrom(stage, absolute('/', source), target, isFolder, at);
    }
  }

  /** A file that has its name in the context is put under it into a folder. */
  #add(from: string, target: string, isFolder: boolean, at: Span, { isFile, built }: { readonly isFile?: boolean; readonly built?: boolean }): void {
    const folder = target === '/' ? '/' : `${target}/`;
    const to = isFolder ? (isFile === true ? `${folder}${from.slice(from.lastIndexOf('/') + 1)}` : folder) : target;
    this.copies.push({ from, to, ...(built === true ? { built } : {}), at });
  }

  #copyFrom(stage: Stage, source: string, target: string, isFolder: boolean, at: Span): void {
    // What was copied from a stage before is known by what that one had.
    const exact = atPath(stage.copies.filter(({ built }) => built !== true), source);
    if (exact !== undefined) this.#add(exact, target, isFolder, at, { isFile: isFile(source) });
    if (stage.copies.some(({ to, from }) => to === source && from === exact) || isAsWritten(source)) return;
    const known = new Set<string>();
    for (const { from } of stage.copies) {
      if (known.has(from)) continue;
      known.add(from);
      this.#add(from, target, isFolder, at, { built: true });
    }
  }

  #expose({ words }: Instruction): void {
    for (const { text, at } of words) {
      const known = expanded(text, this.settings);
      const [, from, to = from, protocol] = /^(\d+)(?:-(\d+))?(?:\/(\w+))?$/.exec(known?.value ?? '') ?? [];
      if (known === undefined || from === undefined || to === undefined || protocol?.toLowerCase() === 'udp') continue;
      for (let port = Number(from); port <= Math.min(Number(to), Number(from) + MAX_RANGE); port += 1) this.exposed.push({ port, ...(known.byDefault ? { byDefault: true } : {}), at });
    }
  }
}

const MAX_RANGE = 100;

/** Nobody can tell from a name alone; what has an ending is one (`conf.d` has none). */
function isFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return /.\.[\w-]+$/.test(name) && !/[*?]|\.d$/.test(name);
}

/** Copied from another stage as it was written: configuration. Packages that were installed there are not of this repository. */
function isAsWritten(path: string): boolean {
  return /\.(?:conf|cfg|ya?ml|json|toml|template|tmpl|vcl|sh|html)$/.test(path) || /(?:^|\/)(?:node_modules|site-packages|\.?venv|wheels|\.local|\.m2)\/?$|^\/(?:usr|root|opt\/venv|lib|etc|bin)(?:\/|$)/.test(path);
}
