import { isAbsolute } from 'node:path';
import { ruleEntries } from '../../generated/catalogue.js';
import { VERSION } from '../../generated/version.js';
import { showingSuggestions } from '../../reporters/index.js';
import { rootOf, toReader, toRoot } from '../root.js';
import { commandNamed } from './commands.js';
import { failureText } from './failure.js';
import type { LoadLint } from './judge.js';
import { LintRun, type ExitCode } from './lint-run.js';
import { parseOptions, type Options } from './options.js';
import { targetsOf, writeReports } from './report.js';
import { Settings } from './settings.js';
import { statsText } from './stats.js';
import { lookOf, type Terminal } from './terminal.js';
import { watchOf, type Watch } from './watch.js';

/** Runs the command line. What goes wrong is told on standard error; nothing is thrown. */
export async function run(argv: readonly string[], terminal: Terminal, loadLint: LoadLint): Promise<ExitCode> {
  if (argv[0] === 'github-action') return (await import('../action/github-action.js')).runGitHubAction(argv.slice(1), terminal, loadLint);
  try {
    const command = commandNamed(argv[0]);
    return await (command === undefined ? answer(parseOptions(argv), terminal, loadLint) : command(argv.slice(1), terminal));
  } catch (error) {
    terminal.stderr.write(`cors-lint: ${failureText(error)}\n`);
    return 2;
  }
}

async function answer(options: Options, terminal: Terminal, loadLint: LoadLint): Promise<ExitCode> {
  const { flags } = options;
  const print = (text: string): ExitCode => {
    terminal.stdout.write(text);
    return 0;
  };
  if (flags.help === true) return print((await import('./help.js')).helpText());
  if (flags.version === true) return print(`${VERSION}\n`);
  if (flags.rules === true || flags.explain !== undefined) return print(await aboutRules(flags));
  if (flags.init === true) return print((await import('./init.js')).init(terminal));
  const single = flags['print-config'] ?? flags['print-policy'];
  const named = single !== undefined ? [single] : options.paths.length === 0 ? ['.'] : options.paths;
  const root = rootOf(terminal.cwd, flags.stdin === true ? [flags['stdin-filename'] ?? '.'] : named);
  const watch = watchOf(flags, terminal);
  const settings = new Settings(flags, ruleEntries, root, watch.observer);
  if (flags['print-config'] !== undefined) {
    const { settingsJson, settingsText, wantsJson } = await import('./print.js');
    const file = toRoot(root, flags['print-config']);
    const shown = (source: string): string => (isAbsolute(source) ? toReader(root, toRoot(root, source)) : source);
    return print((wantsJson(flags) ? settingsJson : settingsText)(toReader(root, file), await settings.of(file), shown));
  }
  return lintAndReport(new LintRun(flags, named, root, settings, terminal, loadLint), flags, terminal, watch);
}

async function aboutRules(flags: Options['flags']): Promise<string> {
  const { explanation, explanationJson, ruleNamed, rulesJson, rulesText, wantsJson } = await import('./print.js');
  if (flags.explain === undefined) return (wantsJson(flags) ? rulesJson : rulesText)(ruleEntries);
  const rule = ruleNamed(flags.explain, ruleEntries);
  return wantsJson(flags) ? explanationJson(rule) : explanation(rule);
}

async function lintAndReport(run: LintRun, flags: Options['flags'], terminal: Terminal, watch: Watch): Promise<ExitCode> {
  const targets = targetsOf(flags, terminal);
  const stream = run.textGoesToStdout ? 'stderr' : 'stdout';
  const look = lookOf(flags, terminal, stream);
  const { report, policies, fixes, code } = await run.outcome(watch, flags.stats === true || flags.debug === true || targets.some(({ name }) => showingSuggestions.has(name)));
  if (flags['print-policy'] !== undefined) {
    terminal.stdout.write((await import('./print.js')).jsonText({ version: 1, policies }));
    return 0;
  }
  const reporting = watch.observer?.start('report', '');
  const shown = report.findings.filter(({ severity }) => flags.quiet !== true || severity === 'error');
  await writeReports({ ...report, findings: shown }, targets, terminal, look, stream);
  reporting?.();
  if (watch.stopwatch !== undefined) terminal.stderr.write(statsText({ ...report.counts, findings: report.findings, gaps: report.gaps.length, fixes }, [...report.rules.keys()], watch.stopwatch));
  return code;
}

