import { DIRECTIVE_ROWS, VARIABLE_NAMES } from './directive-table.js';

/** How one module takes a directive; several modules may have one of the same name. */
export interface DirectiveRule {
  /** Letters of the contexts in which it may stand (`directive-table.ts`). */
  readonly contexts: string;
  readonly isBlock: boolean;
  /** How many arguments. */
  readonly takes: (count: number) => boolean;
  /** A second one at the same level is refused. */
  readonly once: boolean;
  /** What its value has to be; empty when the setter looks at it itself. */
  readonly value: '' | 'f' | 'n' | 'z' | 'o' | 'm' | 't' | 'b' | '=';
  readonly words: readonly string[];
}

/** More than these are refused whatever the directive, unless it says one or more. */
const MAX_ARGUMENTS = 7;

/** What somebody else puts a text in for before nginx reads it: `${NAME}` of envsubst, `@NAME@`, `%NAME%`, `<name>`. */
const PLACEHOLDER = /^\$\{?[A-Z][A-Z0-9_]*\}?$|^(?:@[A-Z]|%[A-Z]|<)/;

let known: ReadonlyMap<string, readonly DirectiveRule[]> | undefined;
let variables: ReadonlySet<string> | undefined;

/** How the modules take a directive; empty for a name that none of the known ones has. */
export function rulesOf(name: string): readonly DirectiveRule[] {
  return (known ??= table()).get(name) ?? [];
}

export function isKnown(name: string): boolean {
  return rulesOf(name).length > 0;
}

/** Whether nginx itself or a module defines a variable; names are in lower case. */
export function isVariable(name: string): boolean {
  variables ??= new Set(VARIABLE_NAMES.trim().split(/\s+/));
  const prefix = /^(?:http|sent_http|arg|cookie|sent_trailer|proxy_protocol_tlv)_/.exec(name)?.[0];
  // These modules make many more of their own than their tables say.
  return variables.has(name) || (prefix !== undefined && variables.has(prefix)) || /^(?:upstream|ssl|geoip|geoip2|nchan|jwt|vts|js|modsecurity)_/.test(name);
}

/**
 * Why a name that no known module has cannot be a directive of any: it has letters that no module uses, continues an
 * `if` as in other languages, or is a known one mistyped. Any other name may be that of a module that was built in or
 * loaded, and is let pass.
 */
export function isNoDirective(name: string): boolean {
  if (PLACEHOLDER.test(name)) return false;
  if (!/^[a-z][a-z0-9_]+$/.test(name) || /^(?:else|elseif|elsif|elif)$/.test(name)) return true;
  if (name.length < 5) return false;
  for (const other of (known ??= table()).keys()) if (isOneOff(name, other)) return true;
  return false;
}

/** One letter more, less, other, or two that have changed places. */
function isOneOff(name: string, other: string): boolean {
  if (Math.abs(name.length - other.length) > 1) return false;
  let start = 0;
  while (start < name.length && name[start] === other[start]) start += 1;
  const rest = name.slice(start);
  const otherRest = other.slice(start);
  if (rest.slice(1) === otherRest || rest === otherRest.slice(1) || rest.slice(1) === otherRest.slice(1)) return true;
  return rest.length > 1 && rest[0] === otherRest[1] && rest[1] === otherRest[0] && rest.slice(2) === otherRest.slice(2);
}

function table(): ReadonlyMap<string, readonly DirectiveRule[]> {
  const found = new Map<string, DirectiveRule[]>();
  for (const row of DIRECTIVE_ROWS.trim().split(/;\s+/)) {
    const [name = '', contexts = '', count = '', checks = ''] = row.split(' ');
    const kind = checks.replace('!', '');
    const rule: DirectiveRule = {
      contexts: contexts.replace('{', ''),
      isBlock: contexts.endsWith('{'),
      takes: counter(count),
      once: checks.startsWith('!'),
      value: kind.startsWith('=') ? '=' : (kind as DirectiveRule['value']),
      words: kind.startsWith('=') ? kind.slice(1).split(',') : [],
    };
    found.set(name, [...(found.get(name) ?? []), rule]);
  }
  return found;
}

function counter(count: string): DirectiveRule['takes'] {
  if (count === '*') return () => true;
  if (count.endsWith('+')) return (given) => given >= Number(count.slice(0, -1));
  return (given) => given <= MAX_ARGUMENTS && count.includes(String(given));
}
