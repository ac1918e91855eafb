import type { NotCors } from '../questions/console/wordings.js';
import type { Blamed } from '../questions/blame.js';
import type { Difference } from '../questions/agreement.js';
import type { Taken } from '../questions/why.js';
import { headerInWords } from './words.js';
import { visible } from './visible.js';

/** What messages mean that no header of CORS is to blame for. */
const MEANINGS: Readonly<Record<NotCors, string>> = {
  network: 'Nothing answered: the network, the name, the certificate or the port failed. Browsers never got as far as CORS.',
  'did-not-succeed':
    'This is not CORS, though Firefox calls it so: no answer came. Nothing listens there, the name or the certificate is wrong, an extension or mixed content blocks it, or the server broke the connection. Behind another message for the same URL it only repeats that.',
  'said-elsewhere': 'This only says that a request failed. The message beside it in the console says why; paste that.',
  status: 'The server answered with an error status. The browser gave the response to script: CORS is not to blame.',
  'mixed-content': 'A page of https asks for plain http, which browsers refuse before anything is sent. Ask for https; no header changes it.',
  'same-origin-mode': 'The page asked with mode "same-origin" for another origin. The page must ask with mode "cors"; no header changes it.',
  'forbidden-method': 'Pages may not use this method (CONNECT, TRACE, TRACK); no header changes it.',
  'forbidden-header': 'Pages may not set this request header: the browser leaves it out, and sends the request without. No header of a response changes it.',
  'header-not-exposed': 'The response came, and script may read it, but not this header: Access-Control-Expose-Headers does not name it (Set-Cookie is never to be read).',
  scheme: 'CORS is for http and https alone; the URL, or the page when it is opened from a file, is of another scheme.',
  redirect: 'The request was redirected to where browsers do not follow a page: another scheme, or a URL with a user name. What redirects has to change.',
  'local-network': 'The browser keeps pages from addresses of the local network (Local Network Access, once Private Network Access). It asks the user for permission; no header of CORS grants it.',
  'cors-disabled': 'This Firefox has CORS switched off (content.cors.disable in about:config): it refuses every request to another origin.',
  extension: 'Firefox could not add the Origin header: an extension gets in its way.',
  preload: 'The preload and what uses it ask with different credentials modes, so that the browser fetches twice. Give <link rel="preload"> the crossorigin attribute that its user has.',
  'opaque-from-worker': 'A service worker answered with a response that it had fetched without CORS. It has to fetch with mode "cors", and the server has to allow that.',
  'service-worker': 'A service worker answered with an error. What its own fetch failed of stands in another message.',
};

export function meaningOf(about: NotCors): string {
  return MEANINGS[about];
}

/** What a place has to do with a failure. */
export function blamedInWords({ how, header, text }: Blamed): string {
  const name = headerInWords({ name: header ?? '', text: '' }).replace(/: $/, '');
  if (how === 'answers') return 'answers the preflight with a status that browsers do not take';
  if (how === 'withholds') return `sends ${name} here, but not in this case`;
  if (how === 'loses') return `loses the ${name} that is written around it`;
  if (how === 'lacks') return `sends no ${name}`;
  return `${how} ${headerInWords({ name: header ?? '', text: text ?? null })}`;
}

const TAKEN: Readonly<Record<Taken['what'], string>> = { url: 'URL', origin: 'page', method: 'method', headers: 'headers', credentials: 'credentials', handler: 'program behind' };

/** What was not told and is taken to be so: `method PUT, credentials include`. */
export function takenInWords(taken: readonly Taken[]): string {
  return visible(taken.map(({ what, text }) => `${TAKEN[what]} ${text}`).join(', '));
}

/** What was seen and what the layers would send. */
export function differenceInWords({ of, what, seen, predicted }: Difference): string {
  const answer = of === 'preflight' ? 'the answer to the preflight' : 'the response';
  if (what === 'status') return `${answer} had status ${visible(seen ?? 'none')}; by these layers it has ${visible(predicted ?? 'none')}`;
  const name = headerInWords({ name: what, text: '' }).replace(/: $/, '');
  if (predicted === null) return `${answer} had ${headerInWords({ name: what, text: seen })}, which no layer of this repository sends: another layer does`;
  if (seen === null) return `${answer} had no ${name}; these layers send ${visible(predicted)}: another layer takes it away, or something else is deployed`;
  return `${answer} had ${headerInWords({ name: what, text: seen })}; these layers send ${visible(predicted)}`;
}
