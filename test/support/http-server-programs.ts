import type { Picks } from './picks.js';
import { furtherLines, indented, originLines, PYTHON_CONSTANTS, type Spelling } from './python-handwritten.js';

/** A handler of Python's `http.server` that writes CORS by hand; `app` is its class. */
export function httpServerProgram(from: Picks): string {
  const spelling: Spelling = {
    origin: from.pick(['self.headers.get("Origin")', 'self.headers["Origin"]', "self.headers.get('origin')"]),
    set: (name, value) => `self.send_header(${name}, ${value})`,
    add: (name, value) => `self.send_header(${name}, ${value})`,
  };
  const cors = (): readonly string[] => [...originLines(from, spelling, false), ...furtherLines(from, spelling)];
  const base = from.pick(['http.server.BaseHTTPRequestHandler', 'BaseHTTPRequestHandler', 'SimpleHTTPRequestHandler']);
  const place = from.pick(['end', 'end', 'verbs', 'helper', 'get'] as const);
  const method = (name: string, lines: readonly string[]): string => `    def ${name}(self):\n${indented(lines, 2)}\n`;
  const ending = from.pick(['super().end_headers()', `${base}.end_headers(self)`]);
  const shared = cors();
  const own = place === 'verbs' ? shared : place === 'helper' ? ['self.send_cors()'] : [];
  const answer = (status: string, lines: readonly string[]): readonly string[] => [`self.send_response(${status})`, ...lines, ...(from.chance(0.5) ? ['self.send_header("Content-Length", "0")'] : []), 'self.end_headers()'];
  const methods = [
    ...(place === 'end' ? [method('end_headers', [...shared, ending])] : []),
    ...(place === 'helper' ? [method('send_cors', shared)] : []),
    ...(from.chance(0.7) ? [method('do_OPTIONS', answer(from.pick(['200', '204', '200, "ok"']), own))] : []),
    ...(base.startsWith('Simple') && from.chance(0.5) ? [method('do_GET', [from.pick(['super().do_GET()', 'SimpleHTTPRequestHandler.do_GET(self)', 'return SimpleHTTPRequestHandler.do_GET(self)'])])] : [method('do_GET', [...(from.chance(0.6) ? ['if self.path != "/data":', '    self.send_error(404)', '    return'] : []), ...answer(from.pick(['200', '201']), place === 'get' ? shared : own), ...(from.chance(0.3) ? ['self.wfile.write(b"")'] : [])])]),
    ...(from.chance(0.5) ? [method('do_POST', answer('200', own))] : []),
  ];
  return `import http.server
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler
${PYTHON_CONSTANTS}

class Handler(${base}):
    protocol_version = "HTTP/1.0"

${methods.join('\n')}

app = Handler
`;
}
