/**
 * In nginx a block with any `add_header` of its own inherits none from the block around it, and a true `if` counts as
 * a block; in lighttpd a list of headers in a conditional block replaces the list outside. The CORS headers of the outer
 * level silently do not apply there.
 */
import { linesOf, STRANGERS, type Ask } from '../src/findings/ask.js';
import { defineRule, type Report } from '../src/findings/rule.js';
import type { Policy } from '../src/policy/program.js';
import { acceptedCandidates } from '../src/policy/views.js';

export default defineRule({
  title: 'CORS headers of the outer block do not apply in a block with headers of its own',
  class: 'broken-in-browser',
  set: 'recommended',
  references: ['https://nginx.org/en/docs/http/ngx_http_headers_module.html#add_header'],
  messages: {
    dropped: 'CORS headers of the outer block do not apply here: this block has headers of its own, and they replace those.',
    undone: 'The preflight is answered here, and the CORS headers of the `if` before do not apply: of those that are true the last alone counts.',
  },
  *check(policy, ask) {
    yield* undone(policy, ask);
    for (const note of policy.notes) {
      if (note.id !== 'headers-lost-by-inheritance') continue;
      const probe = ask.probes.find((candidate) => candidate.path === note.path) ?? { path: note.path, methods: null, requestHeaders: [], at: note.at };
      for (const origin of [...acceptedCandidates(policy), STRANGERS[0]]) {
        const preflighted = ask.blocks(probe, { origin, method: 'PUT' });
        const witness = ask.blocks(probe, { origin }) ?? preflighted;
        if (witness === undefined || !/acao-missing$/.test(witness.verdict.reason)) continue;
        const answer = witness.preflight ?? witness.response;
        const intended = answer.headers.some((line) => line.name.startsWith('access-control-')) || linesOf(answer, 'access-control-allow-origin').length > 0;
        yield {
          message: 'dropped',
          class: intended || witness.preflight !== null ? 'broken-in-browser' : 'correctness-warning',
          at: note.at,
          related: note.related.map((at) => ({ at, message: 'This header is lost.' })),
          witness,
          proposals: [{ title: 'Repeat the CORS headers in this block', change: { kind: 'repeat-headers', at: note.at, from: note.related }, automatic: false }],
        };
        break;
      }
    }
  },
});

/** Served origins whose preflights are answered, in the block that undoes what lets them in. */
function* undone(policy: Policy, ask: Ask): Generator<Report<'undone'>> {
  for (const note of policy.notes) {
    const probe = ask.probes.find(({ path }) => note.id === 'headers-undone' && path === note.path);
    if (probe === undefined) continue;
    const witnesses = ask.accepted(probe).flatMap((origin) => ask.blocks(probe, { origin, method: 'PUT' }) ?? []);
    const witness = witnesses.find(({ verdict, preflight }) => verdict.reason === 'preflight-acao-missing' && preflight?.status !== null && Math.floor((preflight?.status ?? 0) / 100) === 2);
    if (witness === undefined) continue;
    yield {
      message: 'undone',
      at: note.at,
      related: note.related.map((at) => ({ at, message: 'This header is lost.' })),
      witness,
      proposals: [{ title: 'Repeat the CORS headers in this block', change: { kind: 'repeat-headers', at: note.at, from: note.related }, automatic: false }],
    };
  }
}
