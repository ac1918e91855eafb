import { blamedFor } from '../questions/blame.js';
import type { Explanation, Mending, World } from '../questions/explanation.js';
import type { Looked, Why } from '../questions/why.js';
import type { Policy } from '../policy/program.js';
import type { Span } from '../text/span.js';
import { codeFrame } from './code.js';
import { wrapped } from './columns.js';
import { editedLines } from './edited-lines.js';
import { placeOf } from './report.js';
import { styleFor, type Paint, type Style } from './style.js';
import { verdictInWords } from './verdict.js';
import { visible } from './visible.js';
import type { AnsweredWhy, WhyReport, WhyReporter } from './why-report.js';
import { blamedInWords, differenceInWords, meaningOf, takenInWords } from './why-words.js';
import { counted, headerInWords, requestInWords, scenarioInWords } from './words.js';

/** Longer lines of prose are hard to read; narrower terminals wrap by themselves; code is cut where the terminal ends. */
const PROSE = 100;
const LEAST = 40;
const CODE = 160;
/** Where the text of a row begins. */
const INDENT = 12;
/** Hosts and paths of one layer that are named. */
const NAMED = 6;

/** What may be the case where no layer explains a failure. */
const OTHERWISE = 'Then a layer answers that is not in this repository, or another version of it is deployed.';

/** For people: what the message is about, which lines make the request fail, and what would let it through. */
export const format: WhyReporter = (report, look) => {
  const page = new WhyPage(report, styleFor(look), look.columns);
  return page.text();
};

class WhyPage {
  readonly #prose: number;
  readonly #code: number;

  constructor(
    private readonly report: WhyReport,
    private readonly style: Style,
    columns: number | undefined,
  ) {
    this.#prose = Math.min(PROSE, Math.max(LEAST, columns ?? PROSE));
    this.#code = Math.max(LEAST, columns ?? CODE);
  }

  text(): string {
    const { answers, recording, more } = this.report;
    const head = recording === null ? [] : [`${visible(recording.file)}, recorded by ${visible(recording.creator === '' ? 'an unknown program' : recording.creator)}: ${counted(recording.entries, 'request')}, ${recording.crossOrigin} of them by pages to other origins, ${answers.length} kept from script`, ''];
    const left = more === undefined ? [] : [more === null ? 'The rest of the text was not read: it is too long.' : `${more} more failures are left out.`];
    return `${[...head, ...answers.flatMap((answer) => [...this.#answer(answer), '']), ...left].join('\n').trimEnd()}\n`;
  }

