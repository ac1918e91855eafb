import type { Published, UnitPort } from '../../policy/topology.js';
import { nodeAt } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { rawText, type Definition } from './definition.js';

/** Ports past which a range is no list that a person wrote. */
const MAX_RANGE = 100;

const LOOPBACK = /^(?:127(?:\.\d+){3}|localhost|\[?::1\]?)$/;

/** `ports` in its short and long forms. Those of UDP carry no HTTP. */
export function publishedBy(service: Definition): readonly Published[] {
  return service.items('ports').flatMap(({ node }) => {
    const short = rawText(node);
    if (short !== undefined) return shortForm(service, short, node.at);
    const part = (key: string): string | undefined => rawText(nodeAt(node, key));
    if (/^udp$/i.test(part('protocol') ?? '')) return [];
    return mapped(service, { address: part('host_ip'), outside: part('published'), inside: part('target') }, node.at);
  });
}

/** `8080:80`, `127.0.0.1:8080:80/tcp`, `80`, `[::1]:8080:80`. Variables may hold colons of their own: `${PORT:-8080}:80`. */
function shortForm(service: Definition, text: string, at: Span): readonly Published[] {
  const [, mapping = '', protocol] = /^(.*?)(?:\/(\w+))?$/.exec(text) ?? [];
  if (protocol?.toLowerCase() === 'udp') return [];
  const pieces = mapping.match(/(?:\$\{[^}]*\}|\[[^\]]*\]|[^:])+|(?<=:)(?=:)/g) ?? [];
  const inside = pieces.at(-1);
  const outside = pieces.length > 1 ? pieces.at(-2) : undefined;
  return mapped(service, { address: pieces.length > 2 ? pieces.slice(0, -2).join(':') : undefined, outside, inside }, at);
}

function mapped(service: Definition, { address, outside, inside }: Readonly<Record<'address' | 'outside' | 'inside', string | undefined>>, at: Span): readonly Published[] {
  const targets = rangeIn(inside === undefined ? undefined : service.fill(inside)?.value);
  const filled = outside === undefined || outside === '' ? undefined : service.fill(outside);
  const ports = rangeIn(filled?.value);
  const bound = address === undefined ? undefined : service.fill(address)?.value;
  const about = { ...(bound !== undefined && LOOPBACK.test(bound) ? { loopback: true } : {}), ...(filled?.byDefault === true ? { byDefault: true } : {}), at };
  // Several ports outside for one inside: whichever is free.
  if (ports.length > 0 && targets.length > 0 && targets.length !== ports.length) return targets.map((target) => ({ port: null, target, ...about }));
  return targets.length === 0 ? ports.map((port) => ({ port, target: null, ...about })) : targets.map((target, index) => ({ port: ports[index] ?? null, target, ...about }));
}

/** `8000`, `8000-8003`; empty for anything else. */
function rangeIn(text: string | undefined): readonly number[] {
  const [, from, to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text?.trim() ?? '') ?? [];
  if (from === undefined) return [];
  const length = Number(to) - Number(from) + 1;
  return length > MAX_RANGE ? [] : Array.from({ length: Math.max(0, length) }, (_one, index) => Number(from) + index).filter((port) => port > 0 && port < 65_536);
}

/** Variables by which frameworks are told their port. */
const TOLD_BY = ['PORT', 'SERVER_PORT', 'FLASK_RUN_PORT', 'UVICORN_PORT', 'NITRO_PORT', 'QUARKUS_HTTP_PORT', 'MICRONAUT_SERVER_PORT', 'ASPNETCORE_HTTP_PORTS'];

/** Ports that it is said to listen on: by its command, its environment, `expose`, and what is published. */
export function portsOf(service: Definition, told: readonly UnitPort[], published: readonly Published[], environment: ReturnType<Definition['entries']>): readonly UnitPort[] {
  const exposed = service.items('expose').flatMap(({ node }) => {
    const known = service.filled(node);
    return rangeIn(known?.value.replace(/\/tcp$/, '')).map((port): UnitPort => ({ port, ...(known?.byDefault === true ? { byDefault: true } : {}), at: node.at }));
  });
  const set = TOLD_BY.flatMap((name): readonly UnitPort[] => {
    const entry = environment.get(name);
    return rangeIn(entry?.value?.value).map((port) => ({ port, ...(entry?.value?.byDefault === true ? { byDefault: true } : {}), at: entry!.at }));
  });
  const targets = published.flatMap(({ target, at }): readonly UnitPort[] => (target === null ? [] : [{ port: target, at }]));
  const ports = new Map<number, UnitPort>();
  for (const one of [...told.filter(({ byDefault }) => byDefault !== true), ...set, ...exposed, ...targets]) if (!ports.has(one.port)) ports.set(one.port, one);
  // What a program does by itself counts where nobody says anything.
  return ports.size > 0 ? [...ports.values()] : told;
}
