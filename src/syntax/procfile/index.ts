/** `Procfile` of Heroku, Foreman and their kin: on each line a kind of process and its command. */
import type { Files } from '../../text/files.js';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import type { Language } from '../language.js';

export interface Procfile {
  readonly file: string;
  readonly files: Files;
  readonly processes: readonly Process[];
}

export interface Process {
  readonly name: string;
  readonly command: string;
  /** The line, without the blanks around it. */
  readonly at: Span;
}

/** Past this many UTF-16 units a file is no Procfile. */
const MAX_LENGTH = 100_000;

/** Foreman's own pattern of a line; what does not fit it means nothing, comments among that. */
const LINE = /^([A-Za-z0-9_-]+):[ \t]*(\S.*?)[ \t\r]*$/gm;

function processesIn({ file, text }: SourceText): readonly Process[] {
  // A byte order mark hides nothing: offsets count it.
  const mark = text.startsWith('\uFEFF') ? 1 : 0;
  return Array.from(text.slice(mark).matchAll(LINE), ({ 0: line, 1: name = '', 2: command = '', index }) => {
    const start = mark + index;
    return { name, command, at: { file, start, end: start + line.trimEnd().length } };
  });
}

const language: Language<Procfile> = {
  title: 'Procfile',
  paths: /(?:^|\/)Procfile(?:\.[\w-]+)?$/,
  load: () => Promise.resolve(),
  parse(source, files) {
    const { file, text } = source;
    if (text.length > MAX_LENGTH) return { unit: undefined, problems: [{ at: { file, start: 0, end: 0 }, message: `The file is too long to be read (over ${MAX_LENGTH} characters).` }] };
    return { unit: { file, files, processes: processesIn(source) }, problems: [] };
  },
};

export default language;
