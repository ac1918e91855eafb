import type { Condition } from '../../src/values/condition.js';
import type { Event, Value } from '../../src/values/value.js';

/** Events in short: `receiver.method(arguments) when condition`. */
export function told(events: readonly Event[]): readonly string[] {
  return events.map((event) => {
    const when = event.when.c === 'true' ? '' : ` when ${condition(event.when)}`;
    switch (event.kind) {
      case 'call':
        return `${event.receiver.name}.${event.method}(${[...event.args.map(valueText), ...(event.keywords?.entries.map((one) => `${one.key}=${valueText(one.value)}`) ?? [])].join(', ')})${when}`;
      case 'assign':
        return `${event.receiver.name}.${event.property} = ${valueText(event.value)}${when}`;
      case 'return':
        return `return ${valueText(event.value)}${when}`;
      case 'throw':
        return `raise${when}`;
      case 'escape':
        return `${event.receiver.name} escapes${when}`;
    }
  });
}

/** A value in short. */
export function valueText(one: Value): string {
  switch (one.kind) {
    case 'string':
    case 'number':
    case 'boolean':
      return JSON.stringify(one.value);
    case 'list':
      return `[${[...one.items.map(valueText), ...(one.rest === undefined ? [] : ['…'])].join(', ')}]`;
    case 'record':
      return `{${one.entries.map((entry) => `${entry.key}: ${valueText(entry.value)}`).join(', ')}}`;
    case 'request':
      return `<${one.header ?? one.part}>`;
    case 'derived':
      return `${one.how}(${valueText(one.of)})`;
    case 'either':
      return one.options.map((option) => `${valueText(option.value)} if ${condition(option.when)}`).join(' | ');
    case 'handle':
      return one.name;
    case 'condition':
      return condition(one.condition);
    case 'concat':
      return one.parts.map(valueText).join(' + ');
    default:
      return one.kind;
  }
}

function condition(one: Condition): string {
  switch (one.c) {
    case 'and':
    case 'or':
      return `(${one.of.map(condition).join(` ${one.c} `)})`;
    case 'not':
      return `not ${condition(one.of)}`;
    case 'present':
      return `present ${valueText(one.value)}`;
    case 'equals':
      return `${valueText(one.left)} == ${valueText(one.right)}`;
    case 'member':
      return `${valueText(one.item)} in ${valueText(one.of)}`;
    case 'matches':
      return `${valueText(one.text)} ${one.use} /${one.regex.source}/`;
    case 'fact':
      return one.fact.environment ?? 'fact';
    case 'true':
    case 'false':
      return one.c;
    default:
      return `${valueText(one.text)} ${one.c} ${valueText(one.part)}`;
  }
}
