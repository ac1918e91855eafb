import { describe, expect, test } from 'vitest';
import { lint } from '../../src/engine.js';
import varnish from '../../src/readers/varnish/index.js';
import { evaluate, type Deployment, type Outcome } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import { PRESENT } from '../../src/origins/origin-set.js';
import language from '../../src/syntax/vcl/index.js';
import { filesFrom } from '../../src/text/files.js';
import { optionsOf } from '../support/lint.js';
import { SourceText } from '../../src/text/source-text.js';
import { differences, observed } from '../support/observed.js';
import { always, echo, place, policy, set, step } from '../support/policy.js';

const rows = observed('nginx').filter(({ framework }) => framework.startsWith('vn-'));

/** The upstream of the recordings, on port 18090: answers by path. */
const upstream: Policy = policy({
  steps: [
    step({ g: 'path', in: { s: 'exact', text: '/star', comparison: [], at: place() } }, set('ACAO', '*')),
    step({ g: 'and', of: [{ g: 'path', in: { s: 'prefix', text: '/reflect', subject: 'origin', ignoreCase: false, at: place() } }, { g: 'origin', in: PRESENT }] }, set('ACAO', echo()), set('ACAC', 'true')),
    { ...step({ g: 'path', in: { s: 'exact', text: '/status/404', comparison: [], at: place() } }), end: { to: 'answer', status: 404 } },
    always(),
  ],
  options: 200,
});

function readingsOf(files: Readonly<Record<string, string>>, path: string): { readonly policies: readonly Policy[]; readonly told: readonly string[] } {
  const { unit, problems } = language.parse(new SourceText(path, files[path]!), filesFrom(files));
  const readings = unit === undefined ? [] : [...varnish.read(unit)];
  return {
    policies: readings.flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : [])),
    told: [...problems.map(({ message }) => message), ...readings.flatMap((reading) => (reading.kind === 'gap' ? [reading.gap.message] : reading.kind === 'covers' ? [`covers ${reading.file}`] : reading.kind === 'policy' ? [`policy at ${reading.policy.at.file}`] : []))],
  };
}

describe('recorded answers', () => {
  /** The configuration says nothing of CORS: what is sent comes from behind, and out of the cache. */
  const WITHOUT_CORS = 'vn-cache-vary';

  test('what is held, and what is left out for which reason', () => {
    const [held, left] = [rows.filter(({ framework }) => framework !== WITHOUT_CORS), rows.filter(({ framework }) => framework === WITHOUT_CORS)];
    expect({ rows: rows.length, held: held.length, withoutCorsHeaders: left.length }).toEqual({ rows: 22, held: 16, withoutCorsHeaders: 6 });
    expect(readingsOf({ 'a.vcl': left[0]!.config! }, 'a.vcl')).toEqual({ policies: [], told: [] });
  });

  test.each(rows.filter(({ framework }) => framework !== WITHOUT_CORS).map((row) => [`${row.framework} ${row.request!.method} ${row.request!.path} ${JSON.stringify(row.request!.headers)}`, row] as const))('%s', (_name, row) => {
    const { policies, told } = readingsOf({ 'a.vcl': row.config! }, 'a.vcl');
    expect(told).toEqual(['policy at a.vcl']);
    const behind: Deployment = { policy: upstream, inner: [] };
    // Out of the cache comes what the first request for the path got: none of these answers says Vary.
    const stored = rows.find((other) => other.config === row.config && other.request!.method === 'GET' && other.request!.path === row.request!.path && row.request!.method === 'GET');
    const [{ response }] = evaluate(behind, stored?.request ?? row.request!) as [Outcome];
    const scenario = { status: response.status!, headers: response.headers.map(({ name, text }) => [name, text!] as const) };
    expect(differences({ policy: policies[0]!, inner: stored === undefined ? [{ host: '127.0.0.1', port: 18090, deployment: behind }] : [] }, row, stored === undefined ? {} : { scenario })).toEqual([]);
  });
});

