import { ABSENT, allOf, complement, PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { anchorsOf, treeOf } from '../../origins/pattern.js';
import { ALWAYS, unless, whenAll, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import { formatOf, headerLineOf, parseCondition, parseTemplate, type FormatItem, type HeaderCondition, type HeaderLine, type Word } from '../../syntax/apache/index.js';
import { casesOf, isSet } from './environment.js';
import { holdsWhen, sectionHolds, seenIn, textOf, type Scene, type Seen } from './expressions.js';
import { inForce, type Scoped, type Stage } from './sections.js';
import { headerValue, joinedCases, openFact, patternSet, unknownPart, type Case, type Part } from './text.js';

/** What headers of a response that is made in some way go through. */
export interface Outgoing {
  readonly when: Guard;
  readonly stage: Stage;
  readonly scene: Scene;
  /** Statuses with which the rules without `always` apply; undefined: the server makes the response itself, as an error. */
  readonly ordinary: Effect['statuses'] | undefined;
  /** Statuses with which the rules with `always` apply. */
  readonly always: Effect['statuses'];
}

/** Headers that CORS knows. */
const CONCERNS = /^(?:access-control-|timing-allow-origin$|vary$)/;

/** A `Header` line in its sections. */
export interface HeaderRule {
  readonly scoped: Scoped;
  readonly line: HeaderLine;
}

export function headerRules(lines: readonly Scoped[]): readonly HeaderRule[] {
  return lines.flatMap((scoped) => {
    const line = headerLineOf(scoped.directive.args, scoped.directive.name === 'requestheader');
    return 'problem' in line ? [] : [{ scoped, line }];
  });
}

export function concernsCors({ line }: HeaderRule): boolean {
  return CONCERNS.test(line.name.toLowerCase()) && line.action !== 'echo' && line.action !== 'note';
}

/**
 * The steps of all rules for a response. There are two tables of headers, of which a rule with `always` edits the one
 * that errors keep and any other the one of ordinary responses, an upstream's among them; what is sent is both, the first
 * one first (ap_headers_output_filter, ap_http_header_filter).
 */
export function headerSteps(rules: readonly HeaderRule[], outgoing: Outgoing): readonly Step[] {
  return [...rules.filter(({ line }) => line.always), ...rules.filter(({ line }) => !line.always)].flatMap((rule): readonly Step[] => {
    const statuses = rule.line.always ? outgoing.always : outgoing.ordinary;
    if (statuses === undefined) return [];
    const { scoped, line } = rule;
    const when = whenAll(outgoing.when, inForce(scoped, outgoing.stage, outgoing.scene.pass, (expression) => sectionHolds(expression, outgoing.scene)), conditionOf(line, outgoing.scene));
    const { at } = scoped.directive;
    const looked = seenByCondition(line, outgoing).map((one): Step => ({ when: whenAll(outgoing.when, inForce(scoped, outgoing.stage, outgoing.scene.pass, (expression) => sectionHolds(expression, outgoing.scene)), one.when), effects: [{ op: 'append', header: 'vary', value: { v: 'literal', text: one.header, at, written: false }, statuses, at }], at }));
    if (when.g === 'never') return looked;
    return looked.concat(casesFor(line, outgoing.scene).flatMap((one): Step[] => {
      const guard = whenAll(when, one.when);
      if (guard.g === 'never') return [];
      const effects = effectsOf(line, line.value === undefined ? undefined : headerValue(one.text ?? [], line.value), at).map((effect): Effect => ({ ...effect, statuses, ...(line.always ? { early: 'apart' } : {}) }));
      return [{ when: guard, effects, at }];
    }));
  });
}

/** Headers that a line's own condition looks at: they are said in Vary, whatever comes of it. */
function seenByCondition({ when }: HeaderLine, { scene }: Outgoing): readonly Seen[] {
  const expression = when.c === 'expr' ? parseCondition(when.word, 'expr='.length) : undefined;
  return expression === undefined || 'problem' in expression ? [] : seenIn(expression, scene);
}

function conditionOf({ when }: HeaderLine, scene: Scene): Guard {
  if (when.c === 'env') return when.set ? isSet(scene.variables, when.name) : unless(isSet(scene.variables, when.name));
  if (when.c !== 'expr') return ALWAYS;
  const expression = parseCondition(when.word, 'expr='.length);
  return 'problem' in expression ? { g: 'fact', fact: openFact(`expr@${when.word.file}:${when.word.start}`, 'parse-error', 'a condition that the server refuses', when.word) } : holdsWhen(expression, scene);
}

/** What a line writes: one case for each text that its variables give. */
function casesFor({ action, value, when }: HeaderLine, scene: Scene): readonly Case[] {
  if (value === undefined || action === 'edit' || action === 'edit*') return [{ when: ALWAYS, text: [] }];
  return valueCases(value, scene, when);
}

/** `when`: under a condition on a variable it is set, or not, for the value as well. */
export function valueCases(value: Word, scene: Scene, when?: HeaderCondition): readonly Case[] {
  if (/^expr=/i.test(value.text)) {
    const template = parseTemplate(value, 'expr='.length);
    return 'problem' in template ? [{ when: ALWAYS, text: [unknownPart('an expression that the server refuses', value, 'parse-error')] }] : textOf(template.text, scene);
  }
  const items = formatOf(value.text);
  if ('problem' in items) return [{ when: ALWAYS, text: [unknownPart('a value that the server refuses', value, 'parse-error')] }];
  // A variable that is not set is written out as `(null)`.
  return joinedCases(items.map((item) => itemCases(item, value, scene, when)), '(null)', value);
}

function itemCases(item: FormatItem, at: Word, scene: Scene, when: HeaderCondition | undefined): readonly Case[] {
  if (item.f === 'variable') {
    const cases = casesOf(scene.variables, item.name);
    return when?.c === 'env' && when.name === item.name ? cases.filter(({ text }) => (text !== undefined) === when.set) : cases;
  }
  if (item.f === 'text') return [{ when: ALWAYS, text: withPlaceholders(item.text, at) }];
  // Not a request header: how idle the server is, in percent. Any number does for what it is not.
  if (item.letter === 'i') return [{ when: ALWAYS, text: [{ p: 'text', text: 'i=100', at }] }];
  return [{ when: ALWAYS, text: [unknownPart(`what %${item.letter} writes`, at)] }];
}

/** `${NAME}` that no Define gives a value comes from the server's environment, or from whoever fills the file in. */
function withPlaceholders(text: string, at: Word): readonly Part[] {
  return [...text.matchAll(/\$\{([^}]*)\}|\{\{.*?\}\}|[^${]+|[${]/g)].reduce<Part[]>((parts, [whole, name]) => {
    if (name !== undefined) return [...parts, { p: 'unknown', fact: openFact(`env ${name}`, 'env-variable', `the value of ${name}`, at), at }];
    if (whole.startsWith('{{')) return [...parts, unknownPart(`the placeholder ${whole}`, at, 'template-syntax')];
    const last = parts.at(-1);
    return last?.p === 'text' ? [...parts.slice(0, -1), { ...last, text: last.text + whole }] : [...parts, { p: 'text', text: whole, at }];
  }, []);
}

type Bare = Omit<Effect, 'statuses'>;

function effectsOf(line: HeaderLine, value: HeaderValue | undefined, at: Effect['at']): readonly Bare[] {
  const header = line.name.toLowerCase();
  const nothing: HeaderValue = { v: 'literal', text: '', at, written: true };
  switch (line.action) {
    case 'unset':
      return [{ op: 'remove', header, value: nothing, at }];
    case 'set':
      return [{ op: 'set', header, value: value ?? nothing, at }];
    case 'add':
      return [{ op: 'append', header, value: value ?? nothing, at }];
    case 'setifempty':
      return [{ op: 'set-if-absent', header, value: value ?? nothing, at }];
    case 'append':
      return joined(header, value ?? nothing, PRESENT, at);
    case 'merge':
      return merged(header, value ?? nothing, at);
    case 'edit':
    case 'edit*':
      return edited(line, header, at);
    default:
      return [];
  }
}

/** Behind what is there, with a comma and a blank; else alone. */
function joined(header: string, value: HeaderValue, behind: OriginSet, at: Effect['at']): readonly Bare[] {
  return [
    { op: 'set', header, value: { v: 'concat', parts: [{ v: 'response-header', name: header, at }, { v: 'literal', text: ', ', at, written: false }, value], at }, onlyIf: { header, in: behind }, at },
    { op: 'append', header, value, onlyIf: { header, in: ABSENT }, at },
  ];
}

/** As `joined`, unless it is one of the items that are there. */
function merged(header: string, value: HeaderValue, at: Effect['at']): readonly Bare[] {
  if (value.v === 'literal') return joined(header, value, value.text.includes(',') ? PRESENT : allOf([PRESENT, complement(withItem(value.text, at))]), at);
  const open: HeaderValue = { v: 'unknown', fact: openFact(`merge@${at.file}:${at.start}`, 'unsupported-syntax', `whether ${header} holds a text of the request already`, at), at };
  return [
    { op: 'set', header, value: open, onlyIf: { header, in: PRESENT }, at },
    { op: 'append', header, value, onlyIf: { header, in: ABSENT }, at },
  ];
}

function withItem(text: string, at: Effect['at']): OriginSet {
  return { s: 'regex', source: `(?:^|,)\\s*${text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}\\s*(?:,|$)`, flags: '', dialect: 'js', use: 'search', subject: 'origin', at };
}

/** What is found is replaced: known when all of the text is found and nothing of it is kept. */
function edited({ value, replacement }: HeaderLine, header: string, at: Effect['at']): readonly Bare[] {
  if (value === undefined || replacement === undefined) return [];
  const set = patternSet(value.text, false, value);
  const tree = treeOf(set);
  const anchors = tree === undefined ? undefined : anchorsOf(set, tree);
  const known = anchors?.start === true && anchors.end && !/[$%]/.test(replacement.text) && !/^expr=/i.test(replacement.text);
  const text: HeaderValue = known ? { v: 'literal', text: replacement.text, at: replacement, written: true } : { v: 'unknown', fact: openFact(`edit@${at.file}:${at.start}`, 'upstream', `what is edited in ${header}`, at), at };
  return [{ op: 'set', header, value: text, lines: set, at }];
}
