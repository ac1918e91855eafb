/**
 * `Access-Control-Allow-Headers: *` covers every request header but one: `Authorization` must be named. By the Fetch
 * standard the preflight fails; Chromium and Firefox still let the header pass, and say that they will stop.
 *
 * Speaks where the header is known to be needed: the service reads it, or a page of the repository sends it.
 */
import { linesOf } from '../src/findings/ask.js';
import { lists } from '../src/findings/lists.js';
import { defineRule } from '../src/findings/rule.js';

export default defineRule({
  title: '`Access-Control-Allow-Headers: *` does not cover Authorization',
  class: 'correctness-warning',
  set: 'recommended',
  yieldsTo: { 'no-wildcard-list-with-credentials': 'place' },
  references: ['https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name', 'https://github.com/whatwg/fetch/issues/251'],
  messages: {
    needed: '`*` does not cover `Authorization`, which {path} needs: by the standard its preflight fails. Chromium and Firefox still let it pass, and warn that they will not for long.',
    open: '`*` does not cover `Authorization`: by the standard the preflight of a request that carries it fails. Chromium and Firefox still let it pass, and warn that they will not for long.',
  },
  *check(_policy, ask) {
    for (const probe of ask.probes) {
      const needed = probe.requestHeaders.includes('authorization') || ask.calls(probe).some(({ headers }) => headers.includes('authorization'));
      if (!needed && !ask.strict) continue;
      for (const origin of ask.accepted(probe)) {
        const witness = ask.blocksWhere(
          probe,
          { origin, headers: [['authorization', 'Bearer token']] },
          ({ verdict, preflight }) => verdict.reason === 'preflight-authorization-not-listed' && preflight !== null && lists(preflight, 'access-control-allow-headers', '*'),
        );
        const at = witness === undefined ? undefined : linesOf(witness.preflight!, 'access-control-allow-headers')[0]?.at;
        if (witness === undefined || at === undefined) continue;
        yield {
          message: needed ? 'needed' : 'open',
          data: { path: probe.path },
          class: needed ? 'correctness-warning' : 'hygiene',
          at,
          witness,
          proposals: [{ title: 'Name `Authorization` beside `*`', change: { kind: 'edit-list', at, remove: [], add: ['Authorization'] }, automatic: false }],
        };
        break;
      }
    }
  },
});