/** Every possible answer to a request: status and Access-Control-Allow-Origin, with what it depends on. */
function answers(program: string, request: { readonly method?: string; readonly path?: string; readonly headers?: readonly (readonly [string, string])[] }): readonly string[] {
  const { policies } = readingsOf({ 'a.vcl': program }, 'a.vcl');
  const outcomes = evaluate({ policy: policies[0]!, inner: [{ host: 'h', port: 80, deployment: { policy: policy({ steps: [always()], options: 405 }), inner: [] } }] }, { method: 'GET', path: '/', headers: [['origin', 'https://a.example']], ...request });
  return outcomes.map(({ assumed, response }) => [...[...assumed.values()].map(({ fact, holds }) => `${holds ? '' : 'not '}${fact.detail}:`), response.status, ...response.headers.flatMap(({ name, text }) => (name === 'access-control-allow-origin' ? [text] : []))].join(' ')).sort();
}

const backend = 'vcl 4.1; backend default { .host = "h"; .port = "80"; }';
const star = 'set resp.http.Access-Control-Allow-Origin = "*";';

/** As Varnish 7.1.1 answers; each was tried. */
describe('the way of a request', () => {
  test.each([
    ['synth does not come to vcl_deliver', `sub vcl_recv { if (req.method == "GET") { return (synth(204)); } } sub vcl_deliver { ${star} }`, {}, ['204']],
    ['what stands above 999 of a status is not sent', `sub vcl_recv { return (synth(12404)); } sub vcl_synth { if (resp.status == 12404) { ${star} } }`, {}, ['404 *']],
    ['a status can be changed there', `sub vcl_recv { return (synth(750, "x")); } sub vcl_synth { if (resp.reason == "x") { set resp.status = 302; ${star} } }`, {}, ['302 *']],
    ['a purge is answered by vcl_synth', `sub vcl_recv { return (purge); } sub vcl_synth { ${star} }`, {}, ['200 *']],
    ['fail is a synth of 503', `sub vcl_recv { return (fail); } sub vcl_synth { ${star} }`, {}, ['503 *']],
    ['a pipe goes through untouched', `sub vcl_recv { if (req.method == "GET") { return (pipe); } } sub vcl_deliver { ${star} }`, {}, ['200']],
    ['a method that is none of the usual is piped', `sub vcl_deliver { ${star} }`, { method: 'FOO' }, ['200']],
    ['a restart begins again', `sub vcl_recv { if (req.restarts == 0) { set req.http.Origin = "https://b.example"; return (restart); } } sub vcl_deliver { set resp.http.Access-Control-Allow-Origin = req.http.Origin; }`, {}, ['200 https://b.example']],
    ['too many restarts are a 503', `sub vcl_recv { return (restart); } sub vcl_synth { ${star} }`, {}, ['503 *']],
    ['a fetch that is abandoned is a synth of 503', `sub vcl_backend_fetch { if (bereq.method == "GET") { return (abandon); } } sub vcl_deliver { ${star} }`, {}, ['503']],
    ['an error of the backend phase is delivered, without what was written before', 'sub vcl_backend_response { set beresp.http.Access-Control-Allow-Origin = "*"; set beresp.http.Vary = "a"; return (error(419, "t")); } sub vcl_deliver { if (!resp.http.Vary) { set resp.http.Access-Control-Allow-Origin = "b"; } }', {}, ['419 b']],
    ['a synth in vcl_deliver begins without headers', `sub vcl_deliver { ${star} return (synth(204)); }`, {}, ['204']],
    ['what is looked up in the cache is fetched with GET, unless it is known there as not to be kept', `sub vcl_recv { return (hash); } sub vcl_deliver { ${star} }`, { method: 'OPTIONS' }, ['not the cache remembers that it may not keep the response: 200 *', 'the cache remembers that it may not keep the response: 405 *']],
    ['what is passed is not', `sub vcl_recv { return (pass); } sub vcl_deliver { ${star} }`, { method: 'OPTIONS' }, ['405 *']],
    ['the method that a cache fetches with', 'sub vcl_backend_response { if (bereq.method == "GET") { set beresp.http.Access-Control-Allow-Origin = "*"; } }', { method: 'HEAD' }, ['200 *']],
    ['a status given in vcl_deliver', `sub vcl_deliver { ${star} if (req.method == "OPTIONS") { set resp.status = 204; } }`, { method: 'OPTIONS' }, ['204 *']],
    ['subroutines of one name follow each other', 'sub vcl_deliver { set resp.http.Access-Control-Allow-Origin = "a"; } sub vcl_deliver { set resp.http.Access-Control-Allow-Origin += "b"; }', {}, ['200 ab']],
    ['until one returns', 'sub vcl_deliver { set resp.http.Access-Control-Allow-Origin = "a"; return (deliver); } sub vcl_deliver { set resp.http.Access-Control-Allow-Origin = "b"; }', {}, ['200 a']],
    ['a bare return leaves only what was called', 'sub c { if (req.http.Origin) { return; } set resp.http.Access-Control-Allow-Origin = "b"; } sub vcl_deliver { call c; set resp.http.Access-Control-Allow-Origin += "a"; }', {}, ['200 a']],
    ['what is not set is assigned as an empty text, which is set', 'sub vcl_deliver { set resp.http.Access-Control-Allow-Origin = req.http.None; if (resp.http.Access-Control-Allow-Origin) { set resp.http.Access-Control-Allow-Origin += "a"; } }', {}, ['200 a']],
    ['nothing equals what is not set', 'sub vcl_deliver { if (req.http.None == "") { set resp.http.Access-Control-Allow-Origin = "a"; } }', {}, ['200']],
    ['a pattern is tried on the empty text there', 'sub vcl_deliver { if (req.http.None ~ "^$") { set resp.http.Access-Control-Allow-Origin = "a"; } }', {}, ['200 a']],
    ['an address is not known', 'acl a { "10.0.0.0"/8; } sub vcl_deliver { if (client.ip ~ a) { set resp.http.Access-Control-Allow-Origin = "a"; } }', {}, ['not whether the address is in a: 200', 'whether the address is in a: 200 a']],
    ['what the cache holds is not known', 'sub vcl_deliver { if (obj.hits > 0) { set resp.http.Access-Control-Allow-Origin = "a"; } }', {}, ['not what the cache holds (obj.hits): 200', 'what the cache holds (obj.hits): 200 a']],
    ['the query does not make another path', 'import std; sub vcl_recv { set req.url = std.querysort(req.url); set req.url = regsub(req.url, "\\?utm_.*$", ""); } sub vcl_deliver { if (req.url ~ "^/api") { set resp.http.Access-Control-Allow-Origin = "a"; } }', { path: '/api/x' }, ['200 a']],
    ['a name that the request is sent to', 'sub vcl_deliver { if (req.http.host == "api.example:8080") { set resp.http.Access-Control-Allow-Origin = "a"; } }', { headers: [['host', 'api.example:8080']] as const }, ['200 a']],
  ] as const)('%s', (_name, program, request, expected) => {
    expect(answers(`${backend} ${program}`, request)).toEqual([...expected].sort());
  });
});

