import type { Check, Explanation, HeaderFate, ProvenFix, World } from '../questions/explanation.js';
import type { Span } from '../text/span.js';
import { widthOf, wrapped } from './columns.js';
import { editedLines } from './edited-lines.js';
import { answererOf, concernsCors, hostRemarks, messagesOf, placeText, requestHeaders, sectionOf, sectionUrl, stationsOf, type ExplainReport, type ExplainReporter, type Message } from './explain-report.js';
import { checkGroups, checkInWords, neededLines } from './explain-words.js';
import { docsUrl, type Look } from './report.js';
import { styleFor, type Paint, type Style } from './style.js';
import { saidVerdict } from './verdict.js';
import { visible } from './visible.js';
import { headerInWords, requestInWords } from './words.js';

/** Longer lines of prose are hard to read, however wide the terminal is. */
const PROSE = 100;
/** Narrower terminals wrap by themselves. */
const LEAST = 40;
/** Code is cut at the terminal's edge, or here where there is none. */
const CODE = 160;

/** For people: the way of the request, the messages with who wrote what, the browser's checks, the verdict, and how to mend it. */
export const format: ExplainReporter = (report, look) => new Text(report, look).lines().map((line) => `${line.trimEnd()}\n`).join('');

class Text {
  readonly #style: Style;
  readonly #prose: number;
  readonly #code: number;

  constructor(
    private readonly report: ExplainReport,
    look: Look,
  ) {
    this.#style = styleFor(look);
    this.#prose = Math.min(PROSE, Math.max(LEAST, look.columns ?? PROSE));
    this.#code = Math.max(LEAST, look.columns ?? CODE);
  }

