import type { Bag } from './ingress-bags.js';

/*
 * What ingress-nginx 1.13 and later write for a bag of annotations: the CORS part of a server, put into own words after
 * `internal/ingress/annotations/cors`, `buildCorsOriginRegex` and the template `CORS` of its nginx.tmpl.
 */

/** Go's `strconv.ParseBool`. */
function parseBool(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  return ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text) ? true : ['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text) ? false : undefined;
}

/** One round of the validator's loop: a scheme, `*.`, a name, a port and a comma, all optional; or `null`. */
const ROUND = /^(?:[a-z]+:\/\/)?(?:\*\.)?[A-Za-z0-9\-.]*(?::\d+)?,?$|^null$/;

/** `^((((([a-z]+://)?(\*\.)?[A-Za-z0-9\-.]*(:\d+)?,?)|null)+)|\*)?$` without blanks, round by round. */
function passesValidator(text: string): boolean {
  const joined = text.replace(/\s/g, '');
  if (joined === '' || joined === '*') return true;
  const reached = [true];
  for (let end = 1; end <= joined.length; end += 1) {
    reached[end] = Array.from({ length: end }, (_unused, start) => start).some((start) => reached[start] === true && ROUND.test(joined.slice(start, end)));
  }
  return reached[joined.length] === true;
}

const ENTRY = /^(?:[a-z]+:\/\/(?:\*\.)?[A-Za-z0-9\-.]*(?::\d+)?|\*|null)?$/;

function originsOf(value: string | undefined): readonly string[] {
  if (value === undefined || value === '' || !passesValidator(value)) return ['*'];
  const entries = value.split(',').map((entry) => entry.trim()).filter((entry) => entry !== '');
  return entries.includes('*') ? ['*'] : entries.filter((entry) => ENTRY.test(entry));
}

/** Checked without its blanks, then as it is, but for those at its ends. */
function checked(value: string | undefined, pattern: RegExp, fallback: string): string {
  const trimmed = value?.trim();
  return trimmed !== undefined && pattern.test(trimmed.replaceAll(' ', '')) && pattern.test(trimmed) ? trimmed : fallback;
}

function corsOf(bag: Bag): readonly string[] {
  if (parseBool(bag['enable-cors']) !== true) return [];
  const origins = originsOf(bag['cors-allow-origin']);
  const escaped = (entry: string): string => `(${entry.replace(/[.+?^$()[\]{}|\\*]/g, '\\$&').replace('\\*', '[A-Za-z0-9\\-]+')})`;
  const test = origins.length === 0 ? [] : origins.length === 1 && origins[0] === '*' ? ['set $http_origin *;', "set $cors 'true';"] : [`if ($http_origin ~* (${origins.map(escaped).join('|')})$ ) { set $cors 'true'; }`];
  const age = bag['cors-max-age'];
  const expose = checked(bag['cors-expose-headers'], /^(?:(?:[A-Za-z0-9\-_]+|\*),?\s?)+$/, '');
  const header = (name: string, text: string): string => `more_set_headers 'Access-Control-${name}: ${text}';`;
  const headers = [
    header('Allow-Origin', '$http_origin'),
    ...((parseBool(bag['cors-allow-credentials']) ?? true) ? [header('Allow-Credentials', 'true')] : []),
    header('Allow-Methods', checked(bag['cors-allow-methods'], /^(?:[A-Za-z]+,?\s?)+$/, 'GET, PUT, POST, DELETE, PATCH, OPTIONS')),
    header('Allow-Headers', checked(bag['cors-allow-headers'], /^[A-Za-z0-9\-_, ]+$/, 'DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization')),
    ...(expose === '' ? [] : [header('Expose-Headers', expose)]),
    header('Max-Age', age !== undefined && /^[+-]?\d+$/.test(age) ? String(Number(age)) : '1728000'),
  ];
  return [...test, "if ($request_method = 'OPTIONS') { set $cors ${cors}options; }", 'if ($cors = "true") {', ...headers, '}', 'if ($cors = "trueoptions") {', ...headers, "more_set_headers 'Content-Type: text/plain charset=UTF-8';", "more_set_headers 'Content-Length: 0';", 'return 204;', '}'];
}

/** A server for an Ingress with these annotations. */
export function serverFor(bag: Bag, port: number, upstream: number): string {
  return ['server {', `listen 127.0.0.1:${port};`, bag['server-snippet'] ?? '', 'location / {', ...corsOf(bag), bag['configuration-snippet'] ?? '', `proxy_pass http://127.0.0.1:${upstream};`, '}', '}', ''].join('\n');
}