test('what was asked of one response is not asked of another', () => {
  const vary = 'if (beresp.http.Vary) { set beresp.http.Vary = beresp.http.Vary + ", Origin"; } else { set beresp.http.Vary = "Origin"; }';
  const { policies } = readingsOf({ 'a.vcl': `${backend} sub vcl_recv { if (req.url == "/purge") { return (purge); } } sub vcl_backend_response { if (beresp.status >= 400) { ${vary} } } sub vcl_synth { set resp.http.Vary = "Origin"; ${star} }` }, 'a.vcl');
  const [outcome] = evaluate({ policy: policies[0]!, inner: [] }, { method: 'GET', path: '/', headers: [] }, { scenario: { status: 404, headers: [['vary', 'Accept']] } });
  expect(outcome!.response.headers.map(({ name, text }) => `${name}: ${text}`)).toEqual(['vary: Accept, Origin']);
});

describe('Fastly and Varnish before 4', () => {
  test.each([
    ['error goes through vcl_error and vcl_deliver', 'sub vcl_recv { if (req.request == "OPTIONS") { error 600 "cors"; } } sub vcl_error { if (obj.status == 600) { set obj.status = 204; set obj.http.Access-Control-Allow-Origin = "a"; return(deliver); } } sub vcl_deliver { if (resp.http.Access-Control-Allow-Origin) { set resp.http.Access-Control-Allow-Origin = resp.http.Access-Control-Allow-Origin "b"; } }', { method: 'OPTIONS' }, ['204 ab']],
    ['vcl_fetch', 'sub vcl_fetch { #FASTLY fetch\nset beresp.http.Access-Control-Allow-Origin = if(req.http.Origin ~ "a", "b", "c"); return(deliver); }', {}, ['200 b']],
  ] as const)('%s', (_name, program, request, expected) => {
    expect(answers(`backend default { .host = "h"; .port = "80"; } ${program.replace('\\n', '\n')}`, request)).toEqual(expected);
  });
});

