import type { Bag } from './ingress-bags.js';

/*
 * What the two HAProxy controllers write for a bag of annotations, put into own words: HAProxy Ingress after
 * `annotations/validator.go`, `buildBackendCors` and haproxy.tmpl (0.15, 0.16, 0.17), HAProxy Technologies' after
 * `annotations/ingress/resSetCORS.go` (3.2).
 */

function parseBool(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  return ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text) ? true : ['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text) ? false : undefined;
}

/** A service that answers OPTIONS, as Lua. */
export const SERVICE = `core.register_service("preflight", "http", function(applet)
  applet:set_status(204)
  applet:add_header("Content-Length", 0)
  applet:add_header("Access-Control-Max-Age", applet:get_var("txn.max_age"))
  applet:start_response()
end)
`;

interface Cors {
  readonly origins: readonly string[];
  readonly patterns: readonly string[];
  readonly methods: string;
  readonly headers: string;
  readonly credentials: boolean;
  readonly expose: string;
  readonly maxAge: number;
}

function valid(value: string | undefined, isValid: (text: string) => boolean): string | undefined {
  return value !== undefined && isValid(value) ? value : undefined;
}

function corsOf(bag: Bag, version: number): Cors | undefined {
  if (parseBool(bag['cors-enable']) !== true) return undefined;
  const names = /^([A-Za-z0-9\-_]+,?\s?)|\*+$/;
  const scheme = version < 16 ? 'https?' : '[a-zA-Z][a-zA-Z0-9+.-]*';
  const origin = new RegExp(`^(${scheme}://[A-Za-z0-9\\-.]*(:[0-9]+)?|\\*)$`);
  const listed = valid(bag['cors-allow-origin'], (text) => text.split(',').every((entry) => origin.test(entry)));
  const patterns = bag['cors-allow-origin-regex'];
  return {
    origins: listed === undefined ? (version < 17 ? ['*'] : []) : listed.split(','),
    patterns: patterns === undefined ? [] : patterns.split(' '),
    methods: valid(bag['cors-allow-methods'], (text) => /^(?:[A-Za-z]+,?\s?)+$/.test(text)) ?? 'GET, PUT, POST, DELETE, PATCH, OPTIONS',
    headers: valid(bag['cors-allow-headers'], (text) => names.test(text)) ?? 'DNT,X-CustomHeader,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Authorization',
    credentials: parseBool(bag['cors-allow-credentials']) ?? false,
    expose: valid(bag['cors-expose-headers'], (text) => names.test(text)) ?? '',
    maxAge: Number(valid(bag['cors-max-age'], (text) => /^[+-]?\d+$/.test(text)) ?? '86400'),
  };
}

/** A word in double quotes as the controller quotes patterns. */
const quoted = (text: string): string => `"${text.replace(/[\\"$]/g, '\\$&')}"`;

/** A proxy for an Ingress with these annotations, of HAProxy Ingress with this minor version. */
export function haproxyIngressFor(bag: Bag, version: number, name: string, port: number, upstream: number): string {
  const cors = corsOf(bag, version);
  return section(name, port, upstream, cors === undefined ? [] : version < 17 ? rulesBefore17(cors, version) : rules17(cors));
}

const answering = ({ maxAge }: Cors): readonly string[] => [`http-request set-var(txn.max_age) str(${maxAge}) if METH_OPTIONS`, 'http-request use-service lua.preflight if METH_OPTIONS'];

function rules17(cors: Cors): readonly string[] {
  const { origins, patterns, methods, headers, credentials, expose } = cors;
  const list = origins.filter((origin) => origin !== '*');
  const set = (header: string, text: string, more = ''): string => `http-after-response set-header ${header} ${text} if allowed${more}`;
  return [
    'http-request set-var(txn.origin) req.hdr(Origin) if { req.hdr(Origin) -m found }',
    'http-request set-var(txn.method) req.fhdr(Access-Control-Request-Method) if { req.fhdr(Access-Control-Request-Method) -m found }',
    'http-request set-var(txn.headers) req.fhdr(Access-Control-Request-Headers) if { req.fhdr(Access-Control-Request-Headers) -m found }',
    ...answering(cors),
    ...list.map((origin) => `acl allowed var(txn.origin) -m str ${origin}`),
    ...patterns.map((pattern) => `acl allowed var(txn.origin) -m reg ${quoted(pattern)}`),
    ...(list.length + patterns.length === 0 ? ['acl allowed var(txn.origin) -m found'] : []),
    set('Access-Control-Allow-Origin', '%[var(txn.origin)]'),
    methods === '*' ? set('Access-Control-Allow-Methods', '%[var(txn.method)]', ' { var(txn.method) -m found }') : set('Access-Control-Allow-Methods', `"${methods}"`),
    headers === '*' ? set('Access-Control-Allow-Headers', '%[var(txn.headers)]', ' { var(txn.headers) -m found }') : set('Access-Control-Allow-Headers', `"${headers}"`),
    ...(credentials ? [set('Access-Control-Allow-Credentials', '"true"')] : []),
    ...(expose === '' ? [] : [set('Access-Control-Expose-Headers', `"${expose}"`)]),
    ...(list.length === 0 ? [] : [set('Vary', '%[res.fhdr(Vary)],Origin', ' { res.hdr(Vary) -m found } !{ res.hdr(Vary) -m str "Origin" }'), set('Vary', 'Origin', ' !{ res.hdr(Vary) -m found }')]),
  ];
}

