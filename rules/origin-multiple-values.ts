/**
 * Several origins in one `Access-Control-Allow-Origin`, as a list in one value or as several header lines. The header
 * holds exactly one origin or `*`; browsers compare the whole value and refuse the rest.
 */
import { linesOf } from '../src/findings/ask.js';
import type { Exchange } from '../src/findings/finding.js';
import { defineRule } from '../src/findings/rule.js';
import type { HttpResponse } from '../src/policy/evaluate.js';
import { acceptedCandidates, effectAt } from '../src/policy/views.js';

export default defineRule({
  title: 'Several origins in one Access-Control-Allow-Origin',
  class: 'broken-in-browser',
  set: 'recommended',
  references: ['https://fetch.spec.whatwg.org/#http-access-control-allow-origin'],
  messages: {
    list: 'Several origins in one `Access-Control-Allow-Origin`; browsers accept exactly one, so {origin} is refused.',
    lines: '`Access-Control-Allow-Origin` is sent {count} times; browsers refuse a response with more than one.',
  },
  *check(policy, ask) {
    for (const probe of ask.probes) {
      for (const origin of [...acceptedCandidates(policy), ...listedIn(policy.steps.flatMap((step) => step.effects.map((effect) => effect.value)))]) {
        // What answers preflights alone shows its value there.
        const witness = [{ origin }, { origin, headers: [['content-type', 'application/json']] as const }].map((client) => ask.blocks(probe, client)).find((blocked) => /^(?:preflight-)?acao-mismatch$/.test(blocked?.verdict.reason ?? ''));
        if (witness === undefined) continue;
        const shown = (exchange: Exchange): HttpResponse => (witness.verdict.reason === 'acao-mismatch' ? exchange.response : (exchange.preflight ?? exchange.response));
        if (!ask.exchanges(probe, witness.request).every((exchange) => severalIn(linesOf(shown(exchange), 'access-control-allow-origin').map((line) => line.text)))) continue;
        const lines = linesOf(shown(witness), 'access-control-allow-origin');
        // Lines of another layer are another rule's business.
        if (lines[0]?.at === undefined || lines.some((line) => line.at === undefined || line.at.file !== lines[0]!.at!.file)) continue;
        const value = effectAt(policy, lines[0].at)?.value;
        const listed = lines.length > 1 ? severalLines(lines.map(({ text }) => text)) : listedIn(value === undefined ? [] : [value]);
        yield {
          message: lines.length > 1 ? 'lines' : 'list',
          data: { origin, count: String(lines.length) },
          at: lines[0].at,
          related: lines.slice(1).flatMap((line) => (line.at === undefined ? [] : [{ at: line.at, message: 'Sent here again.' }])),
          witness,
          proposals:
            value?.v === 'literal' && listed.length > 1
              ? [
                  { title: 'Allow each of them by itself', change: { kind: 'split-text', at: value.at, texts: listed }, automatic: false },
                  { title: 'Let in each of them by a check of its own', change: { kind: 'allow-only', at: lines[0].at, origins: listed }, automatic: false },
                ]
              : [],
        };
        break;
      }
    }
  },
});

/** A colon in front is another mistake. */
function severalIn(texts: readonly (string | null)[]): boolean {
  return texts.length > 1 || texts.some((text) => text !== null && /[^\s,][\s,]+[^\s,]/.test(text.trim().replace(/^:\s+/, '')));
}

/** The origins of lines that name one each. */
function severalLines(texts: readonly (string | null)[]): string[] {
  const origins = [...new Set(texts.flatMap((text) => (text !== null && /^https?:\/\/[^/\s,]+$/.test(text) ? [text] : [])))];
  return texts.every((text) => text !== null && origins.includes(text)) ? origins : [];
}

/** Origins named in a value that is a list. */
function listedIn(values: readonly { readonly v: string; readonly text?: string }[]): string[] {
  return values.flatMap((value) => (value.v === 'literal' && value.text !== undefined && /[\s,]/.test(value.text.trim()) ? value.text.split(/[\s,]+/).filter((part) => /^https?:\/\/[^/]+$/.test(part)) : []));
}
