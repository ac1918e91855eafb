import { connect, type Socket } from 'node:net';
import { EitherServer } from './either-server.js';
import { page, PAGE, text } from './exchange-server.js';

/** The path at which every host of a chain gives a browser a cookie. */
export const COOKIE = '/a-cookie-of-the-suite';

/** What a browser asks of any host: pages and cookies are the suite's, all else is passed on as it is to the server of the host. */
export class ChainRelay {
  readonly #server = new EitherServer((socket) => this.#serve(socket));

  /** @param portOf where the server of a host listens */
  constructor(private readonly portOf: (host: string) => number | undefined) {}

  listen(): Promise<number> {
    return this.#server.listen();
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  /** One request per connection: whoever answers closes it. */
  #serve(socket: Socket): void {
    let read = '';
    const onData = (chunk: Buffer): void => {
      read += chunk.toString('latin1');
      if (!read.includes('\r\n\r\n')) return;
      socket.off('data', onData);
      socket.pause();
      this.#pass(read, socket);
    };
    socket.on('error', () => socket.destroy());
    socket.on('data', onData);
  }

  #pass(read: string, socket: Socket): void {
    const [, path] = read.split(' ', 2);
    const host = /^host: *([^\r\n:]*)/im.exec(read)?.[1] ?? '';
    if (path === PAGE) return void socket.end(text(page([])));
    if (path === COOKIE) return void socket.end(text(page([['Set-Cookie', 'session=victim; Path=/; Secure; SameSite=None']])));
    const port = this.portOf(host);
    if (port === undefined) return void socket.end(text({ status: 404, headers: [] }));
    const server = connect(port, '127.0.0.1');
    server.on('error', () => socket.destroy());
    socket.on('close', () => server.destroy());
    server.write(Buffer.from(read.replace(/^connection: .*$/im, 'Connection: close'), 'latin1'));
    server.pipe(socket);
    socket.pipe(server, { end: false });
  }
}
