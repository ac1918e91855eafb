import type { Change } from '../../policy/change.js';
import type { Policy } from '../../policy/program.js';
import { insertDirective, insertInside, removeDirective, respell, type CaddyFile, type Directive } from '../../syntax/caddy/index.js';
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
    case 'compare-whole':
      return wholeEdits(source, found, change);
    default:
      return undefined;
  }
}

/** One origin is written as it is, all below a domain as a pattern. */
function wholeEdits(source: SourceText, { directive, parent }: Found, change: Extract<Change, { readonly kind: 'compare-whole' }>): readonly TextEdit[] | undefined {
  const respelled = (text: string): readonly TextEdit[] | undefined => {
    const edits = respell(source, change.at, text);
    return 'declined' in edits ? undefined : edits;
  };
  if (change.subdomains === undefined) return respelled(change.origin);
  const kind = directive.name.text.startsWith('@') ? directive.args[0] : directive.name;
  const alternatives = (parent?.block ?? []).filter(({ name }) => name.text === 'header' || name.text === 'header_regexp');
  if (kind?.text !== 'header' || alternatives.length > 1) return undefined;
  // `*.example.com` leaves the domain itself out.
  const labels = directive.args.at(-1)?.text.startsWith('*.') === true ? '+' : '*';
  const pattern = respelled(`^https://(?:[a-z0-9-]+\\.)${labels}${change.subdomains.replace(/^\./, '').replaceAll('.', '\\.')}$`);
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
