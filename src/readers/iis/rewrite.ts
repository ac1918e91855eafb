import { admits } from '../../origins/membership.js';
import { ABSENT, ANY, anyOf, complement, exact, type OriginSet, type RegexSet } from '../../origins/origin-set.js';
import { ALWAYS, unless, whenAll, whenAny, type Effect, type End, type Guard, type HeaderValue, type Step, type Upstream } from '../../policy/program.js';
import { rewrittenPath } from '../../middleware/rewritten-path.js';
import { attributeOf, elementsAt, type XmlElement, type XmlText } from '../../syntax/xml/index.js';
import type { Span } from '../../text/span.js';
import type { Fact } from '../../values/fact.js';
import { MAX_RULES } from './cors-module.js';
import { flag, headerText, plainText } from './texts.js';

/** Methods that browsers send. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

const REDIRECTS: Readonly<Record<string, number>> = { Permanent: 301, Found: 302, SeeOther: 303, Temporary: 307 };

/**
 * Inbound rules of URL Rewrite that end a request: a response of their own, a redirect, another server (Application
 * Request Routing). What rewrites the path alone changes no header.
 *
 * https://learn.microsoft.com/iis/extensions/url-rewrite-module/url-rewrite-module-configuration-reference
 */
export function inboundSteps(webServers: readonly XmlElement[], within: Guard): readonly Step[] {
  let going: Guard = within;
  return rulesIn(webServers, 'rules').flatMap((rule): readonly Step[] => {
    const [match] = elementsAt(rule, 'match');
    const [action] = elementsAt(rule, 'action');
    const when = whenAll(going, urlGuard(rule, match), conditionsOf(rule));
    const end = action === undefined ? undefined : endOf(action, rule, match);
    if (end === undefined) {
      if (flag(rule, 'stopProcessing', false)) going = whenAll(going, unless(when));
      return [];
    }
    return [{ when, effects: [], end, at: rule.at }];
  });
}

function endOf(action: XmlElement, rule: XmlElement, match: XmlElement | undefined): End | undefined {
  switch (attributeOf(action, 'type')?.value) {
    case 'CustomResponse': {
      const status = Number(plainText(attributeOf(action, 'statusCode')));
      return Number.isInteger(status) && status > 0 ? { to: 'answer', status } : undefined;
    }
    case 'Redirect':
      return { to: 'answer', status: REDIRECTS[plainText(attributeOf(action, 'redirectType')) ?? 'Permanent'] ?? 301 };
    case 'AbortRequest':
      return { to: 'answer', status: 0, fault: 'the connection is closed without a response' };
    case 'Rewrite': {
      const [, scheme, host, port, written = ''] = /^(https?):\/\/([^/:{}]+)(?::(\d+))?([/{].*)?$/s.exec(plainText(attributeOf(action, 'url')) ?? '') ?? [];
      if (host === undefined) return undefined;
      const path = pathBehind(rule, match, written);
      return { to: 'upstream', upstream: { host, port: port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port), request: [], ...(path === undefined ? {} : { path }), at: action.at } };
    }
    default:
      return undefined;
  }
}

/** The path that another server is asked for: `http://localhost:3000/{R:1}`. */
function pathBehind(rule: XmlElement, match: XmlElement | undefined, written: string): Upstream['path'] {
  const text = plainText(match === undefined ? undefined : attributeOf(match, 'url'));
  if (text === undefined || match === undefined || flag(match, 'negate', false)) return null;
  const pattern = syntaxOf(rule) === 'Wildcard' ? `^${text.replace(/[.+?^$()|[\]\\]/g, '\\$&').replace('*', '(.*)')}$` : text;
  return rewrittenPath(pattern, written, { base: '/', group: '{R:1}', whole: '{R:0}', asked: /\{(?:REQUEST_URI|UNENCODED_URL|PATH_INFO|URL)\}$/ });
}

/** The path is compared without its first slash. */
function urlGuard(rule: XmlElement, match: XmlElement | undefined): Guard {
  const pattern = match === undefined ? undefined : attributeOf(match, 'url');
  const text = plainText(pattern);
  if (match === undefined || pattern === undefined || text === undefined) return ALWAYS;
  const negated = flag(match, 'negate', false);
  if (/^\^?(?:\.\*|\(\.\*\))\$?$|^\*$/.test(text)) return negated ? { g: 'never' } : ALWAYS;
  const set = setOf(rule, pattern, syntaxOf(rule) === 'ECMAScript' ? text.replace(/^\^(?!\/)/, '^/') : text.replace(/^(?!\/)/, '/'), flag(match, 'ignoreCase', true));
  const guard: Guard = { g: 'path', in: set };
  return negated ? unless(guard) : guard;
}

