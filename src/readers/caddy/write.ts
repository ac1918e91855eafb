import type { Change } from '../../policy/change.js';
import type { Policy } from '../../policy/program.js';
import { insertDirective, insertInside, removeDirective, respell, type CaddyFile, type Directive } from '../../syntax/caddy/index.js';
import type { TextEdit } from '../../text/edit.js';
import { SourceText } from '../../text/source-text.js';
import { sameSpan, type Span } from '../../text/span.js';
import { decline, type Declined } from '../reader.js';

/** Spells a change in a Caddyfile's words; comments, quotes and indentation stay. */
export function edited(file: CaddyFile, _policy: Policy, change: Change): readonly TextEdit[] | Declined {
  const source = change.at.file === file.source.file ? file.source : new SourceText(change.at.file, file.files.read(change.at.file) ?? '');
  switch (change.kind) {
    case 'replace-text':
      return respell(source, change.at, change.text);
    case 'replace-pattern':
      return respell(source, change.at, change.source);
    default: {
      const edit = lineEdit(file, source, change);
      return edit === undefined ? decline(`no directive of this file can be edited for ${change.kind}`) : [edit];
    }
  }
}

function lineEdit(file: CaddyFile, source: SourceText, change: Change): TextEdit | undefined {
  const found = directiveAt(file, change.at);
  if (found === undefined) return undefined;
  const { directive, parent } = found;
  switch (change.kind) {
    case 'add-vary': {
      if (parent?.name.text === 'header') return insertDirective(source, directive, 'after', '+Vary Origin');
      if (directive.name.text !== 'header') return undefined;
      // The response depends on the origin for requests that the matcher leaves out, too.
      return insertDirective(source, directive, 'after', 'header +Vary Origin');
    }
    case 'drop-credentials': {
      const isAlone = parent?.name.text === 'header' && parent.block?.length === 1;
      return parent?.name.text === 'header' || directive.name.text === 'header' ? removeDirective(source, isAlone ? parent : directive) : undefined;
    }
    case 'hide-inner-header': {
      const proxy = all(file).find(({ directive: { name } }) => name.text === 'reverse_proxy')?.directive;
      return proxy === undefined || proxy.at.file !== source.file ? undefined : insertInside(source, proxy, `header_down -${spelled(change.header)}`);
    }
    default:
      return undefined;
  }
}

/** `access-control-allow-origin` as people write it. */
function spelled(header: string): string {
  return header.replace(/(^|-)([a-z])/g, (_all, dash: string, letter: string) => dash + letter.toUpperCase());
}

interface Found {
  readonly directive: Directive;
  readonly parent: Directive | undefined;
}

function directiveAt(file: CaddyFile, at: Span): Found | undefined {
  return all(file).find(({ directive }) => sameSpan(directive.at, at));
}

/** Every directive and line of a file, what it imports included. */
function all(file: CaddyFile): readonly Found[] {
  const found: Found[] = [];
  const pending: Found[] = [...file.sites.flatMap(({ directives }) => directives), ...file.fragment].map((directive) => ({ directive, parent: undefined }));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    found.push(next);
    for (const line of next.directive.block ?? []) pending.push({ directive: line, parent: next.directive });
  }
  return found;
}

