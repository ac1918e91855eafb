import type { Picks } from './picks.js';

/** How a framework's code asks for the Origin and writes a header. */
export interface Spelling {
  /** An expression: the text, or None. */
  readonly origin: string;
  set(name: string, value: string): string;
  /** Leaves what is there; undefined where the framework only overwrites. */
  add(name: string, value: string): string;
}

/** Names that the code below uses, for the top of a module. */
export const PYTHON_CONSTANTS = `import re
from urllib.parse import urlparse

ALLOWED = ["https://app.example.com", "https://admin.example.com"]
ALLOWED_SET = {"https://app.example.com", "null"}
DOMAINS = (".example.com", ".example.org")
PATTERN = re.compile(r"^https://([a-z0-9-]+\\.)*example\\.com$")
LOOSE = re.compile("https?://(app|admin).example.com")
CORS_HEADERS = {"Access-Control-Allow-Methods": "GET, PUT, OPTIONS", "Access-Control-Allow-Headers": "Content-Type, X-Custom"}
`;

/** Statements that decide about the origin, as people write them, right and wrong; `whole`: they are the whole of a function. */
export function originLines(from: Picks, { origin, set, add }: Spelling, whole: boolean): readonly string[] {
  const allow = (value: string): string => set('"Access-Control-Allow-Origin"', value);
  const credentials = set('"Access-Control-Allow-Credentials"', from.chance(0.9) ? '"true"' : '"True"');
  const vary = add('"Vary"', '"Origin"');
  const inside = (test: string, ...lines: readonly string[]): readonly string[] => [`origin = ${origin}`, `if ${test}:`, ...lines.map((line) => `    ${line}`)];
  const tests = ['origin in ALLOWED', 'origin in ALLOWED_SET', 'origin == "https://app.example.com"', 'origin and origin.endswith(".example.com")', 'origin and origin.startswith("https://app.example.com")', 'origin and "example.com" in origin', 'origin is not None and PATTERN.match(origin)', 'origin and LOOSE.match(origin)', 'origin and LOOSE.fullmatch(origin)', 'origin and re.search(r"example\\.com$", origin)', 'origin and re.match(r"https://.*\\.example\\.com", origin, re.IGNORECASE)', 'origin and any(origin.endswith(domain) for domain in DOMAINS)', 'origin and urlparse(origin).hostname == "app.example.com"', 'origin and origin.lower() in ALLOWED', 'origin not in (None, "null")', 'origin and origin.endswith(DOMAINS)'] as const;
  const more = (): readonly string[] => [...(from.chance(0.5) ? [credentials] : []), ...(from.chance(0.5) ? [vary] : [])];
  switch (from.pick(['star', 'fixed', 'echo', 'test', 'test', 'test', 'test', 'choice', 'loop', ...(whole ? (['early'] as const) : []), 'text'] as const)) {
    case 'star':
      return [allow('"*"'), ...(from.chance(0.3) ? [credentials] : [])];
    case 'fixed':
      return [allow(from.pick(['"https://app.example.com"', '"https://app.example.com/"', 'ALLOWED[0]', '", ".join(ALLOWED)', 'f"https://{\'app\'}.example.com"', "'null'"])), ...more()];
    case 'echo':
      return [allow(`${origin} or ${from.pick(['"*"', 'ALLOWED[1]'])}`), ...more()];
    case 'test':
      return inside(from.pick([...tests] as [string, ...string[]]), allow('origin'), ...more());
    case 'choice':
      return [`origin = ${origin}`, allow(from.pick(['origin if origin in ALLOWED else ALLOWED[0]', 'origin if origin and PATTERN.fullmatch(origin) else "null"', '"*" if origin is None else origin'])), ...more()];
    case 'loop':
      return [`origin = ${origin}`, 'for allowed in ALLOWED:', '    if origin == allowed:', `        ${allow('allowed')}`, `        ${credentials}`, ...(from.chance(0.5) ? ['        break'] : []), ...(from.chance(0.5) ? [vary] : [])];
    case 'early':
      return [`origin = ${origin}`, `if not origin or ${from.pick(['origin not in ALLOWED', 'not PATTERN.match(origin)', 'not origin.endswith("example.com")'])}:`, '    return', allow('origin'), ...more()];
    case 'text':
      return [`origin = ${origin} or ""`, `if ${from.pick(['origin.endswith("example.com")', 'origin in ALLOWED', 'origin in ALLOWED_SET', 'PATTERN.match(origin)'])}:`, `    ${allow('origin')}`, `else:`, `    ${from.pick(['pass', allow('"https://app.example.com"'), vary])}`];
  }
}

/** Statements for the other headers. */
export function furtherLines(from: Picks, { set }: Spelling): readonly string[] {
  if (from.chance(0.15)) return ['for name, value in CORS_HEADERS.items():', `    ${set('name', 'value')}`];
  return [
    ...(from.chance(0.5) ? [set('"Access-Control-Allow-Methods"', from.pick(['"GET, PUT, OPTIONS"', '"*"', '", ".join(["GET", "PUT"])', "'POST, GET, OPTIONS'"]))] : []),
    ...(from.chance(0.5) ? [set('"Access-Control-Allow-Headers"', from.pick(['"*"', '"content-type,x-custom"', "'Content-Type'"]))] : []),
    ...(from.chance(0.3) ? [set(from.pick(['"Access-Control-Max-Age"', '"access-control-max-age"']), from.pick(['"600"', '600', 'str(60 * 10)']))] : []),
    ...(from.chance(0.2) ? [set('"Access-Control-Expose-Headers"', '"X-Total"')] : []),
  ];
}

/** Lines of a block at a depth of four blanks each; `pass` for none. */
export function indented(lines: readonly string[], depth: number): string {
  return (lines.length === 0 ? ['pass'] : lines).map((line) => '    '.repeat(depth) + line).join('\n');
}
