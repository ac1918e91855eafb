import type { Change } from '../../policy/change.js';
import type { Policy } from '../../policy/program.js';
import { insertDirective, insertInside, removeDirective, respell, type CaddyFile, type Directive, type Token } from '../../syntax/caddy/index.js';
import type { TextEdit } from '../../text/edit.js';
import { SourceText } from '../../text/source-text.js';
import { headerName } from '../../text/header-name.js';
import { contains, sameSpan, type Span } from '../../text/span.js';
import { decline, type Declined } from '../reader.js';

/** Spells a change in a Caddyfile's words; comments, quotes and indentation stay. */
export function edited(file: CaddyFile, _policy: Policy, change: Change): readonly TextEdit[] | Declined {
  const source = change.at.file === file.source.file ? file.source : new SourceText(change.at.file, file.files.read(change.at.file) ?? '');
  switch (change.kind) {
    case 'replace-text':
      return respell(source, change.at, change.text);
    case 'replace-pattern':
      return respell(source, change.at, change.source);
    case 'fail-closed': {
      const written = /^\{\$([^:}]+):[^}]*\}$/.exec(source.text.slice(change.at.start, change.at.end));
      // Without the variable the header is sent empty, which lets nobody in.
      return written === null ? decline('no variable with a fallback stands there') : [{ ...change.at, text: `{$${written[1]}}` }];
    }
    default:
      return lineEdits(file, source, change) ?? decline(`no directive of this file can be edited for ${change.kind}`);
  }
}

