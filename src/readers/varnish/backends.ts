import { ALWAYS, whenAll, type Effect, type Guard, type Upstream } from '../../policy/program.js';
import type { VclFile } from '../../syntax/vcl/index.js';
import type { Span } from '../../text/span.js';
import { casesOfValue } from '../../values/cases.js';
import type { Value } from '../../values/value.js';
import type { Knowledge } from './knowledge.js';
import type { Target } from './steps.js';

/** Backends by name; the one called `default`, or the first, gets what no program sends elsewhere. */
export function upstreamsOf(file: VclFile, knowledge: Knowledge, place: Span): Target {
  const named = (name: string): VclFile['backends'][number] | undefined => file.backends.find((backend) => backend.name.toLowerCase() === name) ?? (name === 'default' ? file.backends[0] : undefined);
  return (value, origin) =>
    casesOfValue(value).flatMap(({ when, value: chosen }) => {
      const backend = chosen.kind === 'string' ? named(chosen.value) : undefined;
      const { fields, at } = backend ?? { fields: new Map<string, string>(), at: place };
      const [, host = '', port] = /^(.*?)(?::(\d+))?$/.exec(fields.get('host') ?? (chosen.kind === 'string' ? chosen.value : '')) ?? [];
      return originsSent(origin, knowledge).map(({ when: sent, request }) => {
        const upstream: Upstream = { host, port: Number(fields.get('port') ?? port ?? (backend === undefined ? NaN : 80)) || null, request, at };
        return { when: whenAll(knowledge.guardOf(when), sent), upstream };
      });
    });
}

/** What becomes of the request's Origin before it is passed on. */
function originsSent(origin: Value, knowledge: Knowledge): readonly { readonly when: Guard; readonly request: readonly Effect[] }[] {
  return casesOfValue(origin).map(({ when, value }) => {
    const { at } = value;
    const effect = (op: Effect['op'], text: string): Effect => ({ op, header: 'origin', value: { v: 'literal', text, at, written: true }, statuses: 'all', at });
    const request = value.kind === 'nothing' ? [effect('remove', '')] : value.kind === 'string' ? [effect('set', value.value)] : [];
    return { when: when.c === 'true' ? ALWAYS : knowledge.guardOf(when), request };
  });
}
