import { PRESENT } from '../../origins/origin-set.js';
import type { Effect, Upstream } from '../../policy/program.js';
import type { Directive, Token } from '../../syntax/caddy/index.js';
import type { Request } from './expander.js';
import { deleted, operationOf } from './headers.js';
import type { Entry } from './order.js';
import type { PathView } from './paths.js';
import { headerValue } from './texts.js';
import type { Release } from './version.js';

/** `reverse_proxy [matcher] upstreams… { to …; header_up …; header_down … }`. */
export function upstreamOf({ directive, args }: Entry, view: PathView, request: Request, release: Release): Upstream {
  const lines = directive.block ?? [];
  const target = writtenAs(args[0] ?? lines.find(({ name }) => name.text === 'to')?.args[0]);
  const response = effectsOf(lines, 'header_down', request, release);
  return {
    ...addressOf(target),
    request: effectsOf(lines, 'header_up', request, release),
    ...(response.length === 0 ? {} : { response }),
    ...(view.kind === 'stripped' && view.prefix === '' ? {} : { path: view.kind === 'stripped' ? { prefix: view.prefix, by: '' } : view.kind === 'fixed' ? { whole: view.path } : null }),
    at: directive.at,
  };
}

/** The text, where nothing stands for a variable of the environment its name. */
function writtenAs(token: Token | undefined): string {
  return token === undefined ? '' : token.pieces.some((piece) => piece.kind === 'env' && piece.fallback === undefined) ? token.pieces.map((piece) => (piece.kind === 'text' ? piece.text : `{$${piece.name}}`)).join('') : token.text;
}

/** Where a name, a port or both lead: `app:8080`, `:9000`, `https://api.example.com`. */
function addressOf(text: string): { readonly host: string; readonly port: number | null } {
  const [, scheme = '', host = '', port] = /^(?:(https?|h2c):\/\/)?(\[[^\]]*\]|[^:/{}]*)(?::(\d+))?$/.exec(text) ?? [];
  if (host === '' && port === undefined) return { host: text, port: null };
  return { host: host === '' ? 'localhost' : host, port: port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port) };
}

export function authUpstreamOf(args: readonly Token[]): string {
  return args[0]?.text ?? 'the authentication';
}

/** Effects on the headers of the request that is passed on, or of the response that comes back: add, set, delete. */
function effectsOf(lines: readonly Directive[], name: string, request: Request, release: Release): readonly Effect[] {
  const rank = ['add', 'set', 'delete', 'replace'];
  return lines
    .filter((line) => line.name.text === name && line.args[0] !== undefined)
    .map((line) => operationOf(line.args[0]!.text.replace(/:$/, ''), line.args.slice(1), line.at, release.from('2.7') !== false))
    .sort((a, b) => rank.indexOf(a.operation.op) - rank.indexOf(b.operation.op))
    .flatMap(({ operation: { op, field, value, at } }): readonly Effect[] => {
      const header = field.toLowerCase();
      const base = { header, statuses: 'all' as const, at };
      if (op === 'delete') return deleted(header).map((one) => ({ op: 'remove', ...base, header: one, value: { v: 'literal', text: '', at, written: true } }));
      if (op === 'replace') return [{ op: 'set', ...base, onlyIf: { header, in: PRESENT }, value: { v: 'unknown', fact: { key: `caddy@${at.file}:${at.start}`, reason: 'unsupported-syntax', detail: 'a text that a pattern replaces', at }, at } }];
      const cases = value === undefined ? [] : request.texts(value, true);
      const text = cases.length === 0 ? ({ v: 'literal', text: '', at, written: true } as const) : cases.length === 1 ? headerValue(cases[0]!.parts, value!) : ({ v: 'unknown', fact: { key: `caddy@${at.file}:${at.start}`, reason: 'unsupported-syntax', detail: 'one of several texts', at }, at } as const);
      return [{ op: op === 'add' ? 'append' : 'set', ...base, value: text }];
    });
}
