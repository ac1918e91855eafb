/**
 * `_headers` of Cloudflare Pages and of static assets of Workers, and one of which nobody says who reads it.
 *
 * Every rule whose path fits counts. A header that two of them set is sent once, with both texts and a comma between
 * them: no browser takes that for an origin. `! Name` takes away what was set before. Pages itself sends
 * `Access-Control-Allow-Origin: *` with every file, and answers 405 to OPTIONS. Rules do not reach what functions answer.
 *
 * `@cloudflare/pages-shared` 0.13 (asset server, run in the live suite) and `workers-shared` (parser, read). Of a file
 * without a host in view only what Netlify, which sends the later text alone, makes of it as well is certain.
 */
import { editHeadersFile, rulesIn } from '../../middleware/static-headers/headers-file.js';
import { hasFunctions, headersHost, type HeadersHost } from '../../middleware/static-headers/hosts.js';
import { everyPath } from '../../middleware/static-headers/paths.js';
import { JOINED, repeated, sitePolicy, stepsOf, withinLimits, type Combining, type HeaderRule } from '../../middleware/static-headers/rules.js';
import type { Gap, Policy, Step } from '../../policy/program.js';
import type { HeadersFile } from '../../syntax/headers-file/index.js';
import type { Span } from '../../text/span.js';
import type { Fact } from '../../values/fact.js';
import { defineReader, type Reading } from '../reader.js';
import { placed, understood } from './blocks.js';

export default defineReader<HeadersFile>({
  title: 'Cloudflare Pages',
  language: 'headers-file',
  mayConcern: /access-control-/i,

  *read(file) {
    const host = headersHost(file);
    const [first] = file.blocks;
    if (host === 'netlify' || first === undefined) return;
    const { blocks, gaps } = understood(file, host);
    const found = withinLimits(rulesIn(blocks, placed, true));
    const rules = found.rules.map(filledIn);
    for (const gap of [...gaps, ...found.gaps, ...(host === 'unknown' ? undecided(rules) : [])]) yield { kind: 'gap', gap };
    if (rules.length === 0) return;
    const at = rules[0]!.place.at;
    yield policyOf(file, host, at, [...byItself(host, at), ...stepsOf(rules, host === 'unknown' ? eitherHost(at) : JOINED)], rules);
  },

  write: editHeadersFile,
});

function policyOf(file: HeadersFile, host: HeadersHost, at: Span, steps: readonly Step[], rules: readonly HeaderRule[]): Reading {
  const pages = host === 'cloudflare-pages';
  const own: Pick<Policy, 'reader' | 'title' | 'at' | 'steps' | 'behind'> = {
    reader: 'cloudflare-pages',
    title: host === 'unknown' ? '_headers' : pages ? '_headers of Cloudflare Pages' : '_headers of Cloudflare',
    at,
    steps,
    behind: { options: pages && !hasFunctions(file) ? 405 : null },
  };
  return { kind: 'policy', policy: sitePolicy(own, rules.map(({ place }) => place)) };
}

/** What Pages sends with every file. */
function byItself(host: HeadersHost, at: Span): readonly Step[] {
  if (host !== 'cloudflare-pages') return [];
  const header = 'access-control-allow-origin';
  return [{ when: everyPath(at).when, effects: [{ op: 'set', header, value: { v: 'literal', text: '*', at, written: false }, statuses: 'all', at }], at }];
}

function eitherHost(at: Span): Combining {
  const why: Fact = { key: `host@${at.file}`, reason: 'conflicting-writes', detail: 'whether Cloudflare or Netlify serves the site', at };
  return { within: 'joined', across: { unknown: why } };
}

function undecided(rules: readonly HeaderRule[]): readonly Gap[] {
  return repeated(rules).map(({ header, at }) => ({ at, reason: 'conflicting-writes', message: `another rule sets \`${header}\` for the same path: Cloudflare joins both texts with a comma, Netlify sends the later one; no configuration of a host is in view` }));
}

/** A part of the path or of the host that a text repeats by its name (`:splat`, `:name`) is known only with the request. */
function filledIn(rule: HeaderRule): HeaderRule {
  const names = rule.place.names ?? [];
  if (names.length === 0) return rule;
  const repeats = new RegExp(`:(?:${names.join('|')})`);
  return {
    ...rule,
    writes: rule.writes.map((write) => {
      const { value } = write;
      if (value === undefined || 'v' in value || value.kind !== 'string' || !repeats.test(value.value)) return write;
      return { ...write, value: { kind: 'unknown', reason: 'parameter', detail: 'a part of the path', at: value.at } };
    }),
  };
}
