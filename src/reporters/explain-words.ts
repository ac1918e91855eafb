import { isSafelistedMethod, normaliseMethod, unsafeNames } from '../browser/request.js';
import type { Check, Explanation, Needed, World } from '../questions/explanation.js';
import { reasonInWords } from './verdict.js';
import { visible } from './visible.js';
import { headerInWords } from './words.js';

/** A check in words, whatever came of it. */
export function checkInWords(check: Check, request: Explanation['request'], world: World): string {
  if (check.ok === false) return reasonInWords(check.reason ?? '', check.hint);
  if (check.ok === null) return `${subjectOf(check)} is not known`;
  return visible(passed(check, request, world));
}

/** The checks of a world by the message that they look at, in their order. */
export function checkGroups({ checks }: World): readonly { readonly title: string; readonly checks: readonly Check[] }[] {
  const titles = { request: 'before anything is sent', preflight: 'the answer to the preflight', response: 'the response' } as const;
  const groups: { readonly title: string; readonly checks: Check[] }[] = [];
  for (const check of checks) {
    const title = titles[check.of];
    if (groups.at(-1)?.title === title) groups.at(-1)!.checks.push(check);
    else groups.push({ title, checks: [check] });
  }
  return groups;
}

function passed({ check, of, hop }: Check, request: Explanation['request'], world: World): string {
  const answer = (of === 'preflight' ? world.preflight : world.response)?.response;
  const told = (name: string): string => (answer?.headers.filter((line) => line.name === name).map(({ text }) => text ?? '').join(', ') ?? '').trim();
  switch (check) {
    case 'usable-method':
      return 'pages may use the method';
    case 'own-origin':
      return 'the URL is of the page’s own origin: CORS has no say';
    case 'reachable-url':
      return hop === 0 ? 'the URL is of another origin: the response must share itself' : 'the redirect leads to a URL that pages may ask';
    case 'preflight-needed':
      return preflightReason(request);
    case 'allow-origin':
      return told('access-control-allow-origin') === '*' ? 'Access-Control-Allow-Origin is *' : 'Access-Control-Allow-Origin is the page’s origin';
    case 'allow-credentials':
      return 'Access-Control-Allow-Credentials is true';
    case 'ok-status':
      return `the status is ${answer?.status ?? 'from 200 to 299'}`;
    case 'lists':
      return 'the lists of methods and headers are lists of names';
    case 'allow-methods': {
      const method = normaliseMethod(request.method);
      if (isSafelistedMethod(request.method)) return `${method} needs no leave`;
      return told('access-control-allow-methods').split(',').some((name) => name.trim() === method) ? `Access-Control-Allow-Methods names ${method}` : `Access-Control-Allow-Methods covers ${method} by *`;
    }
    case 'allow-authorization':
      return 'Access-Control-Allow-Headers names Authorization';
    case 'allow-headers': {
      const listed = told('access-control-allow-headers').split(',').map((name) => name.trim().toLowerCase());
      const names = unsafeNames(request);
      return names.every((name) => listed.includes(name)) ? `Access-Control-Allow-Headers names ${names.join(', ')}` : `Access-Control-Allow-Headers covers ${names.join(', ')} by *`;
    }
    case 'max-age':
      return keptFor(world);
    case 'redirect':
      return 'the redirect may be followed';
    case 'exposed-headers': {
      const exposed = told('access-control-expose-headers');
      return exposed === '' ? 'script sees the seven headers that every page sees, and no others' : `script also sees ${exposed}`;
    }
  }
}

function subjectOf({ check }: Check): string {
  const headers: Readonly<Partial<Record<Check['check'], string>>> = {
    'allow-origin': 'Access-Control-Allow-Origin',
    'allow-credentials': 'Access-Control-Allow-Credentials',
    'ok-status': 'the status',
    lists: 'whether the lists of methods and headers are lists of names',
    'allow-methods': 'Access-Control-Allow-Methods',
    'allow-authorization': 'Access-Control-Allow-Headers',
    'allow-headers': 'Access-Control-Allow-Headers',
    'max-age': 'how long it is kept',
    redirect: 'what answers where the redirect leads',
    'exposed-headers': 'which headers script sees',
  };
  return headers[check] ?? check;
}

/** Why there is a preflight, or why there is none. */
export function preflightReason(request: Explanation['request']): string {
  const method = normaliseMethod(request.method);
  const unsafe = unsafeNames(request);
  const values = unsafe.map((name) => {
    const value = request.headers.find(([other]) => other.toLowerCase() === name)?.[1] ?? '';
    return name === 'content-type' ? headerInWords({ name, text: value }) : name;
  });
  const reasons = [...(isSafelistedMethod(request.method) ? [] : [`the method ${method}`]), ...(unsafe.length === 0 ? [] : [`the ${unsafe.length === 1 ? 'header' : 'headers'} ${values.join(', ')}`])];
  return reasons.length === 0 ? `the browser asks nothing first: ${method} and the headers of the request are safelisted` : `the browser asks first, for ${reasons.join(' and ')}`;
}

/** Seconds that browsers keep the preflight's answer. */
function keptFor({ verdict: { maxAge }, preflight }: World): string {
  const isWritten = preflight?.response.headers.some(({ name }) => name === 'access-control-max-age') === true;
  if (maxAge === undefined) return 'it is kept for a while';
  const { standard, chromium, firefox, webkit } = maxAge;
  if (!isWritten) return `it is kept for ${standard} seconds: Access-Control-Max-Age is missing`;
  return `it is kept for ${standard} seconds (by the standard; Chromium ${chromium}, Firefox ${firefox}, Safari ${webkit ?? 'not known'})`;
}

/** What would have to be sent: lines of headers, and a status where that counts. */
export function neededLines({ okStatus, headers }: Needed): readonly string[] {
  return [...(okStatus ? ['a status from 200 to 299'] : []), ...headers.map(([name, text]) => headerInWords({ name, text }))];
}
