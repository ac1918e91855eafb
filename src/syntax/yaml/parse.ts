import type { Document } from 'yaml';
import { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import type { Parsed, Problem } from '../language.js';
import { documentsIn, Excess, piecesOf, type Piece } from './compose.js';
import { Converter, inQuotes } from './convert.js';
import { parseJson } from './json.js';
import { maskTemplates, type Masked } from './templates.js';
import type { YamlDocument, YamlFile, YamlNode } from './tree.js';

/** Past so many UTF-16 units a document is not read: it takes seconds, and no configuration that people write is so long. */
const MAX_LENGTH = 2_000_000;
const MAX_TEMPLATES = 20_000;

/** Documents that say nothing of this are parsed when a reader asks for them, and their mistakes are nobody's concern here. */
const CONCERNS = /cors|access-?control|origin/i;

/** Objects of Kubernetes that route no request: without a word of CORS they have no part in it. */
const WORKLOAD = /^kind:[ \t]*["']?(?:Deployment|StatefulSet|DaemonSet|ReplicaSet|Job|CronJob|Pod|ConfigMap|Secret|ServiceAccount|(?:Cluster)?Role(?:Binding)?|PersistentVolume(?:Claim)?|StorageClass|Namespace|NetworkPolicy|HorizontalPodAutoscaler|PodDisruptionBudget|LimitRange|ResourceQuota|PriorityClass|(?:Service|Pod)Monitor|PrometheusRule|Certificate|(?:Cluster)?Issuer|(?:External|Sealed)Secret)["']?[ \t]*$/m;

/** Those of them that tell what runs. */
const RUNS = /^kind:[ \t]*["']?(?:Deployment|StatefulSet|DaemonSet|ReplicaSet|Pod|ConfigMap)["']?[ \t]*$/m;

/** A schema that describes objects: whatever it says of CORS configures nothing, and it may be a megabyte long. */
const SCHEMA = /^kind:[ \t]*["']?CustomResourceDefinition["']?[ \t]*\r?$/m;

/**
 * Parses every document of a file. Templates are masked first. A document that its product's own parser refuses is
 * left out, with one problem; a bare `*` spoils its own value only.
 */
export function parseYaml(source: SourceText): Parsed<YamlFile> {
  const { file, text } = source;
  const masked = maskTemplates(file, text);
  if (masked.templates.length > MAX_TEMPLATES) return { unit: undefined, problems: [{ at: { file, start: 0, end: 0 }, message: 'The file has too many templates to be read.' }] };
  const parts: Pick<YamlFile, 'file' | 'source' | 'masked' | 'templates' | 'branches'> = { file, source, masked: masked.text, templates: masked.templates, branches: masked.branches };
  if (/\.jsonc?$/i.test(file)) {
    const { root, problems, beyond } = parseJson(file, masked);
    return { unit: { ...parts, spelling: 'json', documents: [{ root, at: { file, start: 0, end: text.length } }], ...(beyond === undefined ? {} : { beyondJson: beyond }) }, problems };
  }
  const reading = new Reading(file, masked);
  const documents = piecesOf(masked.text).flatMap((piece) => reading.documents(piece));
  return { unit: { ...parts, spelling: /\.jsonc?\.\w+$/i.test(file) ? 'json' : 'yaml', documents }, problems: reading.problems };
}

/** The part of a literal block scalar read as a file of its own: offsets are those of the outer file. */
export function embedded(outer: YamlFile, node: YamlNode): YamlFile | undefined {
  if (node.kind !== 'scalar' || node.style !== 'literal') return undefined;
  const { text } = outer.source;
  const from = text.indexOf('\n', node.at.start) + 1;
  if (from === 0 || from >= node.at.end) return undefined;
  const blank = (part: string): string => part.replace(/[^\r\n]/g, ' ');
  const { unit } = parseYaml(new SourceText(outer.file, blank(text.slice(0, from)) + text.slice(from, node.at.end) + blank(text.slice(node.at.end))));
  return unit === undefined || outer.chart === undefined ? unit : { ...unit, chart: outer.chart };
}

class Reading {
  readonly problems: Problem[] = [];

  constructor(
    private readonly file: string,
    private readonly masked: Masked,
  ) {}

  documents({ start, end }: Piece): readonly YamlDocument[] {
    const text = this.masked.text.slice(start, end);
    const at = (from: number, to: number): Span => ({ file: this.file, start: Math.min(start + from, end), end: Math.min(start + Math.max(from, to), end) });
    const whole = at(0, text.length);
    if (SCHEMA.test(text)) return [{ root: undefined, at: whole }];
    if (text.length > MAX_LENGTH) {
      this.problems.push({ at: at(0, 0), message: 'The file is too long to be read (over two million characters).' });
      return [];
    }
    const amongOthers = start > 0 || end < this.masked.text.length;
    if (!amongOthers || CONCERNS.test(text)) return this.#parsed(text, at, this.problems);
    const parse = (): YamlNode | undefined => this.#parsed(text, at, [])[0]?.root;
    if (RUNS.test(text)) return [new Workload(whole, parse)];
    return WORKLOAD.test(text) ? [{ root: undefined, at: whole }] : [new Deferred(whole, parse)];
  }

  #parsed(text: string, at: (start: number, end: number) => Span, problems: Problem[]): readonly YamlDocument[] {
    const documents: YamlDocument[] = [];
    // The parser makes an error of every mistake, and only the first is told: their stacks are most of the time that a broken text takes.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      for (const document of documentsIn(text)) {
        const converter = new Converter(at, this.masked.templates);
        const [first, , last] = document.range;
        const { broken, stars } = problemsOf(document, at, text, this.masked.templates.length > 0);
        for (const problem of stars) problems.push(problem);
        if (broken !== undefined) problems.push(broken);
        const root = broken !== undefined || document.contents === null ? undefined : converter.convert(document.contents, 0);
        documents.push({ root: isNothing(root) ? undefined : root, at: at(first, last) });
        if (broken === undefined) for (const problem of converter.problems) problems.push(problem);
      }
    } catch (error) {
      const message = error instanceof RangeError ? 'The file is nested too deeply to be read.' : error instanceof Error ? error.message : String(error);
      problems.push({ at: at(0, 0), message: error instanceof RangeError || error instanceof Excess ? message : `The file could not be read: ${message}` });
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
    return documents;
  }
}

/** A document that is parsed when it is asked for. */
class Deferred implements YamlDocument {
  #root: { readonly node: YamlNode | undefined } | undefined;

  constructor(
    readonly at: Span,
    private readonly parse: () => YamlNode | undefined,
  ) {}

  get root(): YamlNode | undefined {
    return (this.#root ??= { node: this.parse() }).node;
  }
}

/** One without a part in CORS, parsed when it is asked what runs. */
class Workload implements YamlDocument {
  readonly root = undefined;
  readonly #deferred: Deferred;

  constructor(
    readonly at: Span,
    parse: () => YamlNode | undefined,
  ) {
    this.#deferred = new Deferred(at, parse);
  }

  get workload(): YamlNode | undefined {
    return this.#deferred.root;
  }
}

function isNothing(node: YamlNode | undefined): boolean {
  return node === undefined || (node.kind === 'scalar' && node.value === null && node.at.start === node.at.end);
}

function problemsOf(document: Document.Parsed, at: (start: number, end: number) => Span, masked: string, templated: boolean): { broken: Problem | undefined; stars: readonly Problem[] } {
  const stars: Problem[] = [];
  for (const error of document.errors) {
    const [start, end] = error.pos;
    if (error.code === 'BAD_ALIAS' && /^\*(?:[\s,\]}]|$)/.test(masked.slice(start, start + 2))) {
      const star = at(start, start + 1);
      stars.push({ at: star, message: 'A bare `*` begins an alias in YAML: quote the asterisk ("*").', mend: inQuotes(star, '*') });
      continue;
    }
    if (/call stack/.test(error.message)) return { broken: { at: at(start, end), message: 'The file is nested too deeply to be read.' }, stars };
    const hint = templated ? ' Templates are read where they stand for a value or alone on a line.' : '';
    return { broken: { at: at(start, end), message: `${error.message.replace(/\.?$/, '.')}${hint}` }, stars };
  }
  return { broken: undefined, stars };
}
