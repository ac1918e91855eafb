import { holds } from '../../../policy/holds.js';
import { covers, samplePath } from '../../../middleware/spring/paths.js';
import type { Probe } from '../../../policy/program.js';
import type { Application } from '../application.js';
import type { Source } from '../sources.js';
import { passages, refuses } from './passage.js';

/** Probes with `authorization` where a chain lets nobody pass without it: bearer tokens and HTTP Basic come in no cookie. */
export function withCredentials(probes: readonly Probe[], application: Application, security: number): readonly Probe[] {
  const all = passages(application, security);
  if (all.length === 0) return probes;
  return probes.map((probe) => {
    const { path, methods, requestHeaders } = probe;
    const request = { method: methods?.find((method) => method === 'GET') ?? methods?.[0] ?? 'GET', path, headers: [] };
    const passage = all.find(({ when }) => holds(when, request, () => undefined) === true);
    const asked = passage?.chain.readsAuthorization === true && holds(refuses(passage.chain, security), request, () => undefined) === true;
    return asked && !requestHeaders.includes('authorization') ? { ...probe, requestHeaders: [...requestHeaders, 'authorization'] } : probe;
  });
}

/** A probe for each pattern of a source, with a path that the chains which ask it are for, too. */
export function probesOf(source: Source, application: Application, security: number): readonly Probe[] {
  const chained = passages(application, security).flatMap(({ chain, filter }) => (filter.asks === 'unknown' || (filter.asks === 'source' && filter.source === source) ? chain.paths : []));
  return source.mappings.map(({ path, at }) => ({ path: samplePath(chained.find((pattern) => covers(path, pattern)) ?? path), methods: null, requestHeaders: [], at }));
}
