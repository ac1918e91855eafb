import { DockerfileParser, ModifiableInstruction, PropertyInstruction, type Instruction as Parsed } from 'dockerfile-ast';
import type { Files } from '../../text/files.js';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import type { Parsed as ParsedFile, Problem } from '../language.js';
import type { Dockerfile, Instruction, Word } from './tree.js';

/** Past this many UTF-16 units a file is not read: the parser takes seconds, and no Dockerfile that people write is so long. */
const MAX_LENGTH = 100_000;

/** Parses a file; what BuildKit refuses before it runs anything is one problem, at the first place. */
export function parseDockerfile(source: SourceText, files: Files): ParsedFile<Dockerfile> {
  const { file, text } = source;
  const start = { file, start: 0, end: 0 };
  if (text.length > MAX_LENGTH) return { unit: undefined, problems: [{ at: start, message: `The file is too long to be read (over ${MAX_LENGTH} characters).` }] };
  try {
    // The parser reads a byte order mark as a part of the first word.
    const instructions = DockerfileParser.parse(text.replace(/^\uFEFF/, ' ')).getInstructions().map((instruction) => new Reading(source, instruction).instruction());
    const problem = problemIn(instructions, start);
    return { unit: { file, source, files, instructions }, problems: problem === undefined ? [] : [problem] };
  } catch {
    return { unit: undefined, problems: [{ at: start, message: 'This cannot be read as a Dockerfile.' }] };
  }
}

const KEYWORDS: ReadonlySet<string> = new Set(['ADD', 'ARG', 'CMD', 'COPY', 'ENTRYPOINT', 'ENV', 'EXPOSE', 'FROM', 'HEALTHCHECK', 'LABEL', 'MAINTAINER', 'ONBUILD', 'RUN', 'SHELL', 'STOPSIGNAL', 'USER', 'VOLUME', 'WORKDIR']);

function problemIn(instructions: readonly Instruction[], start: Span): Problem | undefined {
  const strange = instructions.find(({ keyword }) => !KEYWORDS.has(keyword));
  if (strange !== undefined) return { at: strange.at, message: `There is no instruction \`${strange.keyword}\`.` };
  const first = instructions.find(({ keyword }) => keyword !== 'ARG');
  if (first === undefined) return { at: start, message: 'A Dockerfile needs a `FROM`.' };
  if (first.keyword !== 'FROM') return { at: first.at, message: 'The first instruction must be `FROM`, or `ARG`.' };
  const empty = instructions.find(({ line }) => line === '');
  return empty === undefined ? undefined : { at: empty.at, message: `\`${empty.keyword}\` needs an argument.` };
}

/** Lines and columns, both from 0. */
type Range = ReturnType<Parsed['getRange']>;

class Reading {
  constructor(
    private readonly source: SourceText,
    private readonly parsed: Parsed,
  ) {}

  instruction(): Instruction {
    const { parsed } = this;
    const all = parsed.getArguments();
    // What a heredoc holds is no word.
    const heredoc = all.find((word) => /^<<-?["']?\w/.test(word.getValue()))?.getRange().start.line;
    const words: readonly Word[] = all.filter((word) => heredoc === undefined || word.getRange().start.line <= heredoc).map((word) => ({ text: word.getValue(), at: this.#span(word.getRange()) }));
    const at = this.#span(parsed.getRange());
    const [first, last] = [words[0], words.at(-1)];
    const line = first === undefined || last === undefined ? '' : joined(this.source.text.slice(first.at.start, last.at.end));
    const list = listIn(line);
    const flags = parsed instanceof ModifiableInstruction ? parsed.getFlags().map((flag) => [flag.getName(), flag.getValue() ?? ''] as const) : [];
    return {
      keyword: parsed.getKeyword(),
      flags: new Map(flags),
      words: list === undefined ? words : list.map((text) => ({ text, at })),
      pairs: parsed instanceof PropertyInstruction ? parsed.getProperties().map((pair) => ({ name: pair.getName(), value: pair.getValue() })) : [],
      isList: list !== undefined,
      line,
      at,
    };
  }

  #span({ start, end }: Range): Span {
    const offset = ({ line, character }: Range['start']): number => Math.min(this.source.lineStart(line + 1) + character, this.source.text.length);
    return { file: this.source.file, start: offset(start), end: offset(end) };
  }
}

/** One line of an instruction that goes on over several, with the comments between them taken out. */
function joined(text: string): string {
  return text.replace(/[\\`][ \t]*\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*/g, ' ').replace(/^[ \t]*#[^\n]*$/gm, '').trim();
}

function listIn(line: string): readonly string[] | undefined {
  if (!line.startsWith('[')) return undefined;
  try {
    const list: unknown = JSON.parse(line);
    return Array.isArray(list) && list.every((item): item is string => typeof item === 'string') ? list : undefined;
  } catch {
    return undefined;
  }
}