  lines(): readonly string[] {
    const { explanation } = this.report;
    const { worlds } = explanation;
    const { bold } = this.#style;
    return [
      ...wrapped(requestInWords(explanation.request), this.#prose).map(bold),
      '',
      ...this.#verdict(explanation.verdict),
      ...this.#doubts(explanation),
      ...worlds.flatMap((world, index) => this.#world(world, worlds.length === 1 ? undefined : index)),
      ...this.#mended(),
      ...this.#remarks(),
      ...this.#others(),
    ];
  }

  #heading(text: string): readonly string[] {
    return ['', this.#style.bold(text)];
  }

  /** Prose under a sign; its further lines stand below its first word. */
  #item(sign: string, text: string, paint: Paint = (plain) => plain, indent = 2): readonly string[] {
    const [first = '', ...rest] = wrapped(text, this.#prose - indent - widthOf(sign) - 1);
    const blank = ' '.repeat(indent + widthOf(sign) + 1);
    return [`${' '.repeat(indent)}${paint(sign)} ${first}`, ...rest.map((line) => `${blank}${line}`)];
  }

  #verdict(verdict: Explanation['verdict']): readonly string[] {
    const { word, why, code } = saidVerdict(verdict);
    const [first = '', ...rest] = wrapped(`${word}: ${why}${code === undefined ? '' : ` (${code})`}`, this.#prose);
    return [`${this.#ofVerdict(word)(word)}${first.slice(word.length)}`, ...rest];
  }

  #ofVerdict(word: ReturnType<typeof saidVerdict>['word']): Paint {
    const { green, bold, severity } = this.#style;
    const paint: Paint = word === 'allowed' ? green : (text) => severity(word === 'blocked' ? 'error' : 'warn', text);
    return (text) => bold(paint(text));
  }

  #doubts({ gaps, certain }: Explanation): readonly string[] {
    return [
      ...hostRemarks(this.report).flatMap((remark) => this.#item('·', remark, this.#style.dim, 0)),
      ...gaps.flatMap(({ at, message }) => this.#item('?', `${visible(message)} ${this.#place(at)}`, this.#style.dim, 0)),
      ...(certain ? [] : this.#item('?', 'that the layers stand behind one another is likely, and no more', this.#style.dim, 0)),
    ];
  }

  #place(at: Span): string {
    return `(${visible(placeText(this.report, at))})`;
  }

  #world(world: World, index: number | undefined): readonly string[] {
    const named = index === undefined ? [] : [...this.#heading(`Case ${index + 1}: ${visible(world.assuming.join('; ') || 'nothing assumed')}`), ...this.#verdict(world.verdict)];
    const before = index === undefined || index === 0 ? [] : this.#layers(this.report.explanation.worlds[index - 1]!);
    const layers = this.#layers(world);
    return [...named, ...(layers.join('\n') === before.join('\n') ? [] : layers), ...messagesOf(world).flatMap((message) => this.#message(message, world)), ...this.#checks(world)];
  }

  #layers(world: World): readonly string[] {
    const stations = stationsOf(world);
    if (stations.length === 0) return [];
    const { dim } = this.#style;
    return [
      ...this.#heading('Layers'),
      ...stations.flatMap(({ policy, link, path, rewritten }, index) => [
        ...this.#item(`${index + 1}`, `${visible(policy.title)} ${this.#place(policy.at)}${rewritten ? `, asked for ${visible(path)}` : ''}${link?.certain === false ? ', which is only likely' : ''}`),
        ...(link?.evidence ?? []).flatMap(({ at, message }) => this.#item('·', `${visible(message)} ${this.#place(at)}`, dim, 4)),
      ]),
    ];
  }

  #message({ of, leg, sent }: Message, { preflight }: World): readonly string[] {
    const { request } = this.report.explanation;
    const { dim, red } = this.#style;
    const who = answererOf(leg);
    const { status, answeredAt, fault } = leg.response;
    const answerer = leg.unseen === undefined ? (who === undefined ? '' : `answered by ${visible(who.policy.title)}${answeredAt === undefined ? '' : `  ${this.#place(answeredAt)}`}`) : `answered out of view, behind ${this.#place(leg.unseen)}: taken to send no CORS headers`;
    const concerned = leg.headers.filter((line) => concernsCors(line));
    const kept = concerned.filter(({ gone }) => gone === undefined);
    const lost = concerned.filter(({ gone }) => gone !== undefined);
    return [
      ...this.#heading(of === 'preflight' ? 'Preflight' : preflight === null ? 'Request (no preflight)' : 'Request'),
      ...(sent === undefined ? [] : [`${sent.method} ${request.url}`, ...requestHeaders(sent)].flatMap((line) => this.#item('>', visible(line), dim))),
      ...(answerer === '' ? [] : this.#item('·', answerer, dim)),
      ...this.#item('<', visible(`${status ?? 'a status that is not known'}${fault === undefined ? '' : ` (${fault})`}`), dim),
      ...(kept.length === 0 ? this.#item('<', '(no CORS headers)', dim) : this.#rows(kept, '<')),
      ...lost.flatMap((line) => this.#item('✕', `${headerInWords(line)}  ${this.#writtenBy(line)}: ${line.gone?.how} by ${visible(line.gone?.layer.title ?? '')}  ${line.gone === undefined ? '' : this.#place(line.gone.at)}`, red)),
    ];
  }

  /** Header lines with where each was written: in columns, or below where they do not fit. */
  #rows(lines: readonly HeaderFate[], sign: string): readonly string[] {
    const { dim } = this.#style;
    const texts = lines.map(headerInWords);
    const width = Math.max(0, ...texts.map(widthOf).filter((own) => own <= this.#prose / 2));
    return lines.flatMap((line, index) => {
      const [text, source] = [texts[index]!, this.#writtenBy(line)];
      const column = Math.max(width, widthOf(text));
      if (column + widthOf(source) + 6 <= this.#prose) return [`  ${dim(sign)} ${text}${' '.repeat(column - widthOf(text) + 2)}${dim(source)}`];
      return [...this.#item(sign, text, dim), ...wrapped(source, this.#prose - 8).map((row) => `        ${dim(row)}`)];
    });
  }

  #writtenBy({ at, layer }: HeaderFate): string {
    return at === undefined ? 'the handler' : `${layer === undefined ? '' : `${visible(layer.title)} `}${this.#place(at)}`;
  }

  #checks(world: World): readonly string[] {
    return [...this.#heading('What the browser checks'), ...checkGroups(world).flatMap(({ title, checks }) => [`  ${this.#style.dim(title)}`, ...checks.flatMap((check) => this.#check(check, world))])];
  }

  #check(check: Check, world: World): readonly string[] {
    const { green, dim, severity, link } = this.#style;
    const signs = { true: ['✓', green], false: ['✕', (text: string) => severity('error', text)], null: ['?', (text: string) => severity('warn', text)] } as const;
    const [sign, paint] = signs[`${check.ok}`];
    const rows = this.#item(sign, checkInWords(check, this.report.explanation.request, world), paint, 4);
    const last = rows.at(-1)!;
    const section = sectionOf(check);
    const told = dim(link(section, sectionUrl(check)));
    return widthOf(rows.length === 1 ? `    ${sign} ${checkInWords(check, this.report.explanation.request, world)}` : last) + widthOf(section) + 2 <= this.#prose ? [...rows.slice(0, -1), `${last}  ${told}`] : [...rows, `      ${told}`];
  }

  #mended(): readonly string[] {
    const { explanation, mending } = this.report;
    if (explanation.verdict.allowed !== false) return [];
    const [best, ...others] = mending.fixes;
    return [
      ...(best === undefined ? [] : [...this.#heading('Smallest change that lets it through'), ...this.#fix(best)]),
      ...others.flatMap((fix) => [...this.#heading('Or'), ...this.#fix(fix)]),
      ...(best === undefined && mending.needed.length > 0 ? this.#needed() : []),
      ...(best === undefined && mending.needed.length === 0 ? [...this.#heading('What would help'), ...this.#item('·', 'nothing that a server sends: the page has to ask otherwise', this.#style.dim)] : []),
      ...(mending.withoutCredentials ? ['', ...wrapped('Without credentials the page gets through as it is: if it needs no cookies, let it ask so.', this.#prose)] : []),
    ];
  }

  #fix(fix: ProvenFix): readonly string[] {
    const { report } = this;
    return [
      ...this.#item('·', `${visible(fix.title)}, in ${visible(fix.layer.title)} ${this.#place(fix.edits[0] ?? fix.layer.at)}`, this.#style.dim),
      ...editedLines(report, fix, '', this.#code, this.#style),
      ...(fix.changes.length === 0 ? this.#item('·', 'it changes nothing else that was asked', this.#style.dim) : [...this.#item('·', 'it also changes:', this.#style.dim), ...fix.changes.flatMap((change) => this.#item('·', visible(change), this.#style.dim, 4))]),
    ];
  }

  #needed(): readonly string[] {
    return [
      ...this.#heading('What would have to be sent'),
      ...wrapped('No change that cors-lint can write lets it through.', this.#prose),
      ...this.report.mending.needed.flatMap((needed) => [
        ...this.#item('·', `with the ${needed.of === 'preflight' ? 'answer to the preflight' : 'response'}${needed.layer === undefined ? ', by what answers out of view' : `, by ${visible(needed.layer.title)} ${this.#place(needed.layer.at)}`}:`, this.#style.dim),
        ...neededLines(needed).flatMap((line) => this.#item('+', line, this.#style.green, 4)),
      ]),
    ];
  }

  #remarks(): readonly string[] {
    const { explanation, remarks } = this.report;
    const { dim, severity, link } = this.#style;
    const open = remarks.anySite !== true || explanation.verdict.allowed !== true ? [] : this.#item('·', `any site may do the same${explanation.request.credentials === 'include' ? ', with the cookies of whoever visits it' : ''}`, dim);
    const lines = [
      ...open,
      ...remarks.findings.flatMap((finding) => this.#item(finding.severity, `${visible(finding.message)} ${this.#place(finding.at)}  ${link(`cors-lint/${finding.ruleId}`, docsUrl(this.report, finding.ruleId))}`, (text) => severity(finding.severity, text))),
      ...remarks.neutralised.flatMap((quieted) => this.#item('·', `of no account here, though it would be found of the layer alone: ${visible(quieted.message)} ${this.#place(quieted.at)}  cors-lint/${quieted.ruleId}`, dim)),
    ];
    return lines.length === 0 ? [] : [...this.#heading('Worth knowing'), ...lines];
  }

  #others(): readonly string[] {
    const { others } = this.report;
    if (others.length === 0) return [];
    return [...this.#heading('The URL may also mean'), ...others.flatMap(({ entry, verdict }) => this.#item('·', `${visible(entry.policy.title)} ${this.#place(entry.policy.at)}: ${saidVerdict(verdict).word}`, this.#style.dim))];
  }
}
