import { patternMistake } from './pattern.js';
import type { Directive } from './tree.js';

/** Blocks whose lines are rows, not directives; `geoip2` and `match` of modules have rows of their own. */
export function holdsRows(name: string): boolean {
  return /^(?:map|geo|split_clients|types|charset_map|geoip2|match)$/.test(name);
}

/** The first row that a block's own handler refuses; undefined where none is, or where the block's rows are not looked at. */
export function rowMistake(head: Directive): { readonly row: Directive; readonly message: string } | undefined {
  const rows = head.block ?? [];
  const judge = head.name === 'map' ? mapRow() : head.name === 'split_clients' ? () => undefined : undefined;
  if (judge === undefined && head.name !== 'types' && head.name !== 'charset_map') return undefined;
  for (const row of rows) {
    if (row.block !== undefined) return { row, message: 'unexpected "{"' };
    if (row.name === 'include' && row.args.length === 1) continue;
    const message = judge?.(row);
    if (message !== undefined) return { row, message };
  }
  return undefined;
}

/** `ngx_http_map`: rows one after the other; exact keys are the same whatever their case. */
function mapRow(): (row: Directive) => string | undefined {
  const keys = new Set<string>();
  let hasDefault = false;
  return ({ name, args }) => {
    if (args.length === 0 && (name === 'hostnames' || name === 'volatile')) return undefined;
    if (args.length !== 1) return 'invalid number of the map parameters';
    if (name === 'default') {
      if (hasDefault) return 'duplicate default map parameter';
      hasDefault = true;
      return undefined;
    }
    if (name.startsWith('~')) return patternMistake(name.replace(/^~\*?/, ''));
    const key = name.replace(/^\\/, '').toLowerCase();
    if (keys.has(key)) return `conflicting parameter "${key}"`;
    keys.add(key);
    return undefined;
  };
}