function lineEdits(file: CaddyFile, source: SourceText, change: Change): readonly TextEdit[] | undefined {
  const found = foundAt(file, change.at);
  if (found === undefined) return undefined;
  const { directive, parent, top } = found;
  const inHeader = parent?.name.text === 'header';
  switch (change.kind) {
    case 'add-vary':
      if (!inHeader) return directive.name.text === 'header' ? [insertDirective(source, directive, 'after', 'header +Vary Origin')] : undefined;
      // The response depends on the origin for requests that the matcher leaves out, too.
      return [parent.args.length > 0 ? insertDirective(source, parent, 'after', 'header +Vary Origin') : insertDirective(source, directive, 'after', '+Vary Origin')];
    case 'remove-header':
      return inHeader || directive.name.text === 'header' ? [removeDirective(source, inHeader && parent.block?.length === 1 ? parent : directive)] : undefined;
    case 'hide-inner-header': {
      const proxies = [...below([top])].map((one) => one.directive).filter(({ name }) => name.text === 'reverse_proxy');
      const inSite = proxies.length > 0 ? proxies : siblingsOf(file, top).flatMap((one) => [...below([one])].map((each) => each.directive).filter(({ name }) => name.text === 'reverse_proxy'));
      return inSite.length === 0 || inSite.some(({ at }) => at.file !== source.file) ? undefined : inSite.map((proxy) => insertInside(source, proxy, `header_down -${headerName(change.header)}`));
    }
    case 'answer-options': {
      const name = source.text.includes('@preflight') ? '@cors_preflight' : '@preflight';
      if (source.text.includes('@cors_preflight')) return undefined;
      const lines = [`${name} method OPTIONS`, `respond ${name} 204`];
      return /^handle|^route$/.test(directive.name.text) ? [...lines].reverse().map((line) => insertInside(source, directive, line)) : lines.map((line) => insertDirective(source, directive, 'before', line));
    }
    case 'remove-entry': {
      // Values of one field are alternatives; the only one stays, since without it every request would match.
      const alternatives = (parent?.block ?? []).filter(({ name, args }) => name.text === 'header' && args[0]?.text.toLowerCase() === directive.args[0]?.text.toLowerCase());
      return parent?.name.text.startsWith('@') === true && alternatives.length > 1 && sameSpan(directive.args[1] ?? directive.name, change.at) ? [removeDirective(source, directive)] : undefined;
    }
    case 'rename-header':
    case 'append-header': {
      const field = fieldOf(found);
      if (field === undefined) return undefined;
      const [, sign = '', name = ''] = /^([+?>-]*)(.*)$/s.exec(field.text) ?? [];
      if (change.kind === 'append-header' && sign !== '') return undefined;
      return respelled(source, field, change.kind === 'append-header' ? `+${name}` : `${sign}${headerName(change.header)}`);
    }
    case 'allow-only':
      return onlyFor(source, found, change.origins);
    case 'send-with-responses': {
      const lines = change.effects.flatMap((at) => foundAt(file, at) ?? []);
      return lines.length === 0 ? undefined : lines.map((line) => insertDirective(source, line.top, 'after', `header ${wordsOf(source, line)}`));
    }
    case 'exempt-options': {
      const [first] = directive.args;
      if (!/^(?:basic_?auth|forward_auth)$/.test(directive.name.text) || (first !== undefined && /^[@/*]/.test(first.text)) || source.text.includes('@not_preflight')) return undefined;
      return [insertDirective(source, directive, 'before', '@not_preflight not method OPTIONS'), { file: source.file, start: directive.name.end, end: directive.name.end, text: ' @not_preflight' }];
    }
    case 'compare-whole':
      return wholeEdits(source, found, change);
    default:
      return undefined;
  }
}

/** The word that names a header, with the sign in front of it. */
function fieldOf({ directive, parent }: Found): Token | undefined {
  if (parent?.name.text === 'header') return directive.name;
  if (directive.name.text !== 'header') return undefined;
  return directive.args.find(({ text }, index) => index > 0 || !/^[@/*]/.test(text));
}

/** Name and value of a header, without what selects requests. */
function wordsOf(source: SourceText, found: Found): string {
  const field = fieldOf(found) ?? found.directive.name;
  return source.text.slice(field.start, found.directive.at.end);
}

function respelled(source: SourceText, at: Span, text: string): readonly TextEdit[] | undefined {
  const edits = respell(source, at, text);
  return 'declined' in edits ? undefined : edits;
}

/** One origin as the header's text, or every site without credentials. */
function onlyFor(source: SourceText, found: Found, [only, ...others]: readonly string[]): readonly TextEdit[] | undefined {
  const field = fieldOf(found);
  const words = [found.directive.name, ...found.directive.args];
  const value = field === undefined ? undefined : words[words.indexOf(field) + 1];
  if (value === undefined || only === undefined || others.length > 0) return undefined;
  const credentials = only === '*' ? (found.parent?.block ?? []).filter(({ name }) => /^[+?>]?access-control-allow-credentials$/i.test(name.text)) : [];
  const sent = respelled(source, value, only);
  return sent === undefined ? undefined : [...sent, ...credentials.map((line) => removeDirective(source, line))];
}

/** One origin is written as it is, all below a domain as a pattern. */
function wholeEdits(source: SourceText, { directive, parent }: Found, change: Extract<Change, { readonly kind: 'compare-whole' }>): readonly TextEdit[] | undefined {
  if (change.subdomains === undefined) return respelled(source, change.at, change.origin);
  const kind = directive.name.text.startsWith('@') ? directive.args[0] : directive.name;
  const alternatives = (parent?.block ?? []).filter(({ name }) => name.text === 'header' || name.text === 'header_regexp');
  if (kind?.text !== 'header' || alternatives.length > 1) return undefined;
  // `*.example.com` leaves the domain itself out.
  const labels = directive.args.at(-1)?.text.startsWith('*.') === true ? '+' : '*';
  const pattern = respelled(source, change.at, `^https://(?:[a-z0-9-]+\\.)${labels}${change.subdomains.replace(/^\./, '').replaceAll('.', '\\.')}$`);
  return pattern === undefined ? undefined : [{ file: kind.file, start: kind.start, end: kind.end, text: 'header_regexp' }, ...pattern];
}

interface Found {
  readonly directive: Directive;
  readonly parent: Directive | undefined;
  /** The directive of the site in which it stands. */
  readonly top: Directive;
}

/** The directive or line that stands at a place, or holds the word that stands there. */
function foundAt(file: CaddyFile, at: Span): Found | undefined {
  const all = [...below(file.sites.flatMap(({ directives }) => directives)), ...below(file.fragment)];
  return all.find(({ directive }) => sameSpan(directive.at, at)) ?? all.find(({ directive }) => contains(directive.at, at));
}

/** Directives of the site that has this one. */
function siblingsOf(file: CaddyFile, top: Directive): readonly Directive[] {
  return file.sites.find(({ directives }) => directives.includes(top))?.directives ?? file.fragment;
}

/** Directives with all lines below them. */
function* below(directives: readonly Directive[]): Generator<Found> {
  const pending: Found[] = directives.map((directive) => ({ directive, parent: undefined, top: directive }));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    yield next;
    for (const line of next.directive.block ?? []) pending.push({ directive: line, parent: next.directive, top: next.top });
  }
}
