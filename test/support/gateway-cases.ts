import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { LintResult } from '../../src/engine.js';
import { rules } from '../../src/generated/registries.js';
import { evaluate, type HttpResponse } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import { SourceText } from '../../src/text/source-text.js';

/** One mini file of the reference for gateways, with what its product makes of it and what is to be said about it. */
export interface GatewayCase {
  readonly id: string;
  readonly gateway: string;
  /** Name of the file. */
  readonly file: string;
  readonly text: string;
  readonly expect: { readonly policy: ExpectedPolicy; readonly findings: readonly ExpectedFinding[] };
  /** Why something else is expected here than in the reference, with the source of the fact. */
  readonly because?: string;
}

export interface ExpectedPolicy {
  readonly origins: readonly { readonly type: string; readonly value?: string; readonly match?: string; readonly on?: string }[];
  readonly send: '*' | 'echo' | 'static' | 'none' | 'dynamic';
  readonly credentials: boolean;
  /** `*`: the one that was asked for. */
  readonly methods?: '*' | readonly string[];
  readonly headers?: 'echo' | '*' | readonly string[];
  readonly expose?: readonly string[];
  readonly maxAge?: number;
  /** `gateway:<status>`, `upstream` (the backend must answer) or `nobody`. */
  readonly preflight?: string;
  readonly vary?: boolean;
  /** The case speaks of answers to preflights: all others are left to a function that is not in view. */
  readonly on?: 'preflight';
  /** Pattern of the path that is meant, in the product's dialect. */
  readonly path?: string;
  /** What an origin that is not listed gets: `gateway:<status>`. */
  readonly mismatch?: string;
  /** The policy depends on something that the file does not say. */
  readonly conditional?: boolean;
  /** For which versions the policy stands: without the version the answer is one of several. */
  readonly note?: string;
  readonly parseError?: boolean;
}

export interface ExpectedFinding {
  /** A kind of the reference, or the id of a rule, or `gap`. */
  readonly rule: string;
  /** From 1. */
  readonly line: number;
}

const folder = new URL('../../fixtures/gateways/', import.meta.url);

/** The cases, those of a gateway with corrections (`<gateway>.corrections.yaml`: policy keys, findings, because) as corrected. */
export function gatewayCases(): readonly GatewayCase[] {
  const all = parse(readFileSync(new URL('cases.yaml', folder), 'utf8')) as readonly GatewayCase[];
  return all.map((one) => {
    const path = new URL(`${one.gateway}.corrections.yaml`, folder);
    const corrections = existsSync(path) ? (parse(readFileSync(path, 'utf8')) as Readonly<Record<string, Correction>>) : {};
    const correction = corrections[one.id];
    if (correction === undefined) return one;
    return { ...one, because: correction.because, expect: { policy: { ...one.expect.policy, ...correction.policy }, findings: correction.findings ?? one.expect.findings } };
  });
}

interface Correction {
  readonly because: string;
  readonly policy?: Partial<ExpectedPolicy>;
  readonly findings?: readonly ExpectedFinding[];
}

/** Kinds of findings in the reference, in the ids of the rules; `gap` where a gap at the line says it as well. */
const RULES_OF: Readonly<Record<string, readonly string[]>> = {
  'reflection': ['no-reflected-origin'],
  'wildcard-with-credentials': ['no-wildcard-with-credentials'],
  'missing-vary': ['vary-origin-missing'],
  'missing-options': ['preflight-unanswered'],
  'auth-on-preflight': ['preflight-behind-auth'],
  'deploy-error': ['no-wildcard-with-credentials', 'gap'],
  'invalid-acao': ['origin-never-matches', 'origin-multiple-values', 'gap'],
  'dead-origin': ['origin-never-matches', 'origin-multiple-values', 'gap'],
  'wildcard-literal': ['origin-never-matches', 'origin-multiple-values', 'no-wildcard-list-with-credentials', 'gap'],
  'yaml-unquoted-star': ['origin-never-matches', 'origin-multiple-values', 'parse-error', 'gap'],
  'ignored-config': ['origin-never-matches', 'origin-multiple-values', 'gap'],
  'regex-unanchored': ['origin-match-unanchored', 'origin-match-too-broad'],
  'prefix-origin': ['origin-match-unanchored', 'origin-match-too-broad'],
  'suffix-origin': ['origin-match-unanchored', 'origin-match-too-broad'],
  'insecure-scheme': ['no-insecure-origin'],
  'null-origin': ['no-null-origin'],
  'invalid-value-fallback': ['no-permissive-fallback'],
  'duplicate-header': ['duplicate-cors-layers'],
  'error-response-without-cors': ['error-response-missing-cors'],
  'long-max-age': ['max-age-ineffective'],
  'implicit-wildcard': [],
  'wildcard-origin': [],
};

