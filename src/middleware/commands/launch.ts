/**
 * What a command line starts: for the readers of everything that holds commands (Compose, Dockerfile, Procfile, scripts
 * of packages, containers of Kubernetes).
 */
import { joined, assignments, commandsIn, type Settings, type ShellCommand } from './shell.js';
import { argumentsIn, portIn } from './arguments.js';
import type { Target } from './program.js';
import { programs } from './programs.js';

/** What one command starts. */
export interface Launch {
  readonly targets: readonly Target[];
  /** Ports that it is told to listen on. */
  readonly ports: readonly ToldPort[];
}

export interface ToldPort {
  readonly port: number;
  /** It is the default of a variable or of the program: what is set where it runs may say another. */
  readonly byDefault: boolean;
}

/** Commands within commands: `sh -c "concurrently 'npm start'"`. */
const MAX_DEPTH = 8;

/** What the commands of a line for a shell start, in order; those that start nothing of a repository are left out. */
export function launchesIn(line: string, settings: Settings = new Map()): readonly Launch[] {
  return commandsIn(line, settings).flatMap((command) => launchesOf(command, 0));
}

/** The same for words that no shell reads: `CMD ["node", "server.js"]`. */
export function launchesOfWords(words: readonly string[], settings: Settings = new Map()): readonly Launch[] {
  return launchesOf({ words, settings, folder: '' }, 0);
}

function launchesOf(command: ShellCommand, depth: number): readonly Launch[] {
  if (depth > MAX_DEPTH) return [];
  const { rest, assigned } = assignments(command.words, command.settings);
  const [first, ...words] = rest;
  if (first === undefined) return [];
  const name = first.slice(first.lastIndexOf('/') + 1).replace(/\.(?:exe|cmd)$/i, '');
  const inner = (line: string): readonly Launch[] => commandsIn(line, assigned).flatMap((one) => launchesOf({ ...one, folder: within(command.folder, one.folder) }, depth + 1));
  const run = (others: readonly string[]): readonly Launch[] => launchesOf({ ...command, words: others, settings: assigned }, depth + 1);

  const lines = linesIn(name, words);
  if (lines !== undefined) return lines.flatMap(inner);
  const wrapped = wrappedIn(name, words);
  if (wrapped !== undefined) return run(wrapped);
  const program = programs.find(({ names }) => names.test(name));
  const started = program?.start(words, name, assigned);
  if (program === undefined || started === undefined) return [];
  const isDefault = (text: string): boolean => [...(command.byDefault ?? [])].some((word) => word.endsWith(text));
  const told = (started.told ?? []).flatMap((text): readonly ToldPort[] => {
    const port = portIn(text);
    return text === undefined || port === undefined ? [] : [{ port, byDefault: isDefault(text) }];
  });
  const set = program.honours === undefined ? undefined : assigned.get(program.honours);
  const port = set === undefined ? undefined : portIn(set.value);
  const isTold = (started.told ?? []).some((text) => text !== undefined);
  const ports = isTold ? told : port !== undefined ? [{ port, byDefault: set!.byDefault }] : started.otherwise === undefined ? [] : [{ port: started.otherwise, byDefault: true }];
  return [{ targets: started.targets.flatMap((target) => placed(target, command.folder)), ports }];
}

function within(folder: string | undefined, inner: string | undefined): string | undefined {
  return folder === undefined || inner === undefined ? undefined : inner === '' ? folder : joined(folder, inner);
}

/** A target of a command that is run in a folder; nothing is known of it where that folder is not. */
function placed(target: Target, folder: string | undefined): readonly Target[] {
  if (target.of === 'file' || target.of === 'folder') {
    if (target.path.includes('$')) return [];
    return target.path.startsWith('/') ? [target] : folder === undefined ? [] : [{ ...target, path: joined(folder, target.path) }];
  }
  return folder === undefined || target.name.includes('$') ? [] : [{ ...target, folder: joined(folder, target.folder) }];
}

