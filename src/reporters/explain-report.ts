import type { Check, Explanation, HeaderFate, Leg, Mending, Remarks, World } from '../questions/explanation.js';
import type { HttpRequest, Passed } from '../policy/evaluate.js';
import type { Policy } from '../policy/program.js';
import type { Span } from '../text/span.js';
import { NOBODY } from '../questions/places.js';
import { placeOf, type Look, type Report } from './report.js';
import { headerInWords } from './words.js';

/** What there is to tell of a request, and what is needed to speak of it. */
export interface ExplainReport extends Pick<Report, 'sourceOf' | 'pathOf' | 'rules' | 'version' | 'homepage'> {
  readonly explanation: Explanation;
  readonly mending: Mending;
  readonly remarks: Remarks;
  /** Other layers that the URL may mean, with what becomes of the request there. */
  readonly others: readonly Explanation[];
}

/** Turns an explanation into text. The same one gives the same bytes. */
export type ExplainReporter = (report: ExplainReport, look: Look) => string;

/** `edge/nginx.conf:12` */
export function placeText(report: Pick<Report, 'sourceOf' | 'pathOf'>, at: Span): string {
  return `${report.pathOf(at.file)}:${placeOf(report, at).start.line}`;
}

/** The messages of a world: what the browser sends, and what comes back. */
export interface Message {
  readonly of: 'preflight' | 'response';
  readonly leg: Leg;
  /** The request as it comes to the outermost layer. */
  readonly sent: HttpRequest | undefined;
}

/** A request that its preflight keeps back is never sent. */
export function messagesOf({ preflight, response, verdict }: World): readonly Message[] {
  const message = (of: Message['of'], leg: Leg): Message => ({ of, leg, sent: leg.layers[0]?.request });
  const isSent = preflight === null || !(verdict.allowed === false && verdict.reason.startsWith('preflight-'));
  return [...(preflight === null ? [] : [message('preflight', preflight)]), ...(isSent ? [message('response', response)] : [])];
}

/** Header lines of a request that a person wants to see: those that browsers add for CORS, and the page's own. */
export function requestHeaders({ headers }: HttpRequest): readonly string[] {
  return headers.filter(([name]) => name !== 'host' && name !== 'accept').map(([name, text]) => (name === 'cookie' ? 'Cookie: (the page’s own)' : headerInWords({ name, text })));
}

/** Whether a header has anything to do with CORS. */
export function concernsCors({ name }: Pick<HeaderFate, 'name'>): boolean {
  return name.startsWith('access-control-') || name === 'vary' || name === 'location';
}

/** A layer of the way, with the path that it is asked for where that is another than before. */
export interface Station {
  readonly policy: Policy;
  readonly link: Passed['link'];
  readonly path: string;
  readonly rewritten: boolean;
}

/** Every layer of a world's way, outermost first. */
export function stationsOf({ preflight, response }: World): readonly Station[] {
  const longest = [response, ...(preflight === null ? [] : [preflight])].reduce((a, b) => (b.layers.length > a.layers.length ? b : a));
  return longest.layers.map(({ policy, link, request }, index) => ({ policy, link, path: request.path, rewritten: index > 0 && request.path !== longest.layers[index - 1]!.request.path }));
}

/** Who answered a message: the last layer that it came to. */
export function answererOf({ layers }: Leg): Passed | undefined {
  return layers.at(-1);
}

/** What is taken for granted of the URL's host. */
export function hostRemarks({ explanation: { fit, request } }: Pick<ExplainReport, 'explanation'>): readonly string[] {
  return [
    ...(fit.host === 'behind' ? ['None of the layers in front leads there: it is explained as if the page asked this layer itself.'] : []),
    ...(new URL(request.url).hostname === NOBODY ? [`No file names a host for it: ${NOBODY} stands for that.`] : []),
  ];
}

/** `CORS check, step 4` */
export function sectionOf({ step, clause }: Pick<Check, 'step' | 'clause'>): string {
  return clause === undefined ? (SECTIONS[step] ?? step) : `${SECTIONS[step] ?? step}, step ${clause}`;
}

/** Where the Fetch standard says it. */
export function sectionUrl({ step }: Pick<Check, 'step'>): string {
  return `https://fetch.spec.whatwg.org/#${step.split(' ', 1)[0]}`;
}

const SECTIONS: Readonly<Record<string, string>> = {
  'cors-check': 'CORS check',
  'main-fetch': 'main fetch',
  'main-fetch no-cors': 'main fetch',
  'cors-preflight-fetch': 'CORS-preflight fetch',
  'extract-header-list-values': 'extracting header list values',
  'http-redirect-fetch': 'HTTP-redirect fetch',
  'forbidden-method': 'forbidden method',
};
