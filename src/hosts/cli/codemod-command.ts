import { dirname, resolve } from 'node:path';
import type { Choices, Codemod, Origins } from '../../codemods/codemod.js';
import { CODEMODS, type CodemodEntry } from '../../codemods/registry.js';
import type { Outcome } from '../../codemods/run.js';
import { isSerializableOrigin } from '../../origins/serialization.js';
import type { CodemodReporter } from '../../reporters/codemod-report.js';
import { wrapped } from '../../reporters/columns.js';
import { visible } from '../../reporters/visible.js';
import { counted } from '../../reporters/words.js';
import { didYouMean } from '../../text/nearest.js';
import { existingAbove, toDisk, type Root } from '../root.js';
import { CommittedTrees } from './committed-trees.js';
import type { Command } from './command.js';
import { choice, UsageError } from './options.js';
import { rewritable, type Rewritable } from './surveyed.js';
import type { Terminal } from './terminal.js';
import { replaceAll, uninterrupted, writeReport } from './write.js';

const FORMATS = {
  text: () => import('../../reporters/codemod-text.js'),
  json: () => import('../../reporters/codemod-json.js'),
} as const satisfies Readonly<Record<string, () => Promise<{ readonly format: CodemodReporter }>>>;

export default {
  usage: '<name> [options] [paths...]',
  help: 'Rewrites CORS set-ups: prints what would change as a diff, or writes it with --write. What browsers decide is compared before and after; where something else would come out than was said, nothing is changed. --list names the code-mods.',
  flags: {
    list: { type: 'boolean', help: 'list the code-mods' },
    write: { type: 'boolean', help: 'write the files: all of them, or none' },
    'dry-run': { type: 'boolean', help: 'print a unified diff and write nothing (default)' },
    interactive: { type: 'boolean', short: 'i', help: 'ask on the terminal for what only a person can choose, policy by policy' },
    origins: { type: 'string', multiple: true, value: 'list', help: 'origins to let in, separated by commas; repeatable' },
    'origins-from-env': { type: 'string', value: 'name', help: 'read the list of origins from this environment variable' },
    keep: { type: 'string', value: 'layer', help: 'the layer that goes on sending CORS headers: its name, its product or one of its files' },
    force: { type: 'boolean', help: 'write though there are changes that are not committed' },
    format: { type: 'string', short: 'f', value: 'name', help: 'text (default): the diff, and on standard error what it does; or json' },
  },

  async run(flags, [name, ...words], terminal) {
    if (flags['list'] === true) {
      terminal.stdout.write(listText());
      return 0;
    }
    const format = choice('format', typeof flags['format'] === 'string' ? flags['format'] : 'text', Object.keys(FORMATS) as readonly (keyof typeof FORMATS)[]);
    const entry = entryNamed(name);
    const write = flags['write'] === true;
    if (write && flags['dry-run'] === true) throw new UsageError('--write and --dry-run exclude each other');
    const { choices, isAsked } = watched(choicesOf(flags, entry));
    if (flags['interactive'] === true && terminal.ask === undefined) throw new UsageError('--interactive needs a terminal to ask on; say what is to be chosen with --origins, --origins-from-env or --keep');
    const rewriting = await rewritable(flags, words, terminal, () => Promise.all([entry.load(), loadRun()]));
    const trees = write && flags['force'] !== true ? new CommittedTrees() : undefined;
    for (const path of [terminal.cwd, ...words.map((word) => resolve(terminal.cwd, word))]) trees?.check(existingAbove(path));
    warnOfProblems(rewriting, terminal);
    const { default: codemod } = await entry.load();
    const outcome = await outcomeOf(codemod, rewriting, choices, flags['interactive'] === true ? terminal : undefined);
    for (const path of outcome.texts.keys()) trees?.check(existingAbove(dirname(toDisk(rewriting.root, path))));
    const report = { outcome, name: name!, written: write, diff: await diffOf(outcome), pathOf: rewriting.pathOf };
    if (write) await writeAll(outcome, rewriting.root);
    const answer = format === 'json' ? (await FORMATS.json()).format(report) : write && flags['output-file'] === undefined ? '' : report.diff;
    if (flags['output-file'] !== undefined) writeReport(resolve(terminal.cwd, flags['output-file']), answer);
    else terminal.stdout.write(answer);
    if (format === 'text') terminal.stderr.write((await FORMATS.text()).format(report));
    if ((flags['origins'] ?? flags['origins-from-env']) !== undefined && !isAsked()) terminal.stderr.write(`cors-lint: nothing here asks ${name} for origins\n`);
    return outcome.refused.length > 0 ? 1 : 0;
  },
} satisfies Command;

