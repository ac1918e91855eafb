import { ALWAYS, unless, whenAll, type Guard } from '../../policy/program.js';
import type { Directive } from '../../syntax/nginx/index.js';
import { decisionsOf } from './conditions.js';
import { handlerOf, levelOf } from './levels.js';
import { patternFor } from './matching.js';
import { guardOn, rewrittenPath } from './request-path.js';
import { captured, forgotten, merged, pathPart, variableName, type Expander, type Part, type Scope } from './variables.js';
import { narrowed, type Way } from './ways.js';

/** What ends a request in the rewrite phase. */
export interface Ending {
  readonly way: Way;
  readonly status: number;
  /** Sent from here: `error_page` is not looked for. */
  readonly direct: boolean;
  readonly closes: boolean;
  readonly directive: Directive;
}

export interface Rewritten {
  /** Ways that go on, each once. */
  readonly ways: readonly Way[];
  readonly endings: readonly Ending[];
  /** Where there were too many ways to follow. */
  readonly overgrown?: Directive;
}

/** Ways at one time past which they are not followed, and the work of a phase. */
const MAX_WAYS = 300;
const MAX_WORK = 400_000;

/** What `set` and its kin give variables in this phase (`auth_request_set` gives them later). */
const OPAQUE_SETTERS = /^(?:set_by_lua(?:_block|_file)?|set_.+|auth_request_set)$/;

/** The rewrite directives of a level, in order (ngx_http_rewrite_module): a program, whatever stands between them. */
export function rewritten(directives: readonly Directive[], start: Way, expander: Expander): Rewritten {
  const endings: Ending[] = [];
  let ways: readonly Way[] = [start];
  let work = 0;
  const pending: { readonly directives: readonly Directive[]; index: number; readonly outside: readonly Way[] }[] = [{ directives, index: 0, outside: [] }];
  for (let block = pending.at(-1); block !== undefined; block = pending.at(-1)) {
    const directive = block.directives[block.index];
    if (directive === undefined) {
      // Those who took the `if` and those who did not go on together.
      ways = [...ways, ...block.outside];
      pending.pop();
      continue;
    }
    block.index += 1;
    if (directive.name === 'if' && directive.block !== undefined && pending.length === 1) {
      const split = ways.map((way) => taken(directive, way, expander));
      pending.push({ directives: directive.block, index: 0, outside: split.flatMap(({ past }) => past) });
      ways = split.flatMap(({ inside }) => inside);
    } else if (/^(?:set|return|rewrite|break)$|^set_|^auth_request_set$/.test(directive.name)) {
      ways = ways.flatMap((way) => (way.stopped ? [way] : one(directive, way, expander, endings)));
    } else continue;
    const all = [...ways, ...(pending.at(-1)?.outside ?? [])];
    for (const { when } of all) work += when.g === 'and' ? when.of.length : 1;
    if (all.length > MAX_WAYS || work > MAX_WORK) return { ways: [], endings, overgrown: directive };
    if (all.length === 0) break;
  }
  return { ways, endings };
}

export function scopeOf(way: Way): Scope {
  return { variables: way.variables, path: way.path, saysGet: way.saysGet, noQuery: way.noQuery, responded: false };
}

/** Who takes an `if`, in its configuration when it stands in a location, and who goes past it. */
function taken(directive: Directive, way: Way, expander: Expander): { readonly inside: readonly Way[]; readonly past: readonly Way[] } {
  if (way.stopped) return { inside: [], past: [way] };
  const inside: Way[] = [];
  const past: Way[] = [];
  for (const decision of decisionsOf(directive, scopeOf(way), expander)) {
    const next = narrowed({ ...way, variables: decision.variables }, decision.when);
    if (next === undefined) continue;
    if (!decision.taken) past.push(next);
    else inside.push(way.location === undefined ? next : { ...next, level: levelOf('if', directive.block ?? [], way.location.level, directive), left: way.level.kind === 'if' ? (handlerOf(way.level) ?? way.left) : undefined });
  }
  return { inside, past };
}

