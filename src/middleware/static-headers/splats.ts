import type { OriginSet } from '../../origins/origin-set.js';
import type { Span } from '../../text/span.js';
import { onHost, pathPattern, quoted, type PathPattern } from './paths.js';

/**
 * A path of Netlify (`@netlify/headers-parser`, `for_regexp`, read): case ignored, a slash at the end allowed, `:name`
 * for a part of the path, `*` alone in a part for nothing or all that follows. A part with a `*` inside is not escaped:
 * a dot in it is any character.
 */
export function netlifyPath(text: string, at: Span): PathPattern {
  const parts = text.split('/').map((part) => part.trimEnd()).filter((part) => part !== '');
  const pattern = parts.map((part) => (part.startsWith(':') ? '([^/]+)' : part === '*' ? '?(.*)' : part.includes('*') ? part.replaceAll('*', '(.*)') : quoted(part)));
  const pieces = `/${parts.map((part) => (part.startsWith(':') ? 'x' : part)).join('/')}`.split('*');
  return pathPattern(`^/${pattern.join('/')}/?$`, 'i', pieces, at);
}

/**
 * A path or `https://` URL of Cloudflare (`pages-shared` and `workers-shared`, `generateRuleRegExp`, read and run): the
 * whole path, case matters, one `*` for any text, `:name` for a part of the path or a label of the host. Undefined for
 * one that Cloudflare leaves out: a group of its pattern would have a name twice.
 */
export function cloudflarePath(text: string, at: Span): PathPattern | undefined {
  const names = (text.match(/\*|:[A-Za-z]\w*/g) ?? []).map((name) => (name === '*' ? ':splat' : name));
  if (new Set(names).size < names.length || /^(?!https:)[A-Za-z][\w+.-]*:\/\//.test(text) || /^https:\/\/[^/]*:\d+(?:\/|$)/.test(text)) return undefined;
  const [, host, path] = /^https:\/\/+([^/]+)(\/.*)?$/.exec(text) ?? [];
  const pattern = { ...cloudflarePattern(host === undefined ? text : (path ?? '/'), '[^/]+', at), names: names.map((name) => name.slice(1)) };
  if (host === undefined) return pattern;
  const set: OriginSet = { s: 'regex', source: `^${sourceOf(host.toLowerCase(), '[^/.]+')}$`, flags: '', dialect: 'js', use: 'search', subject: 'origin', at };
  return onHost(pattern, set, host.toLowerCase().replace(PLACEHOLDER, 'x').replaceAll('*', 'x'));
}

const PLACEHOLDER = /:[A-Za-z]\w*/g;

function cloudflarePattern(path: string, placeholder: string, at: Span): PathPattern {
  return pathPattern(`^${sourceOf(path, placeholder)}$`, '', path.replace(PLACEHOLDER, 'x').split('*'), at);
}

function sourceOf(text: string, placeholder: string): string {
  return text.split('*').map((piece) => piece.split(PLACEHOLDER).map(quoted).join(placeholder)).join('.*');
}

/**
 * A path of Render (https://render.com/docs/static-site-headers, documented): `/blog/*` for all below, `/*.css` for
 * files of this folder, two stars for folders between: files of folders below it.
 */
export function renderPath(text: string, at: Span): PathPattern {
  const source = text.split(/(\*\*?)/).map((piece, index, all) => (index % 2 === 0 ? quoted(piece) : piece === '**' || (index === all.length - 2 && all.at(-1) === '') ? '.*' : '[^/]*')).join('');
  return pathPattern(`^${source}$`, '', text.replaceAll('**', 'x').split('*'), at);
}

/**
 * A route of Azure Static Web Apps (documented; the CLI's `route-processor` read): the path itself, `*` for any text,
 * `{png,jpg}` for one of several endings. A folder is also its `index.html`.
 */
export function staticWebAppPath(text: string, at: Span): PathPattern {
  const source = text.split(/(\*|\{[^{}]*\})/).map((piece) => (piece === '*' ? '.*' : piece.startsWith('{') && piece.endsWith('}') ? `(?:${piece.slice(1, -1).split(',').map((one) => quoted(one.trim())).join('|')})` : quoted(piece))).join('');
  return pathPattern(`^${source}$`, '', text.replace(/\{\s*([^{},]*)[^{}]*\}/g, '$1').split('*'), at);
}

/**
 * A pattern of Amplify Hosting (https://docs.aws.amazon.com/amplify/latest/userguide/custom-header-YAML-format.html):
 * `*.json`, `/path/*`, two stars for any folders. Whether a `*` ends at a slash is not documented: here it does not.
 */
export function amplifyPath(text: string, at: Span): PathPattern {
  const rooted = text.startsWith('/') ? text : `/${text}`;
  const source = rooted.split(/(\*\*\/|\*+)/).map((piece, index) => (index % 2 === 0 ? quoted(piece) : piece === '**/' ? '(?:.*/)?' : '.*')).join('');
  return pathPattern(`^${source}$`, '', rooted.replaceAll('**/', '').split(/\*+/), at);
}
