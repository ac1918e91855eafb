import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { ruleEntries } from '../../generated/catalogue.js';
import { reporters, showingSuggestions } from '../../reporters/index.js';
import { PLAIN, summaryOf, type Report } from '../../reporters/report.js';
import { visible } from '../../reporters/visible.js';
import { counted } from '../../reporters/words.js';
import { workflowCommand } from '../../reporters/workflow-command.js';
import { failureText } from '../cli/failure.js';
import type { LoadLint } from '../cli/judge.js';
import { LintRun, type ExitCode } from '../cli/lint-run.js';
import { UsageError } from '../cli/options.js';
import { targetsOf, writeReports } from '../cli/report.js';
import type { Scope } from '../cli/scope.js';
import { Settings } from '../cli/settings.js';
import type { Terminal } from '../cli/terminal.js';
import { writeReport } from '../cli/write.js';
import { touches, type Changes } from '../git.js';
import { isInside, rootOf, toDisk, type Root } from '../root.js';
import { annotations } from './annotations.js';
import { proposedChanges } from './base.js';
import { dependentsOf } from './dependents.js';
import { eventFrom, type WorkflowEvent } from './event.js';
import { inputsFrom, type Inputs } from './inputs.js';
import { group } from './log.js';
import { permalinkFor } from './permalink.js';
import { summaryMarkdown } from './summary.js';
import { addSummary, setOutputs } from './workflow-files.js';

/** How the step ended: no findings, findings that do not fail it, findings that do, or no answer at all. */
type Conclusion = 'success' | 'neutral' | 'failure' | 'error';

/** The step of the Action: takes its inputs from the environment, lints, and tells GitHub. Nothing is thrown. */
export async function runGitHubAction(words: readonly string[], terminal: Terminal, loadLint: LoadLint): Promise<ExitCode> {
  const { env, stdout } = terminal;
  try {
    if (words.length > 0) throw new UsageError('github-action takes its inputs from INPUT_… variables, not from the command line');
    const event = eventFrom(env);
    return await new Step(terminal, event, inputsFrom(env, event, terminal.cwd)).run(loadLint);
  } catch (error) {
    stdout.write(workflowCommand('error', { title: 'cors-lint' }, failureText(error).replace(/[^\n]+/g, visible)));
    setOutputs(env, { conclusion: 'error' satisfies Conclusion });
    return 2;
  }
}

/** One run of the step, with inputs that mean something. */
class Step {
  /** What the run says while it works: everything goes one way, so that the order in the log is that of the events. */
  #said = '';
  readonly #terminal: Terminal;
  readonly #root: Root;

