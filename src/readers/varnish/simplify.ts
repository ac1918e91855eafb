import { admits } from '../../origins/membership.js';
import { and, FALSE, not, or, TRUE, type Condition } from '../../values/condition.js';
import type { RegexValue, Value } from '../../values/value.js';

/** What holds where a condition is asked: tests that were answered, and texts that are settled (null: not there). */
interface Known {
  readonly tests: Map<string, boolean>;
  readonly texts: Map<string, string | null>;
}

/** A condition without what a path that leads to it has already decided: programs ask the same of a request again and again. */
export function simplified(condition: Condition, path: Condition): Condition {
  if (condition.c === 'true' || condition.c === 'false' || path.c === 'true') return condition;
  const known: Known = { tests: new Map(), texts: new Map() };
  learn(path, true, known);
  return within(condition, known);
}

/** The alternatives of a value that are possible on the path. */
export function possible(value: Value, path: Condition): Value {
  if (value.kind !== 'either') return value;
  const options = value.options.map((option) => ({ when: simplified(option.when, path), value: possible(option.value, path) })).filter(({ when }) => when.c !== 'false');
  const sure = options.find(({ when }) => when.c === 'true') ?? (options.length === 1 ? options[0] : undefined);
  return sure?.value ?? { ...value, options };
}

/** Notes what follows from a condition that holds, or does not. */
function learn(condition: Condition, holds: boolean, known: Known): void {
  if (condition.c === 'not') return learn(condition.of, !holds, known);
  if (condition.c === (holds ? 'and' : 'or') && 'of' in condition && Array.isArray(condition.of)) {
    for (const part of condition.of) learn(part, holds, known);
    return;
  }
  const key = keyOf(condition);
  if (key === undefined) return;
  known.tests.set(key, holds);
  const about = condition.c === 'equals' ? subjectOf(condition.left) : undefined;
  if (holds && about !== undefined && condition.c === 'equals') {
    if (condition.right.kind === 'string') known.texts.set(about, condition.right.value);
    if (condition.right.kind === 'nothing') known.texts.set(about, null);
  }
}

function within(condition: Condition, known: Known): Condition {
  switch (condition.c) {
    case 'and':
    case 'or': {
      const scope: Known = { tests: new Map(known.tests), texts: new Map(known.texts) };
      const parts = condition.of.map((part) => {
        const simple = within(part, scope);
        // What stands before it holds in a conjunction, and does not in a disjunction.
        learn(simple, condition.c === 'and', scope);
        return simple;
      });
      return condition.c === 'and' ? and(...parts) : or(...parts);
    }
    case 'not':
      return not(within(condition.of, known));
    default: {
      const key = keyOf(condition);
      const answer = key === undefined ? undefined : (known.tests.get(key) ?? settled(condition, known));
      return answer === undefined ? condition : answer ? TRUE : FALSE;
    }
  }
}

/** The answer of a test about a text that is settled. */
function settled(condition: Condition, { texts }: Known): boolean | undefined {
  const asked = condition.c === 'equals' ? condition.left : condition.c === 'matches' ? condition.text : condition.c === 'member' ? condition.item : undefined;
  const about = asked === undefined ? undefined : subjectOf(asked);
  const text = about === undefined ? undefined : texts.get(about);
  if (text === undefined) return undefined;
  if (condition.c === 'equals') return condition.right.kind === 'nothing' ? text === null : condition.right.kind === 'string' ? text === condition.right.value : undefined;
  if (condition.c === 'member') return condition.of.kind === 'list' && text !== null ? condition.of.items.some((item) => item.kind === 'string' && item.value === text) : undefined;
  return condition.c === 'matches' ? matched(condition.regex, text) : undefined;
}

/** Of a text that is not there, the pattern test itself says no: the empty text is asked for beside it. */
function matched({ source, flags, dialect, at }: RegexValue, text: string | null): boolean | undefined {
  const answer = admits({ s: 'regex', source, flags, dialect, use: 'search', subject: 'origin', at }, text, () => undefined);
  return typeof answer === 'boolean' ? answer : undefined;
}

function subjectOf(value: Value): string | undefined {
  return value.kind === 'request' ? `${value.part}:${value.header ?? ''}` : undefined;
}

const keys = new WeakMap<Condition, string>();

/** A text that two tests share when they ask the same of a request. */
function keyOf(condition: Condition): string | undefined {
  let key = keys.get(condition);
  if (key === undefined) {
    const found = spelled(condition);
    if (found === undefined) return undefined;
    keys.set(condition, (key = found));
  }
  return key;
}

function spelled(condition: Condition): string | undefined {
  switch (condition.c) {
    case 'fact':
      return `fact ${condition.fact.key}`;
    case 'equals': {
      const [left, right] = [valueKey(condition.left), valueKey(condition.right)];
      return left === undefined || right === undefined ? undefined : `${left} == ${right}`;
    }
    case 'matches': {
      const text = valueKey(condition.text);
      return text === undefined ? undefined : `${text} ~ ${condition.regex.source}`;
    }
    case 'member': {
      const item = valueKey(condition.item);
      return item === undefined || condition.of.kind !== 'list' ? undefined : `${item} in ${condition.of.items.map((one) => valueKey(one) ?? '?').join()}`;
    }
    default:
      return undefined;
  }
}

function valueKey(value: Value): string | undefined {
  if (value.kind === 'string') return JSON.stringify(value.value);
  if (value.kind === 'nothing') return 'nothing';
  if (value.kind === 'derived') {
    const inner = valueKey(value.of);
    return inner === undefined ? undefined : `${value.how}(${inner})`;
  }
  return subjectOf(value);
}
