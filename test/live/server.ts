import { spawn, spawnSync } from 'node:child_process';
import { request as httpRequest } from 'node:http';
import { connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { HttpRequest } from '../../src/policy/evaluate.js';

/** What a real server sent: names in lower case, repeated lines kept in order. */
export interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** A process that was started here. */
export interface Running {
  /** What it has printed up to now. */
  printed(): string;
  /** Ends it by its id and waits until it is gone. */
  stop(): Promise<void>;
}

const PATIENCE_MS = 30_000;

/** Starts a program and waits until all of its ports accept connections. */
export async function start(command: string, args: readonly string[], ports: readonly number[], { patience = PATIENCE_MS, ...options }: { readonly cwd?: string; readonly patience?: number } = {}): Promise<Running> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let output = '';
  let failure: string | undefined;
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      failure = error.message;
      resolve();
    });
    child.once('close', (code) => {
      failure ??= `ended with ${code}`;
      resolve();
    });
  });
  const stop = async (): Promise<void> => {
    if (failure === undefined) child.kill('SIGTERM');
    await ended;
  };
  const deadline = Date.now() + patience;
  for (const port of ports) {
    while (!(await accepts(port))) {
      if (failure === undefined && Date.now() < deadline) {
        await delay(10);
        continue;
      }
      const reason = failure ?? `does not listen on ${port}`;
      await stop();
      throw new Error(`${command} ${args.join(' ')}: ${reason}\n${output}`);
    }
  }
  return { printed: () => output, stop };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Ports on which nothing listens now, all different. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            resolve(typeof address === 'object' && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Sends a request as it stands, on a connection of its own. */
export function send(port: number, { method, path, headers }: HttpRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // Frameworks refuse a request that says it holds JSON and holds nothing.
    const body = headers.some(([name, value]) => name === 'content-type' && value === 'application/json') ? '{}' : '';
    const flat = [...(headers.some(([name]) => name === 'host') ? [] : ['host', `127.0.0.1:${port}`]), ...headers.flat(), ...(body === '' ? [] : ['content-length', '2'])];
    const outgoing = httpRequest({ host: '127.0.0.1', port, method, path, headers: flat, agent: false, setHost: false }, (incoming) => {
      incoming.resume();
      incoming.once('error', reject);
      incoming.once('end', () => {
        const raw = incoming.rawHeaders;
        resolve({ status: incoming.statusCode ?? 0, headers: raw.flatMap((name, index) => (index % 2 === 0 ? [[name.toLowerCase(), raw[index + 1] ?? ''] as const] : [])) });
      });
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

/** Runs an installer or a check to its end; what it printed is the error when it fails. */
export function run(command: string, args: readonly string[], cwd: string): string {
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? `${stdout}${stderr}`}`);
  return stdout;
}