/** Outbound rules on headers: `RESPONSE_Access_Control_Allow_Origin` is set to what the rule says, over what was there. */
export function outboundSteps(webServers: readonly XmlElement[], within: Guard): readonly Step[] {
  let going: Guard = within;
  return rulesIn(webServers, 'outboundRules').flatMap((rule): readonly Step[] => {
    const [match] = elementsAt(rule, 'match');
    const [action] = elementsAt(rule, 'action');
    const header = /^RESPONSE_(.+)$/i.exec(match === undefined ? '' : (attributeOf(match, 'serverVariable')?.value ?? ''))?.[1]?.replaceAll('_', '-').toLowerCase();
    const value = action === undefined ? undefined : attributeOf(action, 'value');
    if (match === undefined || action === undefined || header === undefined || value === undefined || attributeOf(action, 'type')?.value === 'None') return [];
    const when = whenAll(going, preConditionOf(rule, webServers), conditionsOf(rule));
    if (flag(rule, 'stopProcessing', false)) going = whenAll(going, unless(when));
    if (!/^(?:access-control-|vary$)/.test(header)) return [];
    const onlyIf = currentValue(rule, match, header);
    return valuesOf(rule, value).map(({ when: also, value: text }): Step => {
      const common = { header, statuses: 'all' as const, ...(onlyIf === undefined ? {} : { onlyIf }), at: rule.at };
      const effect: Effect = text === undefined ? { op: 'remove', value: { v: 'literal', text: '', at: value.at, written: true }, ...common } : { op: 'set', value: text, ...common };
      return { when: whenAll(when, also), effects: [effect], at: rule.at };
    });
  });
}

/** The pattern is asked about the header as it is, the empty text when there is none. */
function currentValue(rule: XmlElement, match: XmlElement, header: string): Effect['onlyIf'] {
  const pattern = attributeOf(match, 'pattern');
  const text = plainText(pattern);
  if (pattern === undefined || text === undefined || (/^\^?\(?\.\*\)?\$?$|^\*$/.test(text) && !flag(match, 'negate', false))) return undefined;
  const set = withEmpty(setOf(rule, pattern, text, flag(match, 'ignoreCase', true)));
  return { header, in: flag(match, 'negate', false) ? complement(set) : set };
}

interface ValueCase {
  readonly when: Guard;
  /** Undefined: the header goes. */
  readonly value: HeaderValue | undefined;
}

/** `{HTTP_ORIGIN}` and back references to the origin, or a text. */
function valuesOf(rule: XmlElement, text: XmlText): readonly ValueCase[] {
  const written = plainText(text);
  if (written === '') return [{ when: ALWAYS, value: undefined }];
  if (written === undefined || !/\{/.test(written)) return [{ when: ALWAYS, value: headerText(text) }];
  const echo: HeaderValue = { v: 'request-header', name: 'origin', at: text.at };
  if (/^\{HTTP_ORIGIN\}$/i.test(written)) return [{ when: ALWAYS, value: echo }];
  const open: ValueCase = { when: ALWAYS, value: { v: 'unknown', fact: fact(text.at, `the value of ${written}`), at: text.at } };
  const reference = /^\{C:([01])\}$/.exec(written)?.[1];
  const [condition, ...others] = elementsAt(rule, 'conditions', 'add');
  const pattern = condition === undefined ? undefined : attributeOf(condition, 'pattern');
  const source = plainText(pattern);
  // With several conditions it is that of the last one that matched.
  if (reference === undefined || condition === undefined || others.length > 0 || pattern === undefined || source === undefined || !isOrigin(condition) || syntaxOf(rule) !== 'ECMAScript') return [open];
  const whole = reference === '0' ? source : /^\^?(\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))\$?$/.exec(source)?.[1] === undefined ? undefined : source;
  if (whole === undefined) return [open];
  const full: RegexSet = { s: 'regex', source, flags: flag(condition, 'ignoreCase', true) ? 'i' : '', dialect: 'js', use: 'full', subject: 'origin', at: pattern.at };
  const matches: Guard = { g: 'origin', in: full };
  // A choice or a lazy part may match less than it could.
  const sure = /^\^.*\$$/.test(source) || !/\||[*+?}]\?/.test(source);
  return sure ? [{ when: matches, value: echo }, { ...open, when: unless(matches) }] : [open];
}

/** All conditions of a rule hold, or one of them. */
function conditionsOf(rule: XmlElement): Guard {
  const [group] = elementsAt(rule, 'conditions');
  if (group === undefined) return ALWAYS;
  const conditions = elementsAt(group, 'add');
  if (conditions.length > MAX_RULES) return openGuard(group.at, 'more conditions than are followed');
  const guards = conditions.map((condition) => conditionOf(rule, condition));
  if (guards.length === 0) return ALWAYS;
  return attributeOf(group, 'logicalGrouping')?.value === 'MatchAny' ? whenAny(...guards) : whenAll(...guards);
}

