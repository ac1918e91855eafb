import { ConfigError } from '../../config/config.js';
import { ruleEntries } from '../../generated/catalogue.js';
import { VERSION } from '../../generated/version.js';
import { codeOf } from '../disk.js';
import { GitError } from '../git.js';
import { rootOf, toReader, toRoot } from '../root.js';
import { LintRun, type ExitCode, type LoadLint } from './lint-run.js';
import { parseOptions, UsageError, type Options } from './options.js';
import { explanation, jsonText, rulesTable, settingsJson } from './print.js';
import { targetsOf, writeReports } from './report.js';
import { Settings } from './settings.js';
import { statsText } from './stats.js';
import { wantsColor, type Terminal } from './terminal.js';

/** Runs the command line. What goes wrong is told on standard error; nothing is thrown. */
export async function run(argv: readonly string[], terminal: Terminal, loadLint: LoadLint): Promise<ExitCode> {
  try {
    return await answer(parseOptions(argv), terminal, loadLint);
  } catch (error) {
    const expected = error instanceof UsageError || error instanceof ConfigError || error instanceof GitError;
    const message = error instanceof Error ? (expected || codeOf(error) !== 'unknown error' ? error.message : (error.stack ?? error.message)) : String(error);
    terminal.stderr.write(`cors-lint: ${message}\n`);
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
  if (flags.rules === true) return print(rulesTable(ruleEntries, (flags.format ?? []).some((name) => name.startsWith('json'))));
  if (flags.explain !== undefined) return print(await explanation(flags.explain, ruleEntries));
  const single = flags['print-config'] ?? flags['print-policy'];
  const named = single !== undefined ? [single] : options.paths.length === 0 ? ['.'] : options.paths;
  const root = rootOf(terminal.cwd, flags.stdin === true ? [flags['stdin-filename'] ?? '.'] : named);
  const settings = new Settings(flags, ruleEntries, root);
  if (flags['print-config'] !== undefined) {
    const file = toRoot(root, flags['print-config']);
    return print(settingsJson(toReader(root, file), await settings.of(file)));
  }
  return lintAndReport(new LintRun(flags, named, root, settings, terminal, loadLint), flags, terminal);
}

async function lintAndReport(run: LintRun, flags: Options['flags'], terminal: Terminal): Promise<ExitCode> {
  const began = performance.now();
  const targets = targetsOf(flags, terminal);
  const colors = wantsColor(flags, terminal);
  const { report, policies, fixes, code } = await run.outcome();
  if (flags['print-policy'] !== undefined) {
    terminal.stdout.write(jsonText({ version: 1, policies }));
    return 0;
  }
  const shown = report.findings.filter(({ severity }) => flags.quiet !== true || severity === 'error');
  await writeReports({ ...report, findings: shown }, targets, terminal, colors, run.textGoesToStdout ? 'stderr' : 'stdout');
  if (flags.stats === true) terminal.stderr.write(statsText({ ...report.counts, findings: report.findings.length, gaps: report.gaps.length, fixes, milliseconds: Math.round(performance.now() - began) }));
  return code;
}