const known = (id: string): boolean => id === 'gap' || id === 'parse-error' || Object.hasOwn(rules, id);

function idsOf({ rule }: ExpectedFinding): readonly string[] {
  return RULES_OF[rule] ?? [rule];
}

/** What a case expects, as far as there are rules: a finding of `no-reflected-origin` silences the wildcard's. */
function wanted({ expect: { findings } }: GatewayCase): readonly ExpectedFinding[] {
  const reflected = findings.some(({ rule }) => rule === 'reflection');
  return findings.filter((one) => !(reflected && one.rule === 'wildcard-with-credentials')).filter((one) => idsOf(one).length > 0);
}

/** Kinds of findings of a case that no rule says yet. */
export function waiting(one: GatewayCase): readonly string[] {
  return wanted(one).filter((finding) => !idsOf(finding).some(known)).map(({ rule }) => rule);
}

/** How what was found in a case differs from what is expected, in words; empty when it does not. */
export function findingDifferences(one: GatewayCase, { findings, gaps }: LintResult): readonly string[] {
  const source = new SourceText(one.file, one.text);
  const lineOf = (at: { readonly start: number }): number => source.positionAt(at.start).line;
  // Advice has no place in the reference, unless a case names it.
  const named = new Set(wanted(one).flatMap(idsOf));
  const said = findings.filter(({ ruleId, class: worst }) => worst !== 'hygiene' || named.has(ruleId));
  const told = [...said.map(({ ruleId, at }) => ({ id: ruleId, line: lineOf(at) })), ...gaps.map(({ at, message }) => ({ id: 'gap', line: lineOf(at), message }))];
  const expected = wanted(one).filter((finding) => idsOf(finding).some(known));
  const says = (id: string, line: number, finding: ExpectedFinding): boolean => finding.line === line && idsOf(finding).includes(id);
  // What depends on something that the file does not say may be told as a gap, wherever it stands.
  const open = one.expect.policy.send === 'dynamic' || one.expect.policy.conditional === true;
  return [
    ...expected.filter((finding) => !told.some(({ id, line }) => says(id, line, finding))).map(({ rule, line }) => `line ${line}: no ${rule}`),
    ...told.filter(({ id, line }) => !(open && id === 'gap') && !expected.some((finding) => says(id, line, finding))).map((extra) => `line ${extra.line}: ${extra.id}${'message' in extra ? ` (${extra.message})` : ''} is not expected`),
  ];
}

const STRANGER = 'https://stranger.test';

