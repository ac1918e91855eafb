import type { Problem } from '../language.js';
import { PREDEFINED, testOf, type Test } from './acl.js';
import type { Section } from './parser.js';
import { ruleOf, withCondition, type Complaint, type Condition, type Rule, type RuleSet } from './rule.js';
import { formatOf, type Sample } from './sample.js';
import type { Word } from './words.js';

/** Keywords of proxies that begin like the rule sets. */
const HTTP_KEYWORDS = new Set(['http-request', 'http-response', 'http-after-response', 'http-error', 'http-check', 'http-reuse', 'http-send-name-header', 'http-rules']);

/** Fetches that read the request's line or headers, which are gone when the response is there. */
export function needsRequest(fetch: string): boolean {
  return /^(?:req\.(?!ssl|rdp|len|payload)|req_(?!ssl|rdp|len)|(?:path|pathq|url|url32|query|base|base32|cook|urlp|url_param|http_auth)(?:$|_|\+)|url\w*$|hdr_)/.test(fetch);
}

/** Fetches that read the response. */
export function needsResponse(fetch: string): boolean {
  return /^(?:res\.|res_|status$|shdr|scook|rep_)/.test(fetch);
}

/** May a fetch that is a condition's be asked in this rule set at all? There `hdr` is the request's. */
export function isDead(fetch: string, set: RuleSet): boolean {
  return set === 'http-request' ? needsResponse(fetch) : needsRequest(fetch) || fetch === 'hdr';
}

/**
 * What HAProxy 2.6 refuses to load in a proxy, where its own words are kept: rules, their conditions and formats. A rule
 * about CORS whose condition can never hold is among it: HAProxy loads it with a warning.
 */
export function checkSection(section: Section, report: (problem: Problem) => void): void {
  const isDefaults = section.kind === 'defaults';
  if (!isDefaults && !/^(?:frontend|backend|listen)$/.test(section.kind)) return;
  const acls = new Map<string, Sample[]>();
  for (const statement of section.statements) {
    const [first, name] = statement.words;
    if (first === undefined) continue;
    if (first.text.startsWith('http-') && !HTTP_KEYWORDS.has(first.text)) {
      report({ at: first, message: `unknown keyword '${first.text}' in '${section.kind}' section` });
    } else if (first.text === 'acl' && name !== undefined) {
      const test = testOf(statement.words.slice(2));
      if (test === undefined) report({ at: statement.at, message: `error detected while parsing ACL '${name.text}' : missing fetch method in ACL expression ''` });
      else if (lacksMatch(test)) report({ at: test.fetchWord, message: NO_MATCH });
      else if (acls.has(name.text)) acls.get(name.text)!.push(test.sample);
      else acls.set(name.text, [test.sample]);
    } else {
      const rule = ruleOf(statement);
      if (rule !== undefined && isDefaults && section.name === '') report({ at: first, message: `'${first.text}' not allowed in anonymous 'defaults' section` });
      else for (const complaint of rule === undefined ? (first.text === 'use_backend' || first.text === 'redirect' ? conditional(withCondition(statement), acls) : []) : [...ofRule(rule, acls)].slice(0, 1)) report(complaint);
    }
  }
}

const NO_MATCH = "matching method must be specified first (using '-m') when using a sample fetch of this type ('var')";

/** What a variable holds is of any type. */
function lacksMatch({ sample, matchWord }: Test): boolean {
  return sample.fetch.name === 'var' && sample.converters.length === 0 && matchWord === undefined;
}

function conditional({ condition, complaints }: { readonly condition: Condition | undefined; readonly complaints: readonly Complaint[] }, acls: ReadonlyMap<string, readonly Sample[]>): readonly Complaint[] {
  return [...complaints, ...unknownAcls(condition, acls)].slice(0, 1);
}

function* ofRule(rule: Rule, acls: ReadonlyMap<string, readonly Sample[]>): Generator<Complaint> {
  yield* rule.complaints;
  yield* unknownAcls(rule.condition, acls);
  const formats = formatsOf(rule);
  for (const word of formats) {
    const { pieces, errors } = formatOf(word);
    yield* errors;
    for (const piece of pieces ?? []) {
      if (piece.kind !== 'sample') continue;
      const { name } = piece.sample.fetch;
      const missing = rule.set === 'http-request' ? (needsResponse(name) ? 'HTTP response headers' : undefined) : needsRequest(name) ? 'HTTP request headers' : undefined;
      if (missing !== undefined) yield { at: piece.sample.at, message: `sample fetch <${piece.sample.text.slice(0, 80)}> may not be reliably used here because it needs '${missing}' which is not available here` };
    }
  }
  if (rule.action === 'return') {
    const status = rule.args[rule.args.findIndex(({ text }) => text === 'status') + 1];
    const body = rule.args.find(({ text }) => /^(?:lf-)?(?:string|file)$/.test(text));
    if (status?.text === '204' && body !== undefined) yield { at: body, message: 'No body expected for 204 responses' };
  }
  const [header] = rule.args;
  if (!/-header$|^replace-value$/.test(rule.action) || header === undefined || !/^(?:access-control-|vary$)/i.test(header.text)) return;
  for (const term of rule.condition?.alternatives.flat() ?? []) {
    if (term.negated) continue;
    const samples = term.name === undefined ? [testOf(term.anonymous ?? [])?.sample] : (acls.get(term.name.text) ?? []);
    const dead = samples.length > 0 && samples.every((sample) => sample !== undefined && isDead(sample.fetch.name, rule.set)) ? samples[0] : undefined;
    if (dead !== undefined) yield { at: term.name ?? dead.at, message: `${term.name === undefined ? 'anonymous acl' : `acl '${term.name.text}'`} will never match because it uses '${dead.fetch.name}', which is not available in ${rule.set} rules` };
  }
}

function* unknownAcls(condition: Condition | undefined, acls: ReadonlyMap<string, unknown>): Generator<Complaint> {
  for (const { name, anonymous } of condition?.alternatives.flat() ?? []) {
    const test = anonymous === undefined ? undefined : testOf(anonymous);
    if (test !== undefined && lacksMatch(test)) yield { at: test.fetchWord, message: NO_MATCH };
    if (name !== undefined && name.holes.length === 0 && !acls.has(name.text) && !Object.hasOwn(PREDEFINED, name.text)) yield { at: name, message: `no such ACL : '${name.text}'` };
  }
}

/** Words of a rule that are log formats: the values of headers. */
export function formatsOf(rule: Rule): readonly Word[] {
  if (rule.action === 'set-header' || rule.action === 'add-header') return rule.args.slice(1, 2);
  if (rule.action === 'replace-header' || rule.action === 'replace-value') return rule.args.slice(2, 3);
  return rule.args.flatMap((word, index) => (rule.args[index - 2]?.text === 'hdr' ? [word] : []));
}
