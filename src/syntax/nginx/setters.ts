import { patternMistake } from './pattern.js';
import type { Directive } from './tree.js';
import { isTime } from './values.js';

/** What the setters of single directives refuse; values with variables are left alone. */
export function setterMistake(directive: Directive, inUpstream: boolean): string | undefined {
  const texts = directive.args.map(({ text }) => text);
  const [first = '', ...levels] = texts;
  // ngx_conf_set_path_slot
  if (directive.name.endsWith('_temp_path')) {
    return levels.every((level) => /^0*[1-9]\d*$/.test(level)) && levels.reduce((sum, level) => sum + Number(level), 0) <= 10 ? undefined : `"${directive.name}" directive invalid value`;
  }
  switch (directive.name) {
    // ngx_http_access_rule
    case 'allow':
    case 'deny':
      return first === 'all' || first === 'unix:' || isNetwork(first) || /[$<%@{]/.test(first) ? undefined : invalidParameter(first);
    // ngx_http_headers_expires
    case 'expires': {
      const value = texts.at(-1) ?? '';
      if (texts.length === 2 && first !== 'modified') return '"expires" directive invalid value';
      if (value.includes('$') || (texts.length === 1 && /^(?:epoch|max|off)$/.test(value))) return undefined;
      return isTime(value.replace(/^[-+@]/, ''), false) ? undefined : '"expires" directive invalid value';
    }
    // ngx_http_core_listen
    case 'listen': {
      const wrong = texts.slice(1).find((text) => !/^(?:default_server|default|bind|deferred|reuseport|ssl|http2|quic|spdy|proxy_protocol|multipath|(?:setfib|fastopen|backlog|rcvbuf|sndbuf|accept_filter|ipv6only|so_keepalive)=.*)$/.test(text) && !/[$<%@{]/.test(text));
      return wrong === undefined ? undefined : invalidParameter(wrong);
    }
    // ngx_http_core_server_name, ngx_http_upstream_server
    case 'server_name': {
      const short = texts.find((text) => (text.startsWith('*') && (text.length < 3 || text[1] !== '.')) || text === '.');
      if (short !== undefined) return `server name "${short}" is invalid`;
      const wrong = texts.find((text) => text.startsWith('~'));
      return wrong === undefined ? undefined : wrong === '~' ? 'empty regex in server name "~"' : patternMistake(wrong.slice(1));
    }
    case 'server': {
      const wrong = inUpstream ? texts.slice(1).find((text) => !/^(?:(?:weight|max_conns|max_fails)=\d+|fail_timeout=\S+|slow_start=\S+|backup|down|resolve|drain|(?:service|route)=\S+|sni=\S*)$/.test(text) && !/[$<%@{]/.test(text)) : undefined;
      return wrong === undefined ? undefined : invalidParameter(wrong);
    }
    default:
      return undefined;
  }
}

function invalidParameter(text: string): string {
  return `invalid parameter "${text}"`;
}

/** `ngx_ptocidr`: an address of IPv4 or IPv6, with or without how many of its bits count. */
export function isNetwork(text: string): boolean {
  const [, address = '', bits] = /^([^/]*)(?:\/(\d+))?$/.exec(text) ?? [];
  if (address.includes(':')) return /^[0-9a-f:.]+$/i.test(address) && Number(bits ?? 0) <= 128;
  const numbers = address.split('.');
  return numbers.length === 4 && numbers.every((number) => /^\d+$/.test(number) && Number(number) <= 255) && address !== '255.255.255.255' && Number(bits ?? 0) <= 32;
}