/** The code-mods under their headings. */
function listText(): string {
  const groups = [...new Set(Object.values(CODEMODS).map(({ group }) => group))];
  return groups.map((group) => {
    const rows = Object.entries(CODEMODS).filter(([, entry]) => entry.group === group);
    return `${group}:\n${rows.map(([name, { help }]) => `  ${name}\n${wrapped(help, 74).map((line) => `      ${line}\n`).join('')}`).join('')}`;
  }).join('\n');
}

function entryNamed(name: string | undefined): CodemodEntry {
  if (name === undefined) throw new UsageError('say which code-mod: cors-lint codemod <name>; --list names them');
  const entry = Object.hasOwn(CODEMODS, name) ? CODEMODS[name] : undefined;
  if (entry === undefined) throw new UsageError(`no code-mod is called ${JSON.stringify(name)}${didYouMean(name, Object.keys(CODEMODS))}`);
  return entry;
}

/** What the flags choose for every policy. */
function choicesOf(flags: Readonly<Record<string, unknown>>, { needs }: CodemodEntry): Choices {
  const listed = Array.isArray(flags['origins']) ? flags['origins'].flatMap((text) => originsIn('--origins', String(text))) : [];
  const env = flags['origins-from-env'];
  if (typeof env === 'string' && !/^[A-Za-z_]\w*$/.test(env)) throw new UsageError(`--origins-from-env: ${JSON.stringify(env)} is no name of an environment variable`);
  if (Array.isArray(flags['origins']) && listed.length === 0) throw new UsageError('--origins: no origin is named');
  const keep = typeof flags['keep'] === 'string' ? flags['keep'] : undefined;
  if (keep !== undefined && needs !== 'keep') throw new UsageError('--keep is for consolidate');
  const origins: Origins | undefined = typeof env === 'string' ? { origins: listed, env } : listed.length > 0 ? { origins: listed } : undefined;
  return { originsFor: () => origins, keep };
}

/** Choices that tell afterwards whether anything asked for origins. */
function watched(choices: Choices): { readonly choices: Choices; readonly isAsked: () => boolean } {
  let isAsked = false;
  const originsFor: Choices['originsFor'] = (policy) => {
    isAsked = true;
    return choices.originsFor(policy);
  };
  return { choices: { ...choices, originsFor }, isAsked: () => isAsked };
}

/** @throws {UsageError} for what no browser sends as an origin */
function originsIn(flag: string, text: string): readonly string[] {
  const origins = text.split(',').map((origin) => origin.trim()).filter((origin) => origin !== '');
  for (const origin of origins) {
    if (isSerializableOrigin(origin)) continue;
    const meant = URL.canParse(origin) ? new URL(origin).origin : 'null';
    throw new UsageError(`${flag}: expected origins such as https://app.example.com, found ${JSON.stringify(origin)}${meant === 'null' ? '' : `; browsers send ${meant}`}`);
  }
  return origins;
}

const loadRun = (): Promise<typeof import('../../codemods/run.js')> => import('../../codemods/run.js');

/** What becomes of the code-mod; with somebody to ask, every question that it has is asked once, and it is tried again. */
async function outcomeOf(codemod: Codemod, { repository, pathOf }: Rewritable, choices: Choices, asked: Terminal | undefined): Promise<Outcome> {
  const { run } = await loadRun();
  if (asked?.ask === undefined) return run(codemod, repository, choices);
  const { Interview } = await import('./interview.js');
  const interview = new Interview(asked.ask, choices, pathOf, (text) => originsIn('origins', text));
  for (;;) {
    const outcome = await run(codemod, repository, interview.choices);
    if (!(await interview.answersTo(outcome.refused))) return outcome;
  }
}

/** As git prints it, with paths that are relative to the root. */
async function diffOf({ texts }: Outcome): Promise<string> {
  if (texts.size === 0) return '';
  const { gitDiff } = await import('./diff.js');
  return [...texts].map(([path, { before, after }]) => gitDiff(path, before, after)).join('');
}

async function writeAll({ texts }: Outcome, root: Root): Promise<void> {
  const replacements = [...texts].map(([path, { before, after }]) => ({ path: toDisk(root, path), before, after }));
  await uninterrupted([() => replaceAll(replacements)]);
}

/** Files that are only read in part: what stands in the rest is not rewritten. */
function warnOfProblems({ repository, pathOf }: Rewritable, { stderr }: Terminal): void {
  if (repository.problemsIn(repository.paths) === 0) return;
  for (const path of repository.paths) {
    const count = repository.problemsIn([path]);
    if (count > 0) stderr.write(`cors-lint: ${visible(pathOf(path))}: not all of it could be read (${counted(count, 'mistake')} of syntax)\n`);
  }
}
