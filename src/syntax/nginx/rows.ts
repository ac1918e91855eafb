import { textMistake } from './expansion.js';
import { patternMistake } from './pattern.js';
import { isNetwork } from './setters.js';
import type { Directive } from './tree.js';

/** What a block's own handler says of its rows, one after the other; undefined for a block whose rows are not looked at. */
const JUDGES: Readonly<Record<string, () => (row: Directive) => string | undefined>> = { map: mapRow, geo: geoRow, split_clients: () => splitRow, types: () => () => undefined, charset_map: () => () => undefined };

/** The first row of a block that is refused. */
export function rowMistake(around: string, rows: readonly Directive[]): { readonly row: Directive; readonly message: string } | undefined {
  const judge = JUDGES[around]?.();
  if (judge === undefined) return undefined;
  for (const row of rows) {
    const message = row.block !== undefined ? 'unexpected "{"' : row.name === 'include' && row.args.length === 1 && around !== 'split_clients' ? undefined : judge(row);
    if (message !== undefined) return { row, message };
  }
  return undefined;
}

/** `ngx_http_geo`. */
function geoRow(): (row: Directive) => string | undefined {
  let isRanges = false;
  return ({ name, args }) => {
    if (args.length === 0 && name === 'ranges') isRanges = true;
    if (args.length === 0 && (name === 'ranges' || name === 'proxy_recursive')) return undefined;
    if (args.length !== 1) return 'invalid number of the geo parameters';
    if (name === 'default' || isRanges) return undefined;
    const network = name === 'delete' || name === 'proxy' ? args[0]!.text : name;
    return isNetwork(network) || network === '255.255.255.255' ? undefined : `invalid network "${network}"`;
  };
}

/** `ngx_http_split_clients`, which reads a name and its value and looks no further. */
function splitRow({ name }: Directive): string | undefined {
  return name === '*' || /^(?!0*(?:\.0*)?%)\d*(?:\.\d{1,2})?%$/.test(name) ? undefined : `invalid percent value "${name}"`;
}

/** `ngx_http_map`: rows one after the other; exact keys are the same whatever their case. */
function mapRow(): (row: Directive) => string | undefined {
  const keys = new Set<string>();
  let hasDefault = false;
  return ({ name, args }) => {
    if (args.length === 0 && (name === 'hostnames' || name === 'volatile')) return undefined;
    const [value] = args;
    if (value === undefined || args.length !== 1) return 'invalid number of the map parameters';
    const wrong = textMistake(value.text);
    if (wrong !== undefined) return wrong;
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
