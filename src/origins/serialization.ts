import type { ExactSet } from './origin-set.js';

/** What keeps a written entry from ever equalling an origin that a browser sends. */
export type Flaw =
  | 'missing-scheme'
  | 'trailing-slash'
  | 'path'
  | 'upper-case'
  | 'default-port'
  | 'bad-port'
  | 'user-info'
  | 'non-ascii'
  | 'ipv4'
  | 'ipv6'
  | 'file'
  | 'quoted'
  | 'whitespace'
  | 'colon-in-front'
  | 'glob'
  | 'wildcard-in-list'
  | 'several-origins'
  | 'regex'
  | 'placeholder'
  | 'empty'
  | 'not-an-origin';

const SERIALISED = /^([a-z][a-z0-9+.-]*):\/\/(\[[0-9a-f:]+\]|[a-z0-9_.-]+)(?::([1-9]\d{0,4}))?$/;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443', ws: '80', wss: '443', ftp: '21' };

/**
 * Could a browser ever send this as `Origin`? `null`, or a serialised tuple origin (HTML, "serialization of an
 * origin"): lower case, ASCII, no default port, no path. Extension and app schemes are origins too.
 */
export function isSerializableOrigin(text: string): boolean {
  if (text === 'null') return true;
  const match = SERIALISED.exec(text);
  if (match === null) return false;
  const [, scheme = '', host = '', port] = match;
  if (scheme === 'file' || (port !== undefined && (DEFAULT_PORTS[scheme] === port || Number(port) > 65535))) return false;
  if (scheme !== 'http' && scheme !== 'https') return true;
  if (/^\.|\.\./.test(host)) return false;
  return URL.canParse(text) && new URL(text).hostname === host;
}

/**
 * For a written entry that no browser can send: what is wrong with it, and the origin that was plainly meant where
 * there is one. Undefined for what can be sent, and for `*` alone.
 */
export function canonicalOrigin(text: string): { readonly origin: string | undefined; readonly flaw: Flaw } | undefined {
  if (text === '*' || isSerializableOrigin(text)) return undefined;
  const flaw = flawOf(text);
  if (['placeholder', 'empty', 'glob', 'regex', 'wildcard-in-list', 'several-origins', 'file', 'bad-port'].includes(flaw)) return { origin: undefined, flaw };
  return { origin: meant(text), flaw };
}

/** What keeps an exact entry from matching under the comparison that its product makes; undefined when it can match. */
export function whyNever(leaf: ExactSet): Flaw | undefined {
  if (leaf.subject !== undefined && leaf.subject !== 'origin') return /^[a-z][a-z0-9+.-]*:\/\//i.test(leaf.text) ? 'not-an-origin' : undefined;
  if (leaf.text === '*') return 'wildcard-in-list';
  const flaw = canonicalOrigin(leaf.text)?.flaw;
  if (flaw === undefined) return undefined;
  let looked = leaf.text;
  if (leaf.comparison.includes('parsed-scheme-netloc')) looked = looked.replace(/^([a-z][a-z0-9+.-]*:\/\/[^/?#]*).*$/i, '$1').replace(/^[^:]*/, (scheme) => scheme.toLowerCase());
  if (leaf.comparison.includes('strip-trailing-slash')) looked = looked.replace(/\/$/, '');
  if (leaf.comparison.includes('ignore-case')) looked = looked.toLowerCase();
  if (leaf.comparison.includes('drop-default-port')) looked = looked.replace(/^(https:\/\/.*):443$|^(http:\/\/.*):80$/, (_all, secure?: string, plain?: string) => secure ?? plain ?? '');
  return isSerializableOrigin(looked) ? undefined : (canonicalOrigin(looked)?.flaw ?? flaw);
}

function flawOf(text: string): Flaw {
  if (text.trim() === '') return 'empty';
  if (/\$\{|\{\{|<[^>]*>|%[A-Z_]+%|\$\(|^__.*__$|\$[A-Z_]+/.test(text)) return 'placeholder';
  if (/^(["']).*\1$/.test(text.trim())) return 'quoted';
  if (text !== text.trim()) return 'whitespace';
  if (/^\s*:\s/.test(text)) return 'colon-in-front';
  if (/[^\s,][\s,]+[^\s,]/.test(text) && /:\/\/|\./.test(text)) return 'several-origins';
  if (/\\\.|^\^|\$$|\.\*|\[[^\]]*-[^\]]*\]|\(\?/.test(text)) return 'regex';
  if (text.includes('*')) return 'glob';
  if (/^file:/i.test(text)) return 'file';
  if (/[^\x20-\x7e]/.test(text)) return 'non-ascii';
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return /^[\w-]+(\.[\w-]+)+(:\d+)?(\/.*)?$|^localhost(:\d+)?\/?$/i.test(text.replace(/^\/\//, '')) ? 'missing-scheme' : 'not-an-origin';
  const [, scheme = '', authority = '', rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/i.exec(text) ?? [];
  if (authority.includes('@')) return 'user-info';
  if (rest === '/') return 'trailing-slash';
  if (rest !== '') return 'path';
  const port = /:(\d*)$/.exec(authority)?.[1];
  if (port !== undefined && (port === '' || Number(port) === 0 || Number(port) > 65535 || port.startsWith('0'))) return 'bad-port';
  if (port !== undefined && DEFAULT_PORTS[scheme.toLowerCase()] === port) return 'default-port';
  if (/[A-Z]/.test(scheme + authority)) return 'upper-case';
  if (authority.startsWith('[')) return 'ipv6';
  return /^[\d.x]+(:\d+)?$/.test(authority) ? 'ipv4' : 'not-an-origin';
}

function meant(text: string): string | undefined {
  const bare = text.trim().replace(/^:\s+/, '').replace(/^(["'])(.*)\1$/, '$2').replace(/^\/\//, '');
  const local = /^(localhost|127\.)/i.test(bare);
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(bare) ? bare : `${local ? 'http' : 'https'}://${bare}`;
  if (!URL.canParse(whole)) return undefined;
  const { origin, protocol } = new URL(whole);
  const candidate = origin === 'null' ? `${protocol}//${/^[a-z][a-z0-9+.-]*:\/\/([^/?#@]*)/i.exec(whole)?.[1]?.toLowerCase() ?? ''}` : origin;
  return isSerializableOrigin(candidate) && candidate !== text ? candidate : undefined;
}
