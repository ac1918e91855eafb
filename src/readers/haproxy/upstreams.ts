import { ALWAYS, whenAll, type Effect, type Guard, type PathRewrite, type Step, type Upstream } from '../../policy/program.js';
import type { Word } from '../../syntax/haproxy/index.js';
import type { Candidate } from './backends.js';
import type { Scope } from './scope.js';
import { headerValues, spanOf, type Case } from './values.js';

/** Where the requests of a backend go, with what was done to their Origin and their path. */
export function endsOf({ when, proxy, unserved, name, at }: Candidate, scope: Scope): readonly Step[] {
  // HAProxy itself answers, before any of this.
  if (unserved) return [];
  const origins: readonly Case[] | undefined = scope.header('origin');
  const paths = scope.path([]);
  const place = at;
  const sent = origins === undefined ? [{ when: ALWAYS, request: [] }] : origins.flatMap((one) => originSent(one, at));
  return sent.flatMap((origin) =>
    (paths.length === 0 ? [{ when: ALWAYS, rewrite: undefined }] : paths.map(({ when: here, value }) => ({ when: here, rewrite: sentPath(value) }))).map((path): Step => {
      const upstream: Upstream = { ...addressOf(proxy?.servers[0], name), request: origin.request, ...(path.rewrite === undefined ? {} : { path: path.rewrite }), at: place };
      return { when: whenAll(when, origin.when, path.when), effects: [], end: { to: 'upstream', upstream }, at: place };
    }),
  );
}

/** The path that the server is asked for. */
function sentPath(value: Case['value']): Upstream['path'] {
  return value.t === 'moved' ? value.rewrite : value.t === 'path' ? undefined : value.t === 'text' && value.env === undefined ? { whole: value.text } : null;
}

/** What a case of the request's Origin does to the request that is passed on: one that nothing changed stays. */
function originSent({ when, value }: Case, at: Step['at']): readonly { readonly when: Guard; readonly request: readonly Effect[] }[] {
  const effect = (op: 'set' | 'remove', text: Effect['value']): Effect => ({ op, header: 'origin', value: text, statuses: 'all', at: spanOf(at) });
  if (value.t === 'missing') return [{ when, request: [effect('remove', { v: 'literal', text: '', at: spanOf(at), written: true })] }];
  if (value.t === 'header' && value.name === 'origin') return [{ when, request: [] }];
  return headerValues([{ when, value }], at).map((one) => ({ when: one.when, request: [effect('set', one.value)] }));
}

/** `10.0.0.1:8080`, `[::1]:80`, `app:3000`; what is a socket or comes from the environment is no host. */
function addressOf(word: Word | undefined, name: string): { readonly host: string; readonly port: number | null } {
  if (word === undefined) return { host: name, port: null };
  const [, host, port] = word.holes.length > 0 ? [] : (/^(?:(?:ipv[46]|tcp[46]?)@)?(\[[^\]]*\]|[^:/@]+)(?::(\d+))?$/.exec(word.text) ?? []);
  return { host: host ?? word.text, port: port === undefined ? null : Number(port) };
}

/** `replace-path ^/api/(.*) /\1`: the start of the path that is replaced by another one. */
export function rewriteOf(pattern: Word, text: Word): PathRewrite | undefined {
  const [, prefix] = /^\^?((?:\/[\w.-]*)+)\(\.\*\)\$?$/.exec(pattern.text.replaceAll('\\.', '.')) ?? [];
  const [, by] = /^((?:\/[\w.-]*)+)\\1$/.exec(text.text) ?? [];
  return prefix === undefined || by === undefined ? undefined : { prefix, by };
}
