import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Failure } from '../../questions/failure.js';
import type { WhyReport, WhyReporter } from '../../reporters/why-report.js';
import type { Command } from './command.js';
import { choice, UsageError } from './options.js';
import { surveyed } from './surveyed.js';
import { lookOf, type Terminal } from './terminal.js';
import { writeReport } from './write.js';

const FORMATS = {
  text: () => import('../../reporters/why-text.js'),
  json: () => import('../../reporters/why-json.js'),
} as const satisfies Readonly<Record<string, () => Promise<{ readonly format: WhyReporter }>>>;

/** Larger recordings would not fit into one text. */
const MOST_BYTES = 400 * 1024 * 1024;

export default {
  usage: '[options] <- | message | file.har> [paths...]',
  help: 'Why was a request blocked? Takes what Chrome, Firefox or Safari printed in its console (- reads it from standard input) or a recording of the network (HAR), and tells the layers and lines that make the request fail, and what would let it through.',
  flags: {
    format: { type: 'string', short: 'f', value: 'name', help: 'text (default) or json' },
    origin: { type: 'string', value: 'origin', help: 'origin of the page, where the message does not name it' },
  },

  async run(flags, words, terminal) {
    const wanted = choice('format', typeof flags['format'] === 'string' ? flags['format'] : 'text', Object.keys(FORMATS) as readonly (keyof typeof FORMATS)[]);
    const page = flags['origin'];
    if (typeof page === 'string' && page !== 'null' && (!URL.canParse(page) || new URL(page).origin !== page)) throw new UsageError(`--origin: expected an origin such as https://app.example.com, found ${JSON.stringify(page)}`);
    const [given, ...paths] = words;
    if (given === undefined) throw new UsageError('expected a message of the console, - for standard input, or a recording (file.har)');
    const { failures, ...about } = await failuresIn(given, terminal);
    const { survey, environment, trustedOrigins, pathOf, sourceOf } = await surveyed(flags, paths, terminal);
    const [{ asHappened, why }, { mendingOf }, { format }] = await Promise.all([import('../../questions/why.js'), import('../../questions/mend.js'), FORMATS[wanted]()]);
    const known = { environment, origins: [...(typeof page === 'string' ? [page] : []), ...trustedOrigins] };
    const answers = failures.map((failure) => {
      const told = why(survey, failure, known);
      const happened = told.outcome === 'explained' ? asHappened(told) : undefined;
      return { why: told, mending: happened === undefined ? null : mendingOf(survey, happened, environment) };
    });
    const report: WhyReport = { ...about, answers, pathOf, sourceOf };
    const file = flags['output-file'];
    const text = format(report, file === undefined ? lookOf(flags, terminal, 'stdout') : { colors: false, hyperlinks: false, columns: undefined });
    if (file === undefined) terminal.stdout.write(text);
    else writeReport(resolve(terminal.cwd, file), text);
    const { isAnswered } = await import('../../reporters/why-report.js');
    return isAnswered(report) ? 0 : 1;
  },
} satisfies Command;

interface Given extends Pick<WhyReport, 'recording' | 'more'> {
  readonly failures: readonly Failure[];
}

/** @throws {UsageError} for what is neither a message nor a recording */
async function failuresIn(given: string, terminal: Terminal): Promise<Given> {
  const file = resolve(terminal.cwd, given);
  const named = given !== '-' && given.length < 4096 && !given.includes('\n') && existsSync(file) && statSync(file).isFile();
  if (!named && /\.har$/i.test(given)) throw new UsageError(`${given}: there is no such file`);
  if (named && statSync(file).size > MOST_BYTES) throw new UsageError(`${given}: the file is too large (more than ${MOST_BYTES / 1024 / 1024} MB)`);
  const text = named ? readFileSync(file, 'utf8') : given === '-' ? new TextDecoder().decode(terminal.readStdin()) : given;
  return /^[\s\ufeff]*[[{]/.test(text) && (named || given === '-') && !/^[\s\ufeff]*\[(?:Error|Warning|CORS|blocked)\]/i.test(text) ? recorded(text, given === '-' ? 'standard input' : given) : pasted(text);
}

async function recorded(text: string, file: string): Promise<Given> {
  const { readHar } = await import('../../questions/har.js');
  const read = await readHar(text);
  if ('problem' in read) throw new UsageError(`${file}${read.line === undefined ? '' : `:${read.line}:${read.column}`}: ${read.problem}`);
  const { failures, more, ...recording } = read;
  return { failures, recording: { file, ...recording }, ...(more === 0 ? {} : { more }) };
}

async function pasted(text: string): Promise<Given> {
  const { consoleMessages } = await import('../../questions/console/messages.js');
  const { messages, cut } = consoleMessages(text);
  if (messages.length === 0) throw new UsageError('no message of a browser that is known stands in the text: those of Chrome, Firefox and Safari are read, in English; a file that is meant has to be there');
  return { failures: messages, recording: null, ...(cut ? { more: null } : {}) };
}