function one(directive: Directive, way: Way, expander: Expander, endings: Ending[]): readonly Way[] {
  const [first, second] = directive.args;
  switch (directive.name) {
    case 'set':
      return first === undefined || second === undefined ? [way] : assigned(variableName(first.text), directive, way, expander);
    case 'break':
      return [{ ...way, moved: false, settled: way.settled || way.moved, stopped: true }];
    case 'return':
      endings.push(returned(directive, way));
      return [];
    case 'rewrite':
      return rewrite(directive, way, expander, endings);
    default:
      return OPAQUE_SETTERS.test(directive.name) && first !== undefined ? [{ ...way, variables: new Map(way.variables).set(variableName(first.text), [opaque(directive)]) }] : [way];
  }
}

function opaque(directive: Directive): Part {
  const detail = `what ${directive.name} gives ${directive.args[0]?.text ?? ''}`;
  return { p: 'unknown', fact: { key: `nginx:${detail}`, reason: 'function-call', detail, at: directive.at }, at: directive.at };
}

function assigned(name: string, directive: Directive, way: Way, expander: Expander): readonly Way[] {
  return merged(expander.expand(directive.args[1]!, scopeOf(way))).flatMap((value) => narrowed({ ...way, variables: new Map(value.variables).set(name, value.parts) }, value.when) ?? []);
}

/** `return`: codes below 400 and texts are sent from here; redirects and bare errors look for an `error_page`. */
function returned(directive: Directive, way: Way): Ending {
  const [first, second] = directive.args;
  const code = /^\d+$/.test(first?.text ?? '') ? Number(first!.text) : 302;
  const redirect = [301, 302, 303, 307, 308].includes(code);
  return { way, status: code, direct: !redirect && (code < 400 || second !== undefined), closes: code === 444 || code === 499, directive };
}

/** Patterns that every path matches. */
const EVERY_PATH = /^\^?\/?(?:\(?\.\*\)?\$?)?$/;

/** Does an anchored pattern begin with another text than every path of a location does? */
function apart(pattern: string, start: string): boolean {
  const literal = /^\^([\w/-]*)(?![\w/-]*[*+?{|])/.exec(pattern)?.[1] ?? '';
  return !literal.startsWith(start) && !start.startsWith(literal);
}

function rewrite(directive: Directive, way: Way, expander: Expander, endings: Ending[]): readonly Way[] {
  const [source, target, flag] = directive.args;
  if (source === undefined || target === undefined) return [way];
  const pattern = patternFor(source, false);
  if (way.path.kind === 'own' && (way.location?.kind === 'prefix' || way.location?.kind === 'exact') && apart(pattern.source, way.location.text)) return [{ ...way, variables: forgotten(way.variables) }];
  const when: Guard = EVERY_PATH.test(pattern.source) ? ALWAYS : guardOn({ g: 'path', in: pattern }, way.path);
  const stays = narrowed(way, unless(when));
  const goes = narrowed(way, when);
  const found: Way[] = stays === undefined ? [] : [{ ...stays, variables: forgotten(stays.variables) }];
  if (goes === undefined) return found;
  const matched: Way = { ...goes, variables: captured(goes.variables, pattern, [pathPart(way.path, source)]), internal: true };
  const status = flag?.text === 'permanent' ? 301 : flag?.text === 'redirect' || /^(?:https?:\/\/|\$scheme)/.test(target.text) ? 302 : undefined;
  if (status !== undefined) {
    endings.push({ way: matched, status, direct: false, closes: false, directive });
    return found;
  }
  // Variables with known texts are part of a known path.
  for (const { when: guard, parts, variables } of merged(expander.expand(target, scopeOf(matched)))) {
    const text = parts.every((piece) => piece.p === 'text') ? parts.map((piece) => piece.text).join('') : undefined;
    const next = narrowed({ ...matched, variables }, whenAll(guard, ALWAYS));
    if (next === undefined) continue;
    const path = text === undefined ? rewrittenPath(pattern, target.text, way.path, `${way.path.kind === 'unknown' ? `${way.path.key}, ` : ''}${source.text} → ${target.text}`) : ({ kind: 'text', text: text.replace(/\?.*$/s, '') } as const);
    found.push({ ...next, path, fallback: false, moved: flag?.text !== 'break', settled: next.settled || flag?.text === 'break', stopped: flag?.text === 'break' || flag?.text === 'last' });
  }
  return found;
}
