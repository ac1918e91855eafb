import { effect, HAS_ORIGIN, literal, PREFLIGHT, truth, withinLimit } from '../../middleware/api-gateway/cors-configuration.js';
import { anyOf, PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { casesOf, exactSetOf } from '../../policy/from-condition.js';
import { whenAll, type Guard, type Step } from '../../policy/program.js';
import { itemSpans, valueOfPair, type YamlFile, type YamlPair } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import type { Value } from '../../values/value.js';

/**
 * The host that `func start` runs, on ASP.NET Core: `CORS` is a list with commas, compared byte by byte in lower case, of
 * which nothing is trimmed; a lone `*` is everybody, one among others nobody. Preflights get 204. With credentials `*`
 * is refused at the start. It says `Vary` for more than one origin.
 *
 * azure-functions-core-tools, Actions/HostActions/Startup.cs; aspnetcore, Middleware/CORS (CorsPolicyBuilder, CorsService)
 */
export function localHost(file: YamlFile, cors: YamlPair, credentials: YamlPair | undefined): { readonly steps: readonly Step[]; readonly at: Span } {
  const allowed = truth(credentials === undefined ? undefined : { value: valueOfPair(file, credentials), at: credentials.at, written: true });
  const { at } = cors;
  let place = at;
  const steps = casesOf(valueOfPair(file, cors)).flatMap(({ when, value }): readonly Step[] => {
    if (value.kind === 'nothing' || (value.kind === 'string' && value.value === '')) return [];
    const entries = value.kind === 'string' ? itemSpans(file, value).filter(({ text }) => text !== '') : [];
    // A blank around an entry belongs to it.
    const written = value.kind === 'string' ? value.value.split(',').filter((text) => text !== '') : [];
    const all = written.length === 1 && written[0] === '*';
    place = value.at;
    const items = withinLimit(written.map((text, index): Value => ({ kind: 'string', value: text.toLowerCase(), at: entries[index]?.at ?? value.at })), value.at);
    const set: OriginSet = all ? PRESENT : value.kind === 'string' ? anyOf(items.map((item) => exactSetOf(item, item.at))) : exactSetOf(value, value.at);
    const served = whenAll(when, HAS_ORIGIN, { g: 'origin', in: set });
    const star = effect('set', 'access-control-allow-origin', literal('*', value.at, true), value.at);
    const echo = effect('set', 'access-control-allow-origin', { v: 'request-header', name: 'origin', at: value.at }, value.at);
    const vary = written.length > 1 ? [effect('append', 'vary', literal('Origin', value.at, false), value.at)] : [];
    const sent: Step = { when: served, effects: all ? [star] : [echo, ...vary], at: value.at };
    const refused: readonly Step[] = all ? [{ when: whenAll(when, allowed), effects: [], end: { to: 'answer', status: 500, fault: 'ASP.NET Core refuses `*` with credentials: the local host does not start' }, at: value.at }] : [];
    return [...refused, sent, ...withCredentials(served, allowed, credentials), ...preflight(served, whenAll(when, PREFLIGHT), value.at)];
  });
  return { steps: steps.filter(({ when }) => when.g !== 'never'), at: place };
}

function withCredentials(served: Guard, allowed: Guard, credentials: YamlPair | undefined): readonly Step[] {
  if (credentials === undefined) return [];
  const at = credentials.value?.at ?? credentials.at;
  return [{ when: whenAll(served, allowed), effects: [effect('set', 'access-control-allow-credentials', literal('true', at, true), credentials.at)], at: credentials.at }];
}

/** What is asked for is allowed. */
function preflight(served: Guard, asked: Guard, at: Span): readonly Step[] {
  const granted = (header: string, name: string): Step => ({ when: whenAll(asked, served), effects: [effect('set', header, { v: 'request-header', name, at }, at)], at });
  return [granted('access-control-allow-methods', 'access-control-request-method'), granted('access-control-allow-headers', 'access-control-request-headers'), { when: asked, effects: [], end: { to: 'answer', status: 204 }, at }];
}
