import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createNetServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { run } from './server.js';

/** A server for http and https on one port: what comes over TLS is served in plain text. */
export class EitherServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  /** @param serve one connection */
  constructor(serve: (socket: Socket) => void) {
    const secure = createTlsServer(certificate(), serve).on('tlsClientError', (_error, socket) => socket.destroy());
    this.#server = createNetServer((socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy()).once('close', () => this.#sockets.delete(socket));
      socket.once('data', (chunk) => {
        socket.pause();
        socket.unshift(chunk);
        // The first byte of a TLS handshake.
        if (chunk[0] === 0x16) secure.emit('connection', socket);
        else serve(socket);
        process.nextTick(() => socket.resume());
      });
    });
  }

  listen(): Promise<number> {
    return new Promise((resolve) => {
      this.#server.listen(0, '127.0.0.1', () => {
        const address = this.#server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

function certificate(): { readonly key: string; readonly cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'live-certificate-'));
  try {
    run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=live.example', '-keyout', 'key.pem', '-out', 'cert.pem'], folder);
    return { key: readFileSync(join(folder, 'key.pem'), 'utf8'), cert: readFileSync(join(folder, 'cert.pem'), 'utf8') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
