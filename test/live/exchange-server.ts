import type { Socket } from 'node:net';
import type { Answers, ServerAnswer } from '../../src/browser/judge.js';
import { EitherServer } from './either-server.js';

/** One request as it came in, and the hop of the exchange that it belongs to. */
export interface Seen {
  readonly hop: number;
  readonly isPreflight: boolean;
  readonly method: string;
  readonly origin: string | null;
  /** `Access-Control-Request-Headers`. */
  readonly asked: string | null;
  readonly cookie: string | null;
}

/** The paths of pages: one of the address's own origin, one of an opaque origin. */
export const PAGE = '/a-page-of-the-suite';
export const SANDBOXED_PAGE = '/a-sandboxed-page-of-the-suite';

/**
 * A server for http and https on one port that answers a page's requests with the exchange that it was given, byte by
 * byte: repeated lines stay repeated. What an exchange does not foresee gets a 404 without CORS headers.
 */
export class ExchangeServer {
  readonly #server = new EitherServer((socket) => this.#serve(socket));
  #answers: Answers | undefined;
  #hop = 0;
  #seen: Seen[] = [];

  listen(): Promise<number> {
    return this.#server.listen();
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  /** What to answer from now on; forgets what was seen. */
  give(answers: Answers): void {
    this.#answers = answers;
    this.#hop = 0;
    this.#seen = [];
  }

  /** The requests since the exchange was given, pages and icons left out. */
  get seen(): readonly Seen[] {
    return this.#seen;
  }

  /** One request per connection, read here: Node's own parser knows no method `patch`. */
  #serve(socket: Socket): void {
    let read = '';
    socket.on('error', () => socket.destroy());
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      const complete = read.includes('\r\n\r\n');
      read += chunk;
      if (!complete && read.includes('\r\n\r\n')) socket.end(Buffer.from(text(this.#answer(read))));
    });
  }

  #answer(request: string): ServerAnswer {
    const [first = '', ...lines] = request.slice(0, request.indexOf('\r\n\r\n')).split('\r\n');
    const [method = '', url = ''] = first.split(' ');
    const headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
    if (url === PAGE) return page([]);
    if (url === SANDBOXED_PAGE) return page([['Content-Security-Policy', 'sandbox allow-scripts']]);
    if (url === '/favicon.ico') return UNFORESEEN;
    const isPreflight = method === 'OPTIONS' && headers.has('access-control-request-method');
    this.#seen.push({ hop: this.#hop, isPreflight, method, origin: headers.get('origin') ?? null, asked: headers.get('access-control-request-headers') ?? null, cookie: headers.get('cookie') ?? null });
    if (isPreflight) return this.#answers?.preflight ?? UNFORESEEN;
    const response = this.#answers?.response ?? UNFORESEEN;
    this.#answers = this.#answers?.next;
    this.#hop += 1;
    return response;
  }
}

const UNFORESEEN: ServerAnswer = { status: 404, headers: [] };

export function page(headers: ServerAnswer['headers']): ServerAnswer {
  return { status: 200, headers: [['Content-Type', 'text/html'], ...headers] };
}

export function text({ status, headers }: ServerAnswer): string {
  const code = status ?? 200;
  const body = code === 204 || code === 304 ? '' : 'body';
  const length = code === 204 || code === 304 || headers.some(([name]) => name.toLowerCase() === 'content-length') ? [] : [`Content-Length: ${body.length}`];
  return [`HTTP/1.1 ${code} Answer`, ...headers.map(([name, value]) => `${name}: ${value ?? ''}`), ...length, 'Connection: close', '', body].join('\r\n');
}
