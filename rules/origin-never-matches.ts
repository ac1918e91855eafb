/**
 * An entry that can never equal a browser's origin: no scheme, a trailing slash, a path, capitals, a default port, a
 * glob where none is read. Browsers send `scheme://host[:port]` in lower case and compare bytes.
 */
import { canonicalOrigin, whyNever } from '../src/origins/serialization.js';
import { linesOf } from '../src/findings/ask.js';
import { defineRule } from '../src/findings/rule.js';
import { literalOrigins, originLeaves } from '../src/policy/views.js';

export default defineRule({
  title: 'An entry can never equal a browser’s origin',
  class: 'broken-in-browser',
  set: 'recommended',
  references: ['https://fetch.spec.whatwg.org/#origin-header', 'https://www.rfc-editor.org/rfc/rfc6454#section-6.2'],
  messages: {
    never: '`{entry}` can never equal a browser’s origin ({flaw}).',
    meant: '`{entry}` can never equal a browser’s origin ({flaw}); the browser sends `{origin}`.',
  },
  *check(policy, ask) {
    const dead: { readonly entry: string; readonly flaw: string; readonly at: (typeof policy)['at'] }[] = [];
    const leaves = originLeaves(policy).filter((leaf) => leaf.s === 'exact');
    for (const leaf of leaves) {
      const flaw = whyNever(leaf);
      if (flaw !== undefined) dead.push({ entry: leaf.text, flaw, at: leaf.at });
    }
    for (const value of literalOrigins(policy)) {
      const text = value.text.trim();
      const flaw = text === '*' || text === 'null' || text === '' || !value.written ? undefined : canonicalOrigin(text)?.flaw;
      if (flaw !== undefined && flaw !== 'several-origins') dead.push({ entry: text, flaw, at: value.at });
    }
    for (const { entry, flaw, at } of dead) {
      // The empty text is what a test for "no Origin" compares with, and what an unset list splits into.
      if (flaw === 'placeholder' || flaw === 'empty') continue;
      const origin = canonicalOrigin(entry)?.origin;
      const twin = origin !== undefined && leaves.some((leaf) => leaf.at !== at && leaf.text === origin);
      for (const probe of ask.probes) {
        const client = { origin: origin ?? 'https://app.example' };
        const witness = twin ? ask.allows(probe, client) : ask.blocks(probe, client);
        if (witness === undefined || (!twin && !/^acao-(mismatch|missing)$/.test(witness.verdict.reason))) continue;
        if (!twin && linesOf(witness.response, 'access-control-allow-origin').length > 1) continue;
        yield {
          message: origin === undefined ? 'never' : 'meant',
          data: { entry, flaw: flaw.replaceAll('-', ' '), origin: origin ?? '' },
          class: twin || ask.accepted(probe).length > 0 ? 'correctness-warning' : 'broken-in-browser',
          at,
          witness,
          proposals: twin
            ? [{ title: 'Remove the entry; its correct form is in the list', change: { kind: 'remove-entry', at }, automatic: true }]
            : origin === undefined
              ? []
              : [{ title: `Write \`${origin}\``, change: { kind: 'replace-text', at, text: origin }, automatic: false }],
        };
        break;
      }
    }
  },
});
