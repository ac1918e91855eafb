import { ABSENT, allOf, anyOf, complement, NONE, PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { unless, whenAll, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import { attributeOf, elementsAt, type XmlElement, type XmlText } from '../../syntax/xml/index.js';
import { flag, headerText, plainText } from './texts.js';

/** Rules past which the rest is not followed. */
export const MAX_RULES = 300;

/** What the module adds to responses, and what it answers itself. */
export interface CorsModule {
  readonly effects: readonly Step[];
  readonly answers: readonly Step[];
}

/**
 * The IIS CORS module: `system.webServer/cors`. The most specific rule for the origin decides. Preflights are answered
 * before any other module sees them.
 *
 * https://learn.microsoft.com/iis/extensions/cors-module/cors-module-configuration-reference
 */
export function corsModule(webServers: readonly XmlElement[], within: Guard): CorsModule {
  const sections = webServers.flatMap((webServer) => elementsAt(webServer, 'cors'));
  const last = (name: string): boolean => sections.reduce((value, section) => flag(section, name, value), false);
  if (!last('enabled')) return { effects: [], answers: [] };
  const rules = rulesIn(sections);
  const onlyAny = rules.length === 1 && originOf(rules[0]!)?.value.trim() === '*';
  const effects: Step[] = [];
  const answers: Step[] = [];
  const preflight: Guard = whenAll({ g: 'method', in: ['OPTIONS'] }, { g: 'origin', in: PRESENT }, { g: 'header', name: 'access-control-request-method', in: complement(ABSENT) });
  const at = sections.at(-1)!.at;
  if (!onlyAny) effects.push({ when: within, effects: [{ op: 'append', header: 'vary', value: { v: 'literal', text: 'Origin', at, written: false }, statuses: 'all', at }], at });
  let earlier: readonly OriginSet[] = [];
  for (const rule of [...rules].sort((a, b) => rank(b) - rank(a))) {
    const set = setOf(rule);
    const mine: Guard = { g: 'origin', in: allOf([PRESENT, ...unlessEarlier(set, earlier)]) };
    earlier = [...earlier, set];
    if (!flag(rule, 'allowed', true)) continue;
    const when = whenAll(within, mine);
    effects.push(...originSteps(rule, when, onlyAny));
    effects.push({ when: whenAll(when, preflight), effects: preflightEffects(rule), at: rule.at }, { when: whenAll(when, unless(preflight)), effects: exposing(rule), at: rule.at });
    answers.push({ when: whenAll(when, preflight), effects: [], end: { to: 'answer', status: 204 }, at: rule.at });
  }
  // What is left has an origin that is not listed, or is listed as not allowed.
  const listed: Guard = { g: 'origin', in: anyOf([ABSENT, allowedSet(rules)]) };
  if (last('failUnlistedOrigins')) answers.push({ when: whenAll(within, unless(listed)), effects: [], end: { to: 'answer', status: 403 }, at });
  else answers.push({ when: whenAll(within, preflight), effects: [], end: { to: 'answer', status: 204 }, at });
  return { effects: effects.filter(({ effects: some }) => some.length > 0), answers };
}

function rulesIn(sections: readonly XmlElement[]): readonly XmlElement[] {
  let rules: XmlElement[] = [];
  for (const element of sections.flatMap(({ elements }) => elements)) {
    if (element.name === 'clear') rules = [];
    else if (element.name === 'remove') rules = rules.filter((rule) => originOf(rule)?.value !== originOf(element)?.value);
    else if (element.name === 'add' && originOf(element) !== undefined) rules.push(element);
  }
  return rules.slice(0, MAX_RULES);
}

function originOf(rule: XmlElement): XmlText | undefined {
  return attributeOf(rule, 'origin');
}

/** Whole origins before those with a wildcard, longer ones before shorter ones, `*` last. */
function rank(rule: XmlElement): number {
  const text = originOf(rule)?.value ?? '';
  return text.includes('*') ? text.length : 10_000 + text.length;
}

/** Origins that some rule allows, whatever more specific ones say: `*` of a refused host is refused. */
function allowedSet(rules: readonly XmlElement[]): OriginSet {
  let earlier: readonly OriginSet[] = [];
  const allowed: OriginSet[] = [];
  for (const rule of [...rules].sort((a, b) => rank(b) - rank(a))) {
    const set = setOf(rule);
    if (flag(rule, 'allowed', true)) allowed.push(allOf(unlessEarlier(set, earlier)));
    earlier = [...earlier, set];
  }
  return anyOf(allowed);
}

/** A set without what more specific rules decide: whole origins come first, and none of them is another. */
function unlessEarlier(set: OriginSet, earlier: readonly OriginSet[]): readonly OriginSet[] {
  return set.s === 'exact' || earlier.length === 0 ? [set] : [set, complement(anyOf(earlier))];
}

/** `*`, `http://*`, `https://*.example.com`, a whole origin. How many labels a wildcard takes is not documented. */
function setOf(rule: XmlElement): OriginSet {
  const text = originOf(rule)!;
  const origin = plainText(text)?.trim();
  const { at } = text;
  if (origin === undefined) return { s: 'dynamic', why: { key: `iis@${at.file}:${at.start}`, reason: 'template-syntax', detail: 'a placeholder', at }, lower: NONE, upper: { s: 'any' }, exactTexts: true, at };
  if (origin === '*') return { s: 'any' };
  const scheme = /^([a-z][a-z0-9+.-]*:\/\/)\*$/i.exec(origin)?.[1];
  if (scheme !== undefined) return { s: 'prefix', text: scheme, subject: 'origin', ignoreCase: true, at };
  if (!origin.includes('*')) return { s: 'exact', text: origin, comparison: ['ignore-case'], at };
  const glob = (star: 'one-label' | 'labels'): OriginSet => ({ s: 'glob', text: origin, star, ignoreCase: true, ports: 'as-written', at });
  return { s: 'dynamic', why: { key: `iis:labels@${at.file}:${at.start}`, reason: 'unsupported-syntax', detail: 'how many labels `*` stands for', at }, lower: glob('one-label'), upper: glob('labels'), exactTexts: false, at };
}

/** With `*` alone it is sent as it is; whether the rule for `*` sends it beside others, or the origin, is not documented. */
function originSteps(rule: XmlElement, when: Guard, onlyAny: boolean): readonly Step[] {
  const text = originOf(rule)!;
  const credentials = attributeOf(rule, 'allowCredentials');
  const step = (value: HeaderValue, guard: Guard): Step => ({
    when: guard,
    effects: [{ op: 'set', header: 'access-control-allow-origin', value, statuses: 'all', at: rule.at }, ...(credentials !== undefined && flag(rule, 'allowCredentials', false) ? [{ op: 'set', header: 'access-control-allow-credentials', value: { v: 'literal', text: 'true', at: credentials.at, written: true }, statuses: 'all', at: credentials.at } satisfies Effect] : [])],
    at: rule.at,
  });
  const star: HeaderValue = { v: 'literal', text: '*', at: text.at, written: true };
  const echo: HeaderValue = { v: 'request-header', name: 'origin', at: text.at };
  if (text.value.trim() !== '*') return [step(echo, when)];
  if (onlyAny) return [step(star, when)];
  const sent: Guard = { g: 'fact', fact: { key: `iis:star@${text.at.file}:${text.at.start}`, reason: 'unsupported-syntax', detail: 'whether the rule for `*` sends `*` beside other rules', at: text.at } };
  return [step(star, whenAll(when, sent)), step(echo, whenAll(when, unless(sent)))];
}

function preflightEffects(rule: XmlElement): readonly Effect[] {
  const [headers] = elementsAt(rule, 'allowHeaders');
  const maxAge = attributeOf(rule, 'maxAge');
  const all = headers !== undefined && flag(headers, 'allowAllRequestedHeaders', false);
  return [
    ...(all ? [{ op: 'set', header: 'access-control-allow-headers', value: { v: 'request-header', name: 'access-control-request-headers', at: headers.at }, statuses: 'all', at: headers.at } satisfies Effect] : listed(headers, 'header', 'access-control-allow-headers')),
    ...listed(elementsAt(rule, 'allowMethods')[0], 'method', 'access-control-allow-methods'),
    ...(maxAge === undefined || plainText(maxAge) === '-1' ? [] : [{ op: 'set', header: 'access-control-max-age', value: headerText(maxAge), statuses: 'all', at: maxAge.at } satisfies Effect]),
  ];
}

function exposing(rule: XmlElement): readonly Effect[] {
  return listed(elementsAt(rule, 'exposeHeaders')[0], 'header', 'access-control-expose-headers');
}

/** The items of a collection in one line. */
function listed(group: XmlElement | undefined, attribute: string, header: string): readonly Effect[] {
  if (group === undefined) return [];
  const parts = elementsAt(group, 'add').flatMap((item) => attributeOf(item, attribute) ?? []).map(headerText);
  if (parts.length === 0) return [];
  const texts = parts.flatMap((part) => (part.v === 'literal' ? [part.text] : []));
  if (texts.length === parts.length) return [{ op: 'set', header, value: { v: 'literal', text: texts.join(','), at: group.at, written: true }, statuses: 'all', at: group.at }];
  const comma: HeaderValue = { v: 'literal', text: ',', at: group.at, written: false };
  return [{ op: 'set', header, value: { v: 'concat', parts: parts.flatMap((part, index) => (index === 0 ? [part] : [comma, part])), at: group.at }, statuses: 'all', at: group.at }];
}