function conditionOf(rule: XmlElement, condition: XmlElement): Guard {
  const input = attributeOf(condition, 'input')?.value ?? '';
  const pattern = attributeOf(condition, 'pattern');
  const text = plainText(pattern);
  const type = attributeOf(condition, 'matchType')?.value ?? 'Pattern';
  const negated = flag(condition, 'negate', false);
  const guard = ((): Guard => {
    if (type !== 'Pattern' || pattern === undefined || text === undefined) return openGuard(condition.at, `whether ${input} is there`);
    const set = setOf(rule, pattern, text, flag(condition, 'ignoreCase', true));
    if (/^\{REQUEST_METHOD\}$/i.test(input)) return { g: 'method', in: METHODS.filter((method) => admits(set, method, () => undefined) === true) };
    const header = /^\{HTTP_(\w+)\}$/i.exec(input)?.[1]?.replaceAll('_', '-').toLowerCase();
    if (header === undefined || header === 'host') return openGuard(condition.at, `the value of ${input}`);
    return header === 'origin' ? { g: 'origin', in: withEmpty(set) } : { g: 'header', name: header, in: withEmpty(set) };
  })();
  return negated ? unless(guard) : guard;
}

function isOrigin(condition: XmlElement): boolean {
  return /^\{HTTP_ORIGIN\}$/i.test(attributeOf(condition, 'input')?.value ?? '') && !flag(condition, 'negate', false);
}

function preConditionOf(rule: XmlElement, webServers: readonly XmlElement[]): Guard {
  const name = attributeOf(rule, 'preCondition')?.value;
  if (name === undefined || name === '') return ALWAYS;
  const found = webServers.flatMap((webServer) => elementsAt(webServer, 'rewrite', 'outboundRules', 'preConditions', 'preCondition')).findLast((one) => attributeOf(one, 'name')?.value === name);
  if (found === undefined) return openGuard(rule.at, `the precondition ${name}`);
  const guards = elementsAt(found, 'add').map((condition) => conditionOf(found, condition));
  return attributeOf(found, 'logicalGrouping')?.value === 'MatchAny' ? whenAny(...guards) : whenAll(...guards);
}

/** Patterns are ECMAScript's, tried anywhere in the text and without regard to case unless it is said otherwise. */
function setOf(rule: XmlElement, pattern: XmlText, text: string, ignoreCase: boolean): OriginSet {
  const syntax = syntaxOf(rule);
  if (syntax === 'ExactMatch') return exact(text, pattern.at, ignoreCase ? ['ignore-case'] : []);
  if (syntax === 'Wildcard') return { s: 'glob', text, star: 'any-text', ignoreCase, ports: 'as-written', at: pattern.at };
  if (/^\^?\.\*\$?$/.test(text)) return ANY;
  const verbatim = pattern.at.end - pattern.at.start === text.length;
  return { s: 'regex', source: text, flags: ignoreCase ? 'i' : '', dialect: 'js', use: 'search', subject: 'origin', at: pattern.at, ...(verbatim ? { sourceAt: pattern.at } : {}) };
}

function syntaxOf(rule: XmlElement): string {
  return attributeOf(rule, 'patternSyntax')?.value ?? 'ECMAScript';
}

/** A variable without a value is the empty text. */
function withEmpty(set: OriginSet): OriginSet {
  return admits(set, '', () => undefined) === true ? anyOf([ABSENT, set]) : set;
}

/** Rules in force: `clear` and `remove` take away those around. */
function rulesIn(webServers: readonly XmlElement[], list: 'rules' | 'outboundRules'): readonly XmlElement[] {
  let rules: XmlElement[] = [];
  for (const element of webServers.flatMap((webServer) => elementsAt(webServer, 'rewrite', list)).flatMap(({ elements }) => elements)) {
    if (element.name === 'clear') rules = [];
    else if (element.name === 'remove') rules = rules.filter((rule) => attributeOf(rule, 'name')?.value !== attributeOf(element, 'name')?.value);
    else if (element.name === 'rule' && flag(element, 'enabled', true)) rules.push(element);
  }
  return rules.slice(0, MAX_RULES);
}

function fact(at: Span, detail: string): Fact {
  return { key: `iis@${at.file}:${at.start}`, reason: 'unsupported-syntax', detail, at };
}

function openGuard(at: Span, detail: string): Guard {
  return { g: 'fact', fact: fact(at, detail) };
}
