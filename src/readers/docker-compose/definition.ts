import { expanded, type Setting, type Settings } from '../../middleware/commands/shell.js';
import { itemsOf, keyOf, nodeAt, pairsOf, resolve, type YamlInProject, type YamlNode, type YamlPair } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';

/** What one file says of a service. */
export interface Part {
  readonly node: YamlNode;
  readonly file: YamlInProject;
  /** Folder that its relative paths start from; undefined: it leaves the root of the run. */
  readonly folder: string | undefined;
}

/** A node of a part. */
export interface Written {
  readonly node: YamlNode;
  readonly part: Part;
}

/**
 * A service as the files of a project make it together. By the merge rules of the Compose specification: later values
 * replace, maps and lists are added to, commands are replaced, `!reset` takes away what stood before, and `!override`
 * replaces it.
 */
export class Definition {
  constructor(
    readonly name: string,
    readonly at: Span,
    /** In the order in which they are merged. */
    readonly parts: readonly Part[],
    private readonly settings: Settings,
  ) {}

  /** What all parts write at a path, in order. */
  all(...path: readonly string[]): readonly Written[] {
    const written: Written[] = [];
    for (const part of this.parts) {
      const node = nodeAt(part.node, ...path);
      if (node === undefined) continue;
      const tag = resolve(node)?.tag;
      if (tag === '!reset' || tag === '!override') written.length = 0;
      if (tag !== '!reset') written.push({ node, part });
    }
    return written;
  }

  /** What counts where a later part replaces an earlier one. */
  last(...path: readonly string[]): Written | undefined {
    return this.all(...path).at(-1);
  }

  text(...path: readonly string[]): string | undefined {
    return this.filled(this.last(...path)?.node)?.value;
  }

  /** Items of a list, or the one text that stands for it. */
  items(...path: readonly string[]): readonly Written[] {
    return this.all(...path).flatMap(({ node, part }) => (itemsOf(node) ?? (resolve(node)?.kind === 'scalar' ? [node] : [])).map((item) => ({ node: item, part })));
  }

  /** A map, or a list of `name=value`: each name once, as the last part has it. The value is undefined where it is not known. */
  entries(...path: readonly string[]): ReadonlyMap<string, { readonly value: Setting | undefined; readonly at: Span }> {
    const entries = new Map<string, { readonly value: Setting | undefined; readonly at: Span }>();
    for (const { node } of this.all(...path)) {
      for (const item of itemsOf(node) ?? []) {
        const text = rawText(item);
        const [, name, value] = /^([^=]+)=([^]*)$/.exec(text ?? '') ?? [];
        if (name !== undefined && value !== undefined) entries.set(name.trim(), { value: filled(value, this.settings), at: item.at });
      }
      for (const pair of pairsOf(node)) {
        const name = keyOf(pair);
        if (name !== undefined) entries.set(name, { value: this.filled(pair.value), at: pair.at });
      }
    }
    return entries;
  }

  /** The text of a scalar with its variables filled in; undefined where one is open, and for what is no scalar. */
  filled(node: YamlNode | undefined): Setting | undefined {
    const text = rawText(node);
    return text === undefined ? undefined : filled(text, this.settings);
  }

  /** The same for a piece of a text. */
  fill(text: string): Setting | undefined {
    return filled(text, this.settings);
  }
}

/** The text of a scalar, numbers and booleans as written; undefined where a template writes it. */
export function rawText(node: YamlNode | undefined): string | undefined {
  const scalar = resolve(node);
  return scalar?.kind === 'scalar' && !scalar.templated && scalar.value !== null ? String(scalar.value) : undefined;
}

/** Variables by Compose's rules: `$$` is a dollar sign. */
function filled(text: string, settings: Settings): Setting | undefined {
  const pieces = text.split('$$').map((piece) => (piece.includes('$') ? expanded(piece, settings) : { value: piece, byDefault: false }));
  if (!pieces.every((piece) => piece !== undefined)) return undefined;
  return { value: pieces.map(({ value }) => value).join('$'), byDefault: pieces.some(({ byDefault }) => byDefault) };
}

export function pairNamed(node: YamlNode | undefined, name: string): YamlPair | undefined {
  return pairsOf(node).findLast((pair) => keyOf(pair) === name);
}
