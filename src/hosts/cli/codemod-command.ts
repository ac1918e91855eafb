import { resolve } from 'node:path';
import type { Choices, Codemod, Origins } from '../../codemods/codemod.js';
import { CODEMODS, type CodemodEntry } from '../../codemods/registry.js';
import type { Outcome } from '../../codemods/run.js';
import { isSerializableOrigin } from '../../origins/serialization.js';
import { wrapped } from '../../reporters/columns.js';
import { counted } from '../../reporters/words.js';
import { didYouMean } from '../../text/nearest.js';
import { GitError, uncommittedChanges } from '../git.js';
import { toDisk, type Root } from '../root.js';
import type { Command } from './command.js';
import { UsageError } from './options.js';
import { rewritable, type Rewritable } from './surveyed.js';
import type { Terminal } from './terminal.js';
import { replaceAll, uninterrupted, writeReport } from './write.js';

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
    keep: { type: 'string', value: 'layer', help: 'the layer that goes on sending CORS headers, by its name or one of its files' },
    force: { type: 'boolean', help: 'write though there are changes that are not committed' },
  },

  async run(flags, [name, ...words], terminal) {
    if (flags['list'] === true) {
      terminal.stdout.write(listText());
      return 0;
    }
    const entry = entryNamed(name);
    if (flags['write'] === true && flags['dry-run'] === true) throw new UsageError('--write and --dry-run exclude each other');
    const choices = choicesOf(flags, entry);
    if (flags['interactive'] === true && terminal.ask === undefined) throw new UsageError('--interactive needs a terminal to ask on; say what is to be chosen with --origins, --origins-from-env or --keep');
    const rewriting = await rewritable(flags, words, terminal);
    if (flags['write'] === true && flags['force'] !== true) refuseDirty(rewriting.root);
    const { default: codemod } = await entry.load();
    const outcome = await outcomeOf(codemod, rewriting, choices, flags['interactive'] === true ? terminal : undefined);
    const { codemodText } = await import('../../reporters/codemod-text.js');
    await hand(outcome, rewriting, flags['write'] === true, flags['output-file'], terminal);
    terminal.stderr.write(codemodText(outcome, rewriting.pathOf));
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
  const keep = typeof flags['keep'] === 'string' ? flags['keep'] : undefined;
  if (keep !== undefined && needs !== 'keep') throw new UsageError('--keep is for consolidate');
  const origins: Origins | undefined = typeof env === 'string' ? { origins: listed, env } : listed.length > 0 ? { origins: listed } : undefined;
  return { originsFor: () => origins, keep };
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

/** @throws {UsageError} where git knows of changes that a commit would be needed to bring back */
function refuseDirty(root: Root): void {
  try {
    const { lines, undecoded } = uncommittedChanges(root);
    const count = lines.size + undecoded.length;
    if (count > 0) throw new UsageError(`${counted(count, 'file')} with changes that are not committed (${[...lines.keys()].slice(0, 3).join(', ')}${count > 3 ? ', …' : ''}): commit or stash them, so that what is written here can be told apart, or say --force`);
  } catch (error) {
    if (error instanceof GitError && (error.failure === 'no-repository' || error.failure === 'no-git')) return;
    throw error;
  }
}

/** What becomes of the code-mod; with somebody to ask, every question that it has is asked once, and it is tried again. */
async function outcomeOf(codemod: Codemod, { repository, pathOf }: Rewritable, choices: Choices, asked: Terminal | undefined): Promise<Outcome> {
  const { run } = await import('../../codemods/run.js');
  if (asked?.ask === undefined) return run(codemod, repository, choices);
  const { Interview } = await import('./interview.js');
  const interview = new Interview(asked.ask, choices, pathOf, (text) => originsIn('origins', text));
  for (;;) {
    const outcome = await run(codemod, repository, interview.choices);
    if (!(await interview.answersTo(outcome.refused))) return outcome;
  }
}

/** Brings the texts to where they are wanted. */
async function hand({ texts }: Outcome, { root, pathOf }: Rewritable, write: boolean, file: string | undefined, terminal: Terminal): Promise<void> {
  if (write) {
    const replacements = [...texts].map(([path, { before, after }]) => ({ path: toDisk(root, path), before, after }));
    await uninterrupted([() => replaceAll(replacements)]);
    return;
  }
  const { newFileDiff, unifiedDiff } = await import('./diff.js');
  const diff = [...texts].map(([path, { before, after }]) => (before === undefined ? newFileDiff(pathOf(path), after) : unifiedDiff(pathOf(path), before, after))).join('');
  if (file === undefined) terminal.stdout.write(diff);
  else writeReport(resolve(terminal.cwd, file), diff);
}
