/**
 * A name in a list that browsers never send, use or expose, whatever the list says. Harmless, but usually a sign of a
 * misunderstanding: `Cookie` in `Access-Control-Allow-Headers` does not allow cookies, and `Set-Cookie` in
 * `Access-Control-Expose-Headers` does not show them.
 *
 * Names that are allowed anyway (`Accept`, `GET`) and those of a product's own default are no finding.
 */
import { askingFirst, linesOf, type Ask } from '../src/findings/ask.js';
import type { Exchange } from '../src/findings/finding.js';
import { isForbiddenName, spelled } from '../src/findings/lists.js';
import { defineRule } from '../src/findings/rule.js';
import type { Probe } from '../src/policy/program.js';
import { writtenText } from '../src/policy/views.js';

export default defineRule({
  title: 'A listed name has no effect in browsers',
  class: 'hygiene',
  set: 'strict',
  references: ['https://fetch.spec.whatwg.org/#forbidden-request-header', 'https://fetch.spec.whatwg.org/#forbidden-method', 'https://fetch.spec.whatwg.org/#forbidden-response-header-name'],
  messages: {
    method: '{names} in {list}: browsers never send such a request for a page.',
    request: '{names} in {list}: a page cannot set what the browser sets, and need not ask for it.',
    response: '{names} in {list}: browsers never show it to a page.',
    direction: '{names} in {list}: {direction}, so nobody needs it there.',
  },
  *check(policy, ask) {
    for (const probe of ask.probes) {
      for (const witness of witnesses(ask, probe)) {
        for (const { list, message, isMeant, direction } of KINDS) {
          const response = list === EXPOSED ? witness.response : witness.preflight;
          const line = response === null ? undefined : linesOf(response, list)[0];
          const written = line === undefined ? undefined : writtenText(policy, line);
          if (line?.at === undefined || written === undefined) continue;
          const all = written.text.split(',').map((name) => name.trim()).filter((name) => name !== '');
          const names = all.filter(isMeant);
          if (names.length === 0) continue;
          const at = line.at;
          yield {
            message,
            data: { names: names.map((name) => `\`${name}\``).join(', '), list: spelled(list), direction: direction ?? '' },
            at: written.at,
            witness,
            // A page that sets a response header, which some do in vain, is asked for it all the same.
            proposals: [{ title: `Take ${names.join(', ')} out`, change: names.length === all.length ? { kind: 'remove-header', at } : { kind: 'edit-list', at, remove: names, add: [] }, automatic: direction === undefined }],
          };
        }
      }
    }
  },
});

const EXPOSED = 'access-control-expose-headers';
const NAMES = 'access-control-allow-headers';

interface Kind {
  readonly list: string;
  readonly message: 'method' | 'request' | 'response' | 'direction';
  readonly isMeant: (name: string) => boolean;
  readonly direction?: string;
}

const KINDS: readonly Kind[] = [
  { list: 'access-control-allow-methods', message: 'method', isMeant: (name) => /^(?:CONNECT|TRACE|TRACK)$/i.test(name) },
  { list: NAMES, message: 'request', isMeant: isForbiddenName },
  { list: NAMES, message: 'direction', isMeant: (name) => /^access-control-/i.test(name) && !isForbiddenName(name), direction: 'it is a header of responses' },
  { list: EXPOSED, message: 'response', isMeant: (name) => /^set-cookie2?$/i.test(name) },
  { list: EXPOSED, message: 'direction', isMeant: (name) => /^(?:origin|access-control-request-.*)$/i.test(name), direction: 'it is a header of requests' },
  { list: EXPOSED, message: 'direction', isMeant: (name) => /^access-control-(?:allow-methods|allow-headers|max-age)$/i.test(name), direction: 'only preflights carry it, which no page sees' },
];

/** The preflighted request of an accepted origin: its verdict is the same without the names. */
function witnesses(ask: Ask, probe: Probe): readonly Exchange[] {
  const [origin] = ask.accepted(probe);
  return origin === undefined ? [] : ask.exchanges(probe, { origin, ...askingFirst(probe) }).slice(0, 1);
}