/** How a policy differs from what a case expects, in words; empty when it does not. */
export function policyDifferences(expected: ExpectedPolicy, policy: Policy): readonly string[] {
  const found: string[] = [];
  const [probe] = policy.probes.filter(({ path }) => expected.path === undefined || path.startsWith(expected.path.replace(/[(*:].*$/, '')));
  if (probe === undefined) return [`no place below ${expected.path}`];
  const asked = (method: string, headers: Readonly<Record<string, string>>): readonly HttpResponse[] => {
    const all = { ...(probe.host === undefined ? {} : { host: probe.host }), ...headers };
    return evaluate({ policy, inner: [] }, { method, path: probe.path, headers: Object.entries(all) }, { scenario: { headers: [] } }).map(({ response }) => response);
  };
  const open = expected.send === 'dynamic' || expected.conditional === true || expected.note !== undefined;
  const same = (what: string, responses: readonly HttpResponse[], of: (response: HttpResponse) => unknown, ...right: readonly unknown[]): void => {
    const real = responses.map((response) => JSON.stringify(of(response)));
    const texts = right.map((one) => JSON.stringify(one));
    if (!(open ? real.some((one) => texts.includes(one)) : real.every((one) => texts.includes(one)))) found.push(`${what}: ${[...new Set(real)].join(' or ')} instead of ${texts.join(' or ')}`);
  };
  const served = sampleOf(expected);
  const everybody = expected.origins.some(({ type, value }) => type === 'any' || type === 'reflected' || (type === 'glob' && value !== undefined && fits(value, STRANGER)));
  const line = (name: string) => (response: HttpResponse) => linesOf(response, name);
  // A place that serves other methods alone is asked for one of them.
  const method = probe.methods === null || probe.methods.includes('GET') ? 'GET' : (probe.methods[0] ?? 'GET');
  const answers = (origin: string): readonly HttpResponse[] => (expected.on === 'preflight' ? asked('OPTIONS', preflightHeaders(origin, expected)) : asked(method, { origin }));
  const actual = answers(served);
  if (expected.send !== 'dynamic') {
    if (expected.send !== 'static' || everybody || expected.origins.length > 0) same('Access-Control-Allow-Origin', actual, line('access-control-allow-origin'), sent(expected, served));
    const refused = everybody ? [sent(expected, STRANGER)] : expected.send === 'static' ? [[served], []] : [[]];
    if (expected.send !== 'static' || expected.origins.length > 0) same('Access-Control-Allow-Origin for a stranger', answers(STRANGER), line('access-control-allow-origin'), ...refused);
  }
  const granted = expected.send !== 'none';
  if (granted) same('Access-Control-Allow-Credentials', actual, line('access-control-allow-credentials'), expected.credentials ? ['true'] : []);
  if (granted && expected.vary !== undefined) same('Vary', actual, (response) => linesOf(response, 'vary').some((text) => /\borigin\b/i.test(text ?? '')), expected.vary);
  if (expected.expose !== undefined) same('Access-Control-Expose-Headers', actual, (response) => items(response, 'access-control-expose-headers'), expected.expose);
  const preflight = asked('OPTIONS', preflightHeaders(served, expected));
  const status = /^gateway:(\d+)$/.exec(expected.preflight ?? '')?.[1];
  if (status !== undefined) same('status of the preflight', preflight, (response) => response.status, Number(status));
  if (expected.preflight === 'upstream') same('status of the preflight', preflight, (response) => response.status, null);
  if (expected.preflight === 'nobody') same('a preflight is answered', preflight, (response) => response.status !== null && response.status >= 200 && response.status < 300, false);
  const mismatch = /^gateway:(\d+)$/.exec(expected.mismatch ?? '')?.[1];
  if (mismatch !== undefined && !everybody) same('status for a stranger', asked('OPTIONS', preflightHeaders(STRANGER, expected)), (response) => response.status, Number(mismatch));
  if (!granted || status === undefined) return found;
  if (expected.methods !== undefined && expected.methods !== '*') same('methods', preflight, (response) => items(response, 'access-control-allow-methods'), expected.methods, ...expected.methods.map((method) => [method]));
  if (expected.headers !== undefined) {
    const names = expected.headers === 'echo' || expected.headers === '*' ? ['x-asked'] : expected.headers;
    same('headers', preflight, (response) => items(response, 'access-control-allow-headers').map((name) => name.toLowerCase()).sort(), names.map((name) => name.toLowerCase()).sort(), ['*']);
  }
  if (expected.maxAge !== undefined) same('max-age', preflight, line('access-control-max-age'), [String(expected.maxAge)]);
  return found;
}

function linesOf(response: HttpResponse, name: string): readonly (string | null)[] {
  return response.headers.filter((one) => one.name === name).map((one) => one.text);
}

function items(response: HttpResponse, name: string): readonly string[] {
  return linesOf(response, name).flatMap((text) => (text ?? '').split(',')).map((item) => item.trim());
}

/** Asks for a method and the headers that the case lists, for none where it says nothing of them: some products answer with what was asked for. */
function preflightHeaders(origin: string, { methods = [], headers = [] }: ExpectedPolicy): Readonly<Record<string, string>> {
  const method = methods === '*' ? 'PUT' : methods.find((one) => !['GET', 'OPTIONS', '*'].includes(one)) ?? 'GET';
  const names = typeof headers === 'string' || headers.includes('*') ? ['x-asked'] : headers;
  return { origin, 'access-control-request-method': method, ...(names.length === 0 ? {} : { 'access-control-request-headers': names.map((name) => name.toLowerCase()).sort().join(',') }) };
}

/** An origin that the case means to serve. */
function sampleOf({ origins }: ExpectedPolicy): string {
  const exact = origins.find(({ type }) => type === 'exact')?.value;
  if (exact !== undefined) return exact;
  const { type, value, on } = origins.find((one) => one.value !== undefined) ?? { type: 'any' };
  if (type === 'prefix' && value !== undefined) return value;
  if (type === 'glob' || type === 'glob1') return (value ?? '').replace(/\[(\d+)[^\]]*\]$/, '$1').replaceAll('*', 'app');
  if (type !== 'regex' || value === undefined) return 'https://app.shop.example';
  // Patterns of the cases: the first alternative, with a letter for a class, without escapes.
  const plain = value.split('|')[0]!.replace(/^\^|\$$/g, '').replace(/\(\.\*\[\.\]\)\?/, 'a.').replace(/\[[^\]]*\][+*]?/g, 'a').replace(/\.[*+]/g, 'a').replace(/\/\*\./, '/X').replace(/[()?]/g, '').replace(/\\(.)/g, '$1');
  return on === 'host' ? `http://${plain}:8080` : plain;
}

/** Does a glob, whose `*` stands for any text, let an origin in? `https://*` lets strangers in. */
function fits(glob: string, origin: string): boolean {
  return new RegExp(`^${glob.split('*').map((text) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`).test(origin);
}

function sent({ send }: ExpectedPolicy, origin: string): readonly string[] {
  return send === '*' ? ['*'] : send === 'none' ? [] : [origin];
}
