import type { Fix } from '../findings/finding.js';
import { editedLines } from './edited-lines.js';
import { codeFrame } from './code.js';
import { widthOf, wrapped } from './columns.js';
import { conversation } from './conversation.js';
import { docsUrl, placeOf, type Look, type Report, type ReportedFinding, type Reporter } from './report.js';
import { styleFor, type Paint, type Style } from './style.js';
import { saidVerdict } from './verdict.js';
import { visible } from './visible.js';
import { counted, findingsCounted, fixableCounted } from './words.js';

/** Longer lines of prose are hard to read, however wide the terminal is. */
const PROSE = 100;
/** Code is cut at the terminal's edge, or here where there is none. */
const CODE = 160;
/** Narrower terminals wrap by themselves. */
const LEAST = 40;
/** Where the text of a row begins. */
const INDENT = 12;

/** For people: what is wrong and where, why it matters, the exchange that proves it, and how to mend it. */
export const format: Reporter = (report, look) => new Page(report, look).text();

class Page {
  readonly #style: Style;
  readonly #prose: number;
  readonly #code: number;
  /** Rules whose reason was given: it is the same each time. */
  readonly #explained = new Set<string>();

  constructor(
    private readonly report: Report,
    look: Look,
  ) {
    this.#style = styleFor(look);
    this.#code = Math.max(LEAST, look.columns ?? CODE);
    this.#prose = Math.min(PROSE, Math.max(LEAST, look.columns ?? PROSE));
  }

  text(): string {
    const { findings, gaps } = this.report;
    const blocks = [...findings.map((finding) => `${this.#finding(finding).join('\n')}\n\n`), ...(gaps.length === 0 ? [] : [`${this.#gaps().join('\n')}\n`])];
    return [...blocks, `${this.#totals().join('\n')}\n`].join('\n');
  }

  #finding(finding: ReportedFinding): readonly string[] {
    const { ruleId, severity, message, at, witness, policy, related } = finding;
    const { bold, dim, underline, link } = this.#style;
    const place = this.#placed(at);
    const id = `cors-lint/${ruleId}`;
    const kind = `${this.#style.severity(severity)}  ${dim(link(id, docsUrl(this.report, ruleId)))}`;
    return [
      ...(widthOf(`${place}  ${severity}  ${id}`) <= this.#code ? [`${underline(place)}  ${kind}`] : [underline(place), kind]),
      ...wrapped(visible(message), this.#prose).map(bold),
      '',
      ...codeFrame(this.report.sourceOf(at.file), placeOf(this.report, at), severity, this.#code, this.#style),
      '',
      ...this.#why(finding),
      ...(witness === undefined ? [] : conversation(witness).flatMap(({ label, lines }) => lines.flatMap((line, index) => this.#message(index === 0 ? label : '', line)))),
      ...(witness === undefined ? [] : this.#verdict(witness.verdict, severity)),
      ...(policy.version === undefined ? [] : this.#row('read as', visible(policy.version))),
      ...related.flatMap((other) => this.#row('see', `${this.#placed(other.at)} ${visible(other.message)}`)),
      ...this.#mended(finding),
    ];
  }

  #placed(at: ReportedFinding['at']): string {
    const { line, column } = placeOf(this.report, at).start;
    return `${visible(this.report.pathOf(at.file))}:${line}:${column}`;
  }

  #why({ ruleId, why }: ReportedFinding): readonly string[] {
    if (this.#explained.has(`${ruleId} ${why}`)) return [];
    this.#explained.add(`${ruleId} ${why}`);
    return this.#row('why', visible(why));
  }

  /** A label and prose beside it. */
  #row(label: string, text: string, paint: Paint = (plain) => plain): readonly string[] {
    return wrapped(text, this.#prose - INDENT).map((line, index) => `  ${this.#style.dim((index === 0 ? label : '').padEnd(INDENT - 3))} ${paint(line)}`);
  }

  /** A line of a message: its direction stands before every part that it is wrapped into, those after the first a little to the right. */
  #message(label: string, line: string): readonly string[] {
    const [, direction = '', text = ''] = /^([<>] )?(.*)$/.exec(line) ?? [];
    const lines = wrapped(text, this.#prose - INDENT - 2 * direction.length);
    return lines.map((part, index) => `  ${this.#style.dim((index === 0 ? label : '').padEnd(INDENT - 3))} ${this.#style.dim(direction)}${index === 0 ? '' : ' '.repeat(direction.length)}${part}`);
  }

  #verdict(verdict: NonNullable<ReportedFinding['witness']>['verdict'], severity: string): readonly string[] {
    const { word, why, code } = saidVerdict(verdict);
    const [first = '', ...rest] = wrapped(`${word}: ${why}${code === undefined ? '' : ` (${code})`}`, this.#prose - INDENT);
    return [first, ...rest].map((line, index) => `  ${this.#style.dim((index === 0 ? 'verdict' : '').padEnd(INDENT - 3))} ${index === 0 ? `${this.#style.severity(severity, this.#style.bold(word))}${line.slice(word.length)}` : line}`);
  }

  /** The fix or the only suggestion as a change of lines; where there is a choice, what each would do. */
  #mended({ fix, suggestions, at }: ReportedFinding): readonly string[] {
    const [only, ...others] = suggestions;
    const shown = (one: Fix, label: string, flag: string): readonly string[] => [
      ...this.#row(label, `${visible(one.title)} (${flag})`),
      ...one.changes.flatMap((change, index) => this.#row(index === 0 ? 'changes' : '', visible(change))),
      '',
      ...editedLines(this.report, one, at.file, this.#code, this.#style),
    ];
    if (fix === undefined && only !== undefined && others.length === 0) return shown(only, 'suggest', '--fix-suggestions');
    return [
      ...suggestions.flatMap(({ title, changes: [first, ...more] }, index) => this.#row(index === 0 ? 'suggest' : 'or', `${visible(title)}${first === undefined ? '' : ` (${visible(first)}${more.length === 0 ? '' : ', …'})`}`)),
      ...(fix === undefined ? [] : shown(fix, 'fix', '--fix')),
    ];
  }

  #gaps(): readonly string[] {
    const { bold, dim } = this.#style;
    return [
      bold('Seen, but not decided:'),
      ...this.report.gaps.flatMap(({ at, reason, message }) => {
        const place = this.#placed(at);
        const [first = '', ...rest] = wrapped(`${place}  ${visible(message)} (${visible(reason)})`, this.#prose - 6);
        return [`  ${first}`, ...rest.map((line) => `      ${dim(line)}`)];
      }),
    ];
  }

  #totals(): readonly string[] {
    const { bold, dim } = this.#style;
    const { files, read, policies, known } = this.report.counts;
    const looked = `${counted(files, 'file')} looked at, ${read} read, ${policies} ${policies === 1 ? 'policy' : 'policies'}${known === undefined ? '' : `, ${known} known`}`;
    if (this.report.findings.length === 0) return [`No findings: ${looked}.`];
    const fixable = fixableCounted(this.report);
    return [`${bold(findingsCounted(this.report))}: ${looked}.`, ...(fixable === '' ? [] : [fixable]), dim('`cors-lint --explain <rule>` says more about a rule.')];
  }
}