describe('files', () => {
  const files = {
    'default.vcl': 'vcl 4.1; include "cors.vcl"; backend api { .host = "h"; } sub vcl_deliver { call cors; }',
    'cors.vcl': 'sub cors { set resp.http.Access-Control-Allow-Origin = "*"; }',
  };

  test('an included file is read where it is included, whichever is asked for', () => {
    expect(readingsOf(files, 'default.vcl').told).toEqual(['covers cors.vcl', 'policy at default.vcl']);
    expect(readingsOf(files, 'cors.vcl').told).toEqual(['covers cors.vcl', 'policy at default.vcl']);
  });

  test('a program that says nothing of CORS is none', () => {
    expect(readingsOf({ 'a.vcl': 'vcl 4.1; sub vcl_deliver { unset resp.http.Access-Control-Allow-Origin; }' }, 'a.vcl').told).toEqual([]);
  });

  test('statements without a subroutine are told', () => {
    expect(readingsOf({ 'a.vcl': 'set resp.http.Access-Control-Allow-Origin = "*";' }, 'a.vcl').told).toEqual(['statements outside of any subroutine: where they are put is not in view']);
  });

  test('a subroutine that nothing calls is told', () => {
    expect(readingsOf({ 'cors.vcl': files['cors.vcl'] }, 'cors.vcl').told).toEqual(['the subroutine `cors` is called by no file in view']);
  });

  test('backends by what the program says', () => {
    const { policies } = readingsOf({ 'a.vcl': `${backend} backend api { .host = "api"; .port = "81"; } sub vcl_recv { if (req.http.host == "api.example") { set req.backend_hint = api; } } sub vcl_deliver { ${star} }` }, 'a.vcl');
    expect(policies[0]!.steps.flatMap(({ end, when }) => (end?.to === 'upstream' && when.g !== 'and' ? [`${when.g} ${end.upstream.host}:${end.upstream.port}`] : []))).toEqual(expect.arrayContaining(['host api:81']));
  });
});

test.each([
  ['include "cors.vcl";', {}, ['this file is not in view: what it says is not read']],
  ['include "cors.vcl";', { 'cors.vcl': 'sub vcl_hash { }\n' }, []],
])('%s beside a policy', async (line, others, expected) => {
  const files = { ...others, 'default.vcl': `vcl 4.1;\n${line}\nbackend default { .host = "app"; }\nsub vcl_deliver { set resp.http.Access-Control-Allow-Origin = "https://app.example.com"; }\n` };
  expect((await lint(['default.vcl'], filesFrom(files), optionsOf())).gaps.map(({ message }) => message)).toEqual(expected);
});