  constructor(
    private readonly outer: Terminal,
    private readonly event: WorkflowEvent,
    private readonly inputs: Inputs,
  ) {
    const sink = { isTTY: false, write: (text: string): void => void (this.#said += text) };
    this.#terminal = { ...outer, cwd: inputs.workingDirectory, stdout: sink, stderr: sink };
    if (!existsSync(inputs.workingDirectory)) throw new UsageError(`working-directory: ${inputs.workingDirectory} does not exist`);
    this.#root = rootOf(inputs.workingDirectory, inputs.paths);
  }

  async run(loadLint: LoadLint): Promise<ExitCode> {
    const { inputs, outer } = this;
    const targets = inputs.flags.format === undefined ? [] : targetsOf(inputs.flags, this.#terminal);
    const { changes, warnings } = this.#changes();
    const scope = changes === undefined || inputs.onlyChanged === 'all' ? undefined : scopeOf(changes, inputs, this.#root);
    // Where nobody can tell which files have to do with the changed ones, all are read.
    const flags = scope === undefined || scope.beside !== undefined ? inputs.flags : { ...inputs.flags, related: true };
    const settings = new Settings(flags, ruleEntries, this.#root);
    const shown = inputs.summary || inputs.sarifFile !== undefined || targets.some(({ name }) => showingSuggestions.has(name));
    const outcome = await new LintRun(flags, inputs.paths, this.#root, settings, this.#terminal, loadLint, scope).outcome({}, shown);
    const report = this.#shown(outcome.report);
    await writeReports(report, targets, this.#terminal, PLAIN, 'stdout');
    if (inputs.sarifFile !== undefined) writeReport(inputs.sarifFile, (await reporters.sarif!())(report, PLAIN));
    this.#said += (await reporters.stylish!())(report, PLAIN);
    outer.stdout.write(group(`cors-lint: ${counted(report.findings.length, 'finding')}`, this.#said));
    for (const warning of warnings) outer.stdout.write(workflowCommand('warning', { title: 'cors-lint' }, visible(warning)));
    if (inputs.annotations) outer.stdout.write(this.#annotations(report, changes, warnings.length));
    if (inputs.summary) addSummary(outer.env, summaryMarkdown(report, permalinkFor(outer.env, this.event.head), [...warnings, ...inWords(scope, this.event)]));
    setOutputs(outer.env, outputsOf(report, outcome.code, inputs.sarifFile));
    return outcome.code;
  }

  /** What the event's change touches; a warning where only that was to be reported and nobody can tell. */
  #changes(): { readonly changes?: Changes; readonly warnings: readonly string[] } {
    const { event, inputs } = this;
    const isWanted = inputs.onlyChanged !== 'all';
    if (!isWanted && !(event.isProposal && inputs.annotations)) return { warnings: [] };
    const proposed = proposedChanges(this.#root, event);
    if ('changes' in proposed) {
      for (const note of proposed.changes.notes) this.#said += `cors-lint: ${note}\n`;
      return { changes: proposed.changes, warnings: [] };
    }
    return { warnings: isWanted ? [`only-changed: ${proposed.unknown}; everything is reported`] : [] };
  }

  /** Paths as GitHub knows them, from the top of the repository; what `--quiet` hides is hidden everywhere. */
  #shown(report: Report): Report {
    const top = this.#top();
    return {
      ...report,
      findings: report.findings.filter(({ severity }) => this.inputs.flags.quiet !== true || severity === 'error'),
      pathOf: (file) => relative(top, toDisk(this.#root, file)).split(sep).join('/'),
    };
  }

  /** The checked out repository: that of the workspace, in which a submodule is a folder, or one that was checked out below it. */
  #top(): string {
    const workspace = this.outer.env['GITHUB_WORKSPACE'];
    const { folder, repository, cwd } = this.#root;
    if (workspace !== undefined && workspace !== '' && isInside(workspace, folder) && (existsSync(join(workspace, '.git')) || !repository)) return workspace;
    return repository ? folder : cwd;
  }

  #annotations(report: Report, changes: Changes | undefined, warnings: number): string {
    const { maxAnnotations, summary } = this.inputs;
    const isChanged = (finding: Report['findings'][number]): boolean => changes !== undefined && touches(changes, finding, report.sourceOf);
    return annotations(report, isChanged, { most: maxAnnotations, warnings, elsewhere: summary ? 'the job summary' : 'the log of this step' });
  }
}

/** Changed files are judged, with those that depend on them. */
function scopeOf(changes: Changes, { onlyChanged, flags }: Inputs, root: Root): Scope {
  return { among: changes, beside: flags.related === true ? undefined : dependentsOf(root, changes), staged: undefined, shown: onlyChanged === 'lines' ? changes : undefined, notes: [] };
}

function inWords(scope: Scope | undefined, { base = '' }: WorkflowEvent): readonly string[] {
  return scope === undefined ? [] : [`Only ${scope.shown === undefined ? 'files' : 'findings on lines'} that changed since ${base.slice(0, 12)}.`];
}

function outputsOf(report: Report, code: ExitCode, sarifFile: string | undefined): Readonly<Record<string, string | number>> {
  const { errors, warnings, fixable } = summaryOf(report);
  const findings = report.findings.length;
  const conclusion: Conclusion = code === 2 ? 'error' : code === 1 ? 'failure' : findings === 0 ? 'success' : 'neutral';
  return { findings, errors, warnings, fixable, ...(sarifFile === undefined ? {} : { 'sarif-file': sarifFile }), conclusion };
}