/** Lines for a shell among the words of what runs them; undefined for another program. */
function linesIn(name: string, words: readonly string[]): readonly string[] | undefined {
  if (/^(?:ba|da|a|z)?sh$/.test(name)) {
    const at = words.findIndex((word) => /^-[a-z]*c$/.test(word));
    return at === -1 ? undefined : words.slice(at + 1, at + 2);
  }
  if (name === 'concurrently') {
    const { positional } = argumentsIn(words, ['-n', '--names', '-c', '--prefix-colors', '-p', '--prefix', '-s', '--success', '-m', '--max-processes', '-l', '--prefix-length']);
    return positional.map((line) => line.replace(/^(npm|yarn|pnpm|bun):(?!.*\*)/, '$1 run '));
  }
  if (/^(?:npm-run-all2?|run-[ps])$/.test(name)) return argumentsIn(words, []).positional.filter((script) => !script.includes('*')).map((script) => `npm run ${script}`);
  if (name === 'nodemon' || name === 'dotenv' || name === 'watchexec') {
    const { option } = argumentsIn(words, ['--exec', '-x']);
    const line = name === 'nodemon' ? option('--exec', '-x') : undefined;
    // `--exec ts-node server.ts`: the script stands behind, as a word of its own.
    if (line !== undefined && line !== '') return [line.includes(' ') ? line : [line, ...argumentsIn(words, NODEMON_VALUED).positional].join(' ')];
  }
  return undefined;
}

const NODEMON_VALUED = ['--exec', '-x', '--watch', '-w', '--ext', '-e', '--ignore', '-i', '--delay', '-d', '--signal', '-s'];

/** Programs that run the command that stands behind their own words: how many of these, or what ends them. */
const WRAPPERS: readonly { readonly names: RegExp; readonly valued?: readonly string[]; readonly first?: RegExp; readonly skip?: number; readonly until?: '--' }[] = [
  { names: /^(?:exec|nice|nohup|time|command|setsid|stdbuf|tini|dumb-init|catatonit|sudo|env|cross-env|cross-env-shell|dotenv|wait|bunx|pnpx|npx|ddtrace-run|ddtrace|opentelemetry-instrument|docker-entrypoint\.sh|docker-php-entrypoint|entrypoint\.sh|docker-entrypoint|entrypoint)$/, valued: ['-e', '-f', '-c', '-p', '-n', '-u', '-g', '--package'] },
  { names: /^(?:gosu|su-exec|setpriv|chpst)$/, skip: 1 },
  { names: /^(?:poetry|pipenv|uv|pdm|rye|hatch|dotenvx|doppler|infisical|op)$/, first: /^run$/, valued: ['--with', '--python', '-p', '--extra', '--group', '-f', '--project', '-c', '--env-file'] },
  { names: /^bundle$/, first: /^exec$/ },
  { names: /^newrelic-admin$/, first: /^run-program$/ },
  { names: /^(?:npm|pnpm|yarn|bun)$/, first: /^(?:exec|x|dlx)$/ },
  { names: /^(?:wait-for-it|wait-for|wait4ports|dockerize|env-cmd|start-server-and-test|wait-on)(?:\.sh)?$/, until: '--' },
];

/** The words of the command that a wrapper runs; undefined where this is none. */
function wrappedIn(name: string, words: readonly string[]): readonly string[] | undefined {
  for (const { names, valued = [], first, skip = 0, until } of WRAPPERS) {
    if (!names.test(name)) continue;
    if (until !== undefined) {
      const at = words.indexOf(until);
      if (at !== -1) return words.slice(at + 1);
      // `dockerize -wait tcp://db:5432 node server.js`
      return name.startsWith('dockerize') ? afterOptions(words, ['-wait', '-timeout', '-template', '-stdout', '-stderr', '-wait-retry-interval']) : name === 'env-cmd' ? afterOptions(words, ['-f', '-e', '-r']) : undefined;
    }
    if (first !== undefined) return first.test(words[0] ?? '') ? afterOptions(words.slice(1), valued) : undefined;
    return afterOptions(words, valued).slice(skip);
  }
  return undefined;
}

function afterOptions(words: readonly string[], valued: readonly string[]): readonly string[] {
  let index = 0;
  while (index < words.length && words[index]!.startsWith('-')) {
    if (words[index] === '--') return words.slice(index + 1);
    index += valued.includes(words[index]!) ? 2 : 1;
  }
  return words.slice(index);
}
