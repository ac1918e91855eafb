import { wrapped } from '../../reporters/columns.js';
import { SHARED, type Command } from './command.js';
import { FLAG_GROUPS, type Flag } from './options.js';

/** Columns of a terminal that everybody has. */
const WIDTH = 80;
/** Where the words of a flag begin. */
const COLUMN = 32;

const EXIT_CODES = [
  ['0', 'nothing that makes the run fail'],
  ['1', 'findings that do, or a file that would change'],
  ['2', 'usage or configuration, or a file fails'],
  ['130', 'interrupted'],
] as const;

const EXAMPLES = [
  ['cors-lint', 'lint everything below this folder'],
  ['cors-lint --diff src deploy', 'show what --fix would change there'],
] as const;

/** `--help`: 80 columns at most. */
export function helpText(): string {
  const groups = Object.entries<Readonly<Record<string, Flag>>>(FLAG_GROUPS).flatMap(([title, flags]) => ['', `${title}:`, ...Object.entries(flags).flatMap(([name, flag]) => flagLines(name, flag))]);
  return [
    'cors-lint [options] [paths...]',
    '',
    'Reads what code and gateway configuration say about CORS, and proves what is',
    'wrong with it. Without paths: the working directory.',
    ...groups,
    '',
    'Examples:',
    ...EXAMPLES.map((row) => inColumns(row)),
    '',
    'Exit codes:',
    ...EXIT_CODES.map((row) => inColumns(row)),
    '',
  ].join('\n');
}

/** `--help` of a command: its usage, what it does, its flags. */
export function commandHelp(name: string, { usage, help, flags }: Command): string {
  const lines = Object.entries<Flag>({ ...flags, ...SHARED }).flatMap(([flag, about]) => flagLines(flag, about));
  return [`cors-lint ${name} ${usage}`, '', ...wrapped(help, WIDTH), '', 'Options:', ...lines, ''].join('\n');
}

function flagLines(name: string, { short, value, help }: Flag): readonly string[] {
  const written = `  ${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` <${value}>`}`;
  const [first = '', ...rest] = wrapped(help, WIDTH - COLUMN).map((line) => ' '.repeat(COLUMN) + line);
  return written.length < COLUMN - 1 ? [written + first.slice(written.length), ...rest] : [written, first, ...rest];
}

function inColumns([name, meaning]: readonly [string, string]): string {
  return `  ${name}`.padEnd(COLUMN) + meaning;
}
