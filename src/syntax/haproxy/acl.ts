import { sampleAt, type Sample } from './sample.js';
import type { Word } from './words.js';

/** How a sample is compared with patterns. */
export type Match = 'found' | 'bool' | 'int' | 'ip' | 'bin' | 'len' | 'str' | 'beg' | 'sub' | 'dir' | 'dom' | 'end' | 'reg' | 'method';

/** What an ACL asks: a sample, a way of comparing, and patterns of which one has to fit. */
export interface Test {
  readonly sample: Sample;
  readonly match: Match;
  /** The word of `-m`'s argument, where the way of comparing is written by itself. */
  readonly matchWord?: Word;
  /** The word that names the fetch. */
  readonly fetchWord: Word;
  readonly ignoreCase: boolean;
  readonly patterns: readonly Word[];
  /** Files of patterns (`-f`). */
  readonly files: readonly Word[];
  /** Patterns that are kept elsewhere while it runs (`-M`, `-u`): the list may change. */
  readonly refers: boolean;
}

/** ACLs that need no line (section 7.4 of HAProxy's manual). */
export const PREDEFINED: Readonly<Record<string, string>> = {
  FALSE: 'always_false',
  HTTP: 'req.proto_http',
  'HTTP_1.0': 'req.ver 1.0',
  'HTTP_1.1': 'req.ver 1.1',
  'HTTP_2.0': 'req.ver 2.0',
  'HTTP_3.0': 'req.ver 3.0',
  HTTP_CONTENT: 'req.hdr_val(content-length) gt 0',
  HTTP_URL_ABS: 'url_reg ^[^/:]*://',
  HTTP_URL_SLASH: 'url_beg /',
  HTTP_URL_STAR: 'url *',
  LOCALHOST: 'src 127.0.0.1/8 ::1',
  METH_CONNECT: 'method CONNECT',
  METH_DELETE: 'method DELETE',
  METH_GET: 'method GET HEAD',
  METH_HEAD: 'method HEAD',
  METH_OPTIONS: 'method OPTIONS',
  METH_POST: 'method POST',
  METH_PUT: 'method PUT',
  METH_TRACE: 'method TRACE',
  RDP_COOKIE: 'req.rdp_cookie_cnt gt 0',
  REQ_CONTENT: 'req.len gt 0',
  TRUE: 'always_true',
  WAIT_END: 'wait_end',
};

const SUFFIX: Readonly<Record<string, Match>> = { _beg: 'beg', _sub: 'sub', _dir: 'dir', _dom: 'dom', _end: 'end', _reg: 'reg', _len: 'len' };
/** Fetches with their own forms per way of comparing: `hdr_beg(host)`, `path_end`. */
const DERIVED = /^(hdr|req\.hdr|res\.hdr|shdr|path|url|base|cook|req\.cook|res\.cook|scook|urlp|url_param|capture\.req\.uri)(_beg|_sub|_dir|_dom|_end|_reg|_len)$/;
const INTEGERS = /(?:_cnt|_val|_ip|_port|_rate|_len|_conn|_count)$|^(?:status|nbsrv|src_port|dst_port|dst_conn|fe_conn|be_conn|avg_queue|queue|date|rand|int|sc\d?_|sc_|http_err_cnt|bytes_in)/;
const BOOLEANS = /^(?:always_true|always_false|bool|ssl_fc(?:_has_crt|_is_resumed|_has_sni)?|http_auth|http_first_req|req\.proto_http|req_proto_http|wait_end|srv_is_up|stopping|nbthread|req\.ssl_ver)$/;
const MATCHES: ReadonlySet<string> = new Set(['found', 'bool', 'int', 'ip', 'bin', 'len', 'str', 'beg', 'sub', 'dir', 'dom', 'end', 'reg']);

/** Reads the words of an ACL behind its name, or those in braces; undefined where no fetch is named. */
export function testOf(words: readonly Word[]): Test | undefined {
  const [fetchWord, ...rest] = words;
  const found = fetchWord === undefined ? undefined : sampleAt(fetchWord, 0);
  if (fetchWord === undefined || found === undefined) return undefined;
  const { sample, derived } = plain(found.sample);
  let match: Match = sample.converters.length > 0 ? converted(sample.converters.at(-1)!.name) : (derived ?? usual(sample.fetch.name));
  let matchWord: Word | undefined;
  let [ignoreCase, refers, index] = [false, false, 0];
  const files: Word[] = [];
  for (; index < rest.length; index += 1) {
    const { text } = rest[index]!;
    const next = rest[index + 1];
    if (text === '--') {
      index += 1;
      break;
    }
    if (text === '-i') ignoreCase = true;
    else if (text === '-n') continue;
    else if (text === '-M') refers = true;
    else if (text === '-f' && next !== undefined) {
      files.push(next);
      index += 1;
    } else if (text === '-u' && next !== undefined) {
      refers = true;
      index += 1;
    } else if (text === '-m' && next !== undefined && isMatch(next.text)) {
      [match, matchWord] = [next.text, next];
      index += 1;
    } else break;
  }
  return { sample, match, ...(matchWord === undefined ? {} : { matchWord }), fetchWord, ignoreCase, patterns: rest.slice(index), files, refers };
}

function isMatch(text: string): text is Match {
  return MATCHES.has(text);
}

/** `hdr_beg(origin)` asks for `hdr(origin)`, compared in its own way. */
function plain(sample: Sample): { readonly sample: Sample; readonly derived?: Match } {
  const [, name, suffix] = DERIVED.exec(sample.fetch.name) ?? [];
  return name === undefined || suffix === undefined ? { sample } : { sample: { ...sample, fetch: { ...sample.fetch, name } }, derived: SUFFIX[suffix]! };
}

function usual(fetch: string): Match {
  if (fetch === 'method') return 'method';
  if (fetch === 'src' || fetch === 'dst' || fetch === 'hdr_ip' || fetch === 'req.hdr_ip') return 'ip';
  if (BOOLEANS.test(fetch)) return 'bool';
  return INTEGERS.test(fetch) ? 'int' : 'str';
}

/** What the last converter gives is compared as this. */
function converted(name: string): Match {
  if (/^(?:length|strcmp|int|add|sub|mul|div|mod|neg|utime|crc32c?|djb2|sdbm|wt6|xxh\w+|bytes_cnt|map_int|map_\w+_int|srv_queue|table_\w+)$/.test(name)) return 'int';
  if (/^(?:bool|not|odd|even|and|or|in_table|is_valid|secure_memcmp|rsa\w*|jwt_verify)$/.test(name)) return 'bool';
  return 'str';
}
