/**
 * An entry that can never equal a browser's origin: no scheme, a trailing slash, a path, capitals, a default port, a
 * glob where none is read, a pattern without the scheme, another header than `Origin`. Browsers send
 * `scheme://host[:port]` in lower case and compare bytes.
 */
import { PLACEHOLDER } from '../src/findings/allow-list.js';
import { linesOf, type Ask } from '../src/findings/ask.js';
import { defineRule, type Report } from '../src/findings/rule.js';
import { hostsInLeaf } from '../src/origins/hosts.js';
import { includes } from '../src/origins/kinds.js';
import { NONE } from '../src/origins/origin-set.js';
import { canonicalOrigin, isSerializableOrigin, whyNever } from '../src/origins/serialization.js';
import type { HeaderValue, Policy } from '../src/policy/program.js';
import { effectsOn, literalOrigins, originLeaves } from '../src/policy/views.js';

export default defineRule({
  title: 'An entry can never equal a browser’s origin',
  class: 'broken-in-browser',
  set: 'recommended',
  references: ['https://fetch.spec.whatwg.org/#origin-header', 'https://www.rfc-editor.org/rfc/rfc6454#section-6.2'],
  messages: {
    never: '`{entry}` can never equal a browser’s origin ({flaw}).',
    unsatisfiable: '`{entry}` admits no origin that a browser sends, `{origin}` neither.',
    source: '`{name}` is sent as the allowed origin: it {instead}, and never equals the origin of another site.',
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
    yield* unsatisfiable(policy, ask);
    yield* notFromOrigin(policy, ask);
  },
});

/** Patterns that name a host and admit no origin at all. */
function* unsatisfiable(policy: Policy, ask: Ask): Generator<Report<'unsatisfiable'>> {
  for (const leaf of originLeaves(policy)) {
    const [host] = leaf.s === 'exact' ? [] : hostsInLeaf(leaf);
    if (leaf.s === 'exact' || host === undefined || includes(NONE, leaf) !== true) continue;
    const origin = `https://${leaf.s === 'glob' && leaf.text.includes('*') && !host.includes('*') ? `a.${host}` : host}`;
    for (const probe of ask.probes) {
      const witness = isSerializableOrigin(origin) ? ask.blocks(probe, { origin }) : undefined;
      if (witness === undefined || !/^acao-(mismatch|missing)$/.test(witness.verdict.reason)) continue;
      const entry = leaf.s === 'regex' ? leaf.source : leaf.text;
      const source = leaf.s === 'regex' ? satisfiable(entry) : undefined;
      yield {
        message: 'unsatisfiable',
        data: { entry, origin },
        class: ask.accepted(probe).length > 0 ? 'correctness-warning' : 'broken-in-browser',
        at: leaf.at,
        witness,
        proposals: source === undefined ? [] : [{ title: `Write a pattern of what browsers send: ${source}`, change: { kind: 'replace-pattern', at: leaf.at, source }, automatic: false }],
      };
      break;
    }
  }
}

/** The pattern with the scheme that it lacks, or without the slash at its end. */
function satisfiable(source: string): string | undefined {
  if (!/:\\?\//.test(source)) return `^https://${source.replace(/^\^/, '')}`;
  const bare = source.replace(/\\?\/(\$?)$/, '$1');
  return bare === source ? undefined : bare;
}

/** Headers that are taken for Origin, and what they have instead. */
const MISTAKEN: Readonly<Record<string, string>> = { referer: 'is the address of a page, with its path', host: 'names this service itself', 'x-forwarded-host': 'names this service itself' };

/** What is sent is another header of the request than Origin. */
function* notFromOrigin(policy: Policy, ask: Ask): Generator<Report<'source'>> {
  for (const { effect } of effectsOn(policy, 'access-control-allow-origin')) {
    const name = sourcesIn(effect.value).find((source) => MISTAKEN[source] !== undefined);
    if (name === undefined) continue;
    for (const probe of ask.probes) {
      const witness = ask.accepted(probe).length > 0 ? undefined : ask.blocks(probe, { origin: PLACEHOLDER });
      if (witness === undefined || !/^acao-(mismatch|missing)$/.test(witness.verdict.reason)) continue;
      yield { message: 'source', data: { name, instead: MISTAKEN[name]! }, at: effect.at, witness };
      break;
    }
  }
}

/** Names of the request headers that a value is made of. */
function sourcesIn(value: HeaderValue): readonly string[] {
  switch (value.v) {
    case 'request-header':
      return [value.name];
    case 'request-part':
      return value.part === 'host' ? ['host'] : [];
    case 'captured':
      return sourcesIn(value.of);
    case 'concat':
      return value.parts.flatMap(sourcesIn);
    default:
      return [];
  }
}