function rulesBefore17(cors: Cors, version: number): readonly string[] {
  const { origins, patterns, methods, headers, credentials, expose } = cors;
  const [first = ''] = origins;
  const dynamic = patterns.length > 0 || origins.length > 1;
  const echoes = dynamic || (version === 16 && first === '*' && credentials);
  const rule = version < 16 ? 'http-response' : 'http-after-response';
  const present = version < 16 ? '' : ' has_origin';
  const set = (header: string, text: string, more = ''): string => `${rule} set-header ${header} ${text}${present + more === '' ? '' : ` if${present}${more}`}`;
  return [
    'http-request set-var(txn.origin) req.hdr(Origin) if { req.hdr(Origin) -m found }',
    ...answering(cors),
    'acl has_origin var(txn.origin) -m found',
    ...(dynamic ? [...origins.map((origin) => `acl allowed var(txn.origin) -m str ${origin}`), ...patterns.map((pattern) => `acl allowed var(txn.origin) -m reg ${quoted(pattern)}`)] : []),
    set('Access-Control-Allow-Origin', echoes ? '"%[var(txn.origin)]"' : `"${first}"`, dynamic ? ' allowed' : ''),
    ...(dynamic ? [set('Access-Control-Allow-Origin', `"${first}"`, ' !allowed')] : []),
    set('Access-Control-Allow-Methods', `"${methods}"`),
    set('Access-Control-Allow-Headers', `"${headers}"`),
    ...(credentials ? [set('Access-Control-Allow-Credentials', '"true"')] : []),
    ...(expose === '' ? [] : [set('Access-Control-Expose-Headers', `"${expose}"`)]),
  ];
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];

/** A proxy for an Ingress with these annotations, of HAProxy Technologies' controller. */
export function haproxytechFor(bag: Bag, name: string, port: number, upstream: number): string {
  const enabled = parseBool(bag['cors-enable']) ?? ['on', 'enabled'].includes((bag['cors-enable'] ?? '').toLowerCase());
  if (!enabled) return section(name, port, upstream, []);
  const value = (key: string, standard: string): string => bag[key] ?? standard;
  const origin = value('cors-allow-origin', '*');
  const condition = origin === '*' ? '{ var(txn.cors_origin) -m found }' : `{ var(txn.cors_origin) -m reg ${origin} }`;
  const set = (header: string, text: string): string => `http-after-response set-header ${header} ${text} if ${condition}`;
  const methods = value('cors-allow-methods', '*').replace(/\s+/g, '').toUpperCase().split(',');
  const [, count, unit = 'ms'] = /^([+-]?\d+)(ms|s|m|h|d)?$/.exec(value('cors-max-age', '5s')) ?? [];
  const seconds = count === undefined ? undefined : Math.trunc((Number(count) * { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit as 'ms']) / 1000);
  return section(name, port, upstream, [
    'http-request set-var(txn.cors_origin) req.hdr(origin)',
    ...(bag['cors-respond-to-options'] === 'true' ? ['http-request return status 204 if METH_OPTIONS'] : []),
    set('Access-Control-Allow-Origin', origin === '*' ? '*' : '%[var(txn.cors_origin)]'),
    ...(methods.join() === '*' ? [set('Access-Control-Allow-Methods', '*')] : methods.every((method) => METHODS.includes(method)) ? [set('Access-Control-Allow-Methods', `"${methods.join(', ')}"`)] : []),
    set('Access-Control-Allow-Headers', `"${value('cors-allow-headers', '*').replace(/\s+/g, '')}"`),
    ...(seconds === undefined || seconds < -1 ? [] : [set('Access-Control-Max-Age', `"${seconds}"`)]),
    ...(bag['cors-allow-credentials'] === 'true' ? [set('Access-Control-Allow-Credentials', '"true"')] : []),
  ]);
}

function section(name: string, port: number, upstream: number, rules: readonly string[]): string {
  return [`listen ${name}`, `bind 127.0.0.1:${port}`, ...rules, `server s 127.0.0.1:${upstream}`].join('\n    ');
}
