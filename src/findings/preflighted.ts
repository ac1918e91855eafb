import { leavesOf } from '../origins/origin-set.js';
import type { HeaderLine, HttpResponse } from '../policy/evaluate.js';
import type { HeaderValue, Probe } from '../policy/program.js';
import { effectsOn } from '../policy/views.js';
import { sameSpan } from '../text/span.js';
import { linesOf, SIGNED, type Ask, type Client } from './ask.js';
import { verdictOn } from './exchange.js';
import type { Exchange } from './finding.js';

/** A request that a browser asks about first, and what to call it. */
export interface Preflighted {
  readonly what: string;
  readonly client: Client;
}

/** Methods that a page can send and never sends unasked. */
export const ASKED_FOR: readonly string[] = ['PUT', 'PATCH', 'DELETE'];

/** Statuses of servers and routers that have nobody for the method or the path. */
export const NOBODY: readonly number[] = [404, 405, 415, 501];

/** Origins that the place serves once a page has signed in, or without that. */
export function servedOrigins(ask: Ask, probe: Probe): readonly string[] {
  return [...new Set(SIGNED.flatMap((carried) => ask.accepted(probe, carried)))];
}

/** Requests that need a preflight and that the place serves: by its routes, its handlers' needs, or by the methods that it says it allows. */
export function* preflightedRequests(probe: Probe, allowed: readonly string[], origin: string): Generator<Preflighted> {
  const methods = probe.methods ?? allowed;
  for (const method of methods) if (ASKED_FOR.includes(method)) yield { what: method, client: { origin, method } };
  for (const header of probe.requestHeaders) yield requestWith(header, methods, origin);
}

/** A request that carries the header, by a method for which that makes sense. */
export function requestWith(header: string, methods: readonly string[], origin: string): Preflighted {
  const isBody = header === 'content-type';
  const method = isBody ? (methods.find((candidate) => /^(?:POST|PUT|PATCH)$/.test(candidate)) ?? 'POST') : methods.length === 0 || methods.includes('GET') ? 'GET' : methods[0]!;
  const what = isBody ? 'a JSON body' : header === 'authorization' ? 'an Authorization header' : header;
  return { what: `${method} with ${what}`, client: { origin, method, headers: [[header, isBody ? 'application/json' : 'x']] } };
}

/** The methods that a response says it allows. */
export function methodsAllowedBy(response: HttpResponse): readonly string[] {
  return linesOf(response, 'access-control-allow-methods').flatMap(({ text }) => itemsOf(text ?? ''));
}

/** The names that the text of the policy, or of a layer in front, lists in a header. */
export function namesWritten(ask: Ask, name: string): readonly string[] {
  return writersOf(ask, name).flatMap(({ effect }) => namesOf(effect.value) ?? []);
}

function writersOf({ policy, inFront }: Ask, name: string): ReturnType<typeof effectsOn> {
  return [policy, ...inFront].flatMap((layer) => effectsOn(layer, name));
}

/** What the author lists: as one text, or as the items that are let through. */
function namesOf(value: HeaderValue): readonly string[] | undefined {
  if (value.v === 'literal' && value.written) return itemsOf(value.text);
  const items = value.v === 'request-items' ? [...leavesOf(value.in)].flatMap(({ leaf, admits }) => (admits && leaf.s === 'exact' ? [leaf.text] : [])) : [];
  return items.length > 0 ? items : undefined;
}

/** The items of a comma list. */
export function itemsOf(list: string): readonly string[] {
  return list.split(',').map((name) => name.trim()).filter((name) => name !== '');
}

/** The line of a list, where its text is the author's and no default of the product. */
export function writtenList(ask: Ask, response: HttpResponse, name: string): (HeaderLine & Required<Pick<HeaderLine, 'at'>>) | undefined {
  for (const line of linesOf(response, name)) {
    const { at } = line;
    if (at !== undefined && line.text !== null && writersOf(ask, name).some(({ effect }) => sameSpan(effect.at, at) && namesOf(effect.value) !== undefined)) return { ...line, at };
  }
  return undefined;
}

const LISTS = ['access-control-allow-methods', 'access-control-allow-headers'];

/** Does the answer to a preflight show that its author thought of what may be asked for? */
export function listsByHand(ask: Ask, preflight: HttpResponse): boolean {
  return LISTS.some((name) => writtenList(ask, preflight, name) !== undefined);
}

/** A request that is refused, and an answer to a preflight that shows what would not be. */
export interface Refusal {
  readonly witness: Exchange;
  readonly shown: HttpResponse;
}

/**
 * The exchange in which a preflight is refused for the reason: as its answer says, with whatever status, or in silence,
 * where others that ask for something else are granted.
 */
export function refusalOf(ask: Ask, probe: Probe, client: Client, reason: string, others: readonly Client[]): Refusal | undefined {
  const told = ask.blocksWhere(probe, client, (exchange) => isRefusedFor(reason, exchange));
  // Some send their lists to those alone who ask for what is in them.
  if (told?.preflight && LISTS.some((name) => linesOf(told.preflight!, name).length > 0)) return { witness: told, shown: told.preflight };
  const witness = told ?? ask.blocksWhere(probe, client, isRefusedInSilence);
  if (witness === undefined) return undefined;
  const shown = others.map((other) => ask.exchanges(probe, other)).find((all) => all.every(isGranted))?.[0]?.preflight ?? told?.preflight;
  return shown ? { witness, shown } : undefined;
}

/** Servers that have nobody to answer give no reason; what others say with an error is why they say it. */
function isRefusedFor(reason: string, { request, preflight, response, verdict }: Exchange): boolean {
  if (preflight === null || verdict.reason !== 'preflight-status-not-ok') return verdict.reason === reason;
  return !NOBODY.includes(preflight.status ?? 0) && preflight.unauthenticated === undefined && verdictOn(request, response, { ...preflight, status: 204 }).reason === reason;
}

function isRefusedInSilence({ preflight, verdict }: Exchange): boolean {
  if (preflight === null || preflight.unauthenticated !== undefined || preflight.fault !== undefined || verdict.reason !== 'preflight-acao-missing') return false;
  const status = preflight.status ?? 0;
  return status >= 400 ? !NOBODY.includes(status) : isLookedAt(preflight);
}

/** A preflight whose answer depends on what it asks for was answered by somebody, who refuses (rs/cors: 204 without a header). */
export function isLookedAt({ headers }: HttpResponse): boolean {
  return headers.some(({ name, text }) => name === 'vary' && /access-control-request-(?:method|headers)/i.test(text ?? ''));
}

function isGranted({ preflight, verdict }: Exchange): boolean {
  return preflight !== null && verdict.reason !== 'undecided' && !verdict.reason.startsWith('preflight-');
}