  #answer({ why, mending }: AnsweredWhy): readonly string[] {
    const { failure } = why;
    const title = 'text' in failure ? failure.text : `${failure.method ?? ''} ${failure.url ?? ''} from ${failure.origin ?? ''}`;
    return [...wrapped(visible(title.slice(0, 600)), this.#prose).map(this.style.bold), '', ...this.#body(why, mending)];
  }

  #body(why: Why, mending: Mending | null): readonly string[] {
    switch (why.outcome) {
      case 'not-cors':
        return [...this.#row('means', meaningOf(why.failure.notCors!)), ...why.places.flatMap((at) => this.#row('see', this.#placed(at)))];
      case 'unexplained':
        return [...this.#row('', 'No layer of this repository makes the request fail in this way. What was looked at:'), ...why.looked.flatMap((looked) => this.#looked(looked)), ...this.#row('', why.looked.length === 0 ? 'no layer that sets headers of CORS was found' : OTHERWISE), ...this.#redirecting(why)];
      case 'differs':
        return [...this.#exchange(why.explanation, why.world), ...this.#taken(why.taken), ...this.#row('here', verdictInWords(why.world.verdict)), ...this.#differences(why.differences)];
      case 'explained': {
        const { explanation, world, agreement } = why;
        return [
          ...this.#exchange(explanation, world),
          ...this.#taken(why.taken),
          ...('warning' in why.failure ? this.#row('', 'Firefox only warns so far: the request went through. By the standard it does not.') : []),
          ...this.#row('verdict', verdictInWords(world.verdict), this.style.red),
          ...this.#blamed(world),
          ...this.#differences(agreement.differences),
          ...(mending === null ? this.#row('fix', 'the message does not name the page: with --origin and its origin a fix is looked for') : this.#mended(mending)),
        ];
      }
    }
  }

  /** The request, and the layers that it comes to. */
  #exchange({ request, scenario, certain, fit }: Explanation, { preflight, response, assuming, verdict }: World): readonly string[] {
    const leg = verdict.reason.startsWith('preflight-') && preflight !== null ? preflight : response;
    const notes = [...(certain ? [] : ['that they stand behind one another is likely, and no more']), ...(fit.host === 'open' ? ['none of them names its host'] : [])];
    return [
      ...this.#row('request', requestInWords(request)),
      ...(scenario === undefined ? [] : this.#row('handler', scenarioInWords(scenario))),
      ...leg.layers.flatMap(({ policy }, index) => this.#row(index === 0 ? 'layers' : '', this.#layer(policy))),
      ...(notes.length === 0 ? [] : this.#row('', notes.join('; '))),
      ...(assuming.length === 0 ? [] : this.#row('if', visible(assuming.join('; ')))),
    ];
  }

  #taken(taken: Parameters<typeof takenInWords>[0]): readonly string[] {
    return taken.length === 0 ? [] : this.#row('not told', `${takenInWords(taken)}: taken to be so`);
  }

  #blamed(world: World): readonly string[] {
    return blamedFor(world).flatMap((blamed, index) => [
      ...this.#row(index === 0 ? 'because' : '', `${this.#placed(blamed.at)} ${blamedInWords(blamed)}`),
      ...codeFrame(this.report.sourceOf(blamed.at.file), placeOf(this.report, blamed.at), 'error', this.#code, this.style),
    ]);
  }

  #differences(differences: readonly Parameters<typeof differenceInWords>[0][]): readonly string[] {
    return differences.flatMap((one, index) => this.#row(index === 0 ? 'but' : '', `${differenceInWords(one)}${one.at === undefined ? '' : ` (${this.#placed(one.at)})`}`));
  }

  #mended({ fixes, needed }: Mending): readonly string[] {
    const rows = fixes.flatMap((fix, index) => [
      ...this.#row(index === 0 ? 'fix' : 'or', `${visible(fix.title)}, in ${this.#layer(fix.layer)}`, this.style.green),
      ...editedLines(this.report, fix, '', this.#code, this.style),
      ...fix.changes.flatMap((change, at) => this.#row(at === 0 ? 'changes' : '', visible(change))),
    ]);
    if (fixes.length > 0) return rows;
    return needed.flatMap(({ of, okStatus, headers, layer }, index) => {
      const sent = [...(okStatus ? ['a status from 200 to 299'] : []), ...headers.map(([name, text]) => headerInWords({ name, text }))].join(', ');
      return this.#row(index === 0 ? 'needed' : '', `${of === 'preflight' ? 'the answer to the preflight' : 'the response'}: ${sent}${layer === undefined ? '' : `, from ${this.#layer(layer)}`}`);
    });
  }

  #looked({ layer, hosts, paths, found }: Looked): readonly string[] {
    const few = (all: readonly string[]): string => `${all.slice(0, NAMED).join(', ')}${all.length > NAMED ? ` and ${all.length - NAMED} more` : ''}`;
    const serves = visible([...(hosts.length === 0 ? [] : [few(hosts)]), few(paths)].join(' '));
    const why = found === 'outdone' ? 'another layer is named for this host' : found === 'elsewhere' ? `the request does not come here: it serves ${serves}` : `${requestInWords(found.request)}: ${verdictInWords(found.verdict)}`;
    return [...this.#row('-', this.#layer(layer)), ...this.#row('', why)];
  }

  #redirecting({ failure: { firstUrl = '', url = '' }, redirecting }: Extract<Why, { readonly outcome: 'unexplained' }>): readonly string[] {
    if (redirecting.length === 0) return [];
    const layers = redirecting.map((layer) => this.#layer(layer)).join(', ');
    return this.#row('redirect', `${visible(firstUrl)}, which script asked for, comes to ${layers}: that, or what stands behind, redirects to ${visible(url)}. A page cannot follow a redirect to a server that does not allow it: where that is a login, answer 401 instead.`);
  }

  #layer({ title, at }: Pick<Policy, 'title' | 'at'>): string {
    return `${visible(title)} (${this.#placed(at)})`;
  }

  #placed(at: Span): string {
    const { line, column } = placeOf(this.report, at).start;
    return `${visible(this.report.pathOf(at.file))}:${line}:${column}`;
  }

  /** A label and prose beside it. */
  #row(label: string, text: string, paint: Paint = (plain) => plain): readonly string[] {
    return wrapped(text, this.#prose - INDENT).map((line, index) => `  ${this.style.dim((index === 0 ? label : '').padEnd(INDENT - 3))} ${paint(line)}`);
  }
}
