import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** What one event of the DevTools protocol says, as far as these suites look at it. */
export interface Told {
  readonly method: string;
  readonly sessionId?: string;
  readonly params: {
    /** `Network`: `Fetch`, `XHR`, `Preflight`, … */
    readonly type?: string;
    readonly requestId?: string;
    /** Of what is about to be sent. */
    readonly request?: { readonly url: string };
    /** `Log`: a line of the console that the browser wrote. */
    readonly entry?: { readonly text: string };
    readonly blockedReason?: string;
    readonly corsErrorStatus?: { readonly corsError: string; readonly failedParameter: string };
  };
}

interface Reply {
  readonly id?: number;
  readonly error?: { readonly message: string };
  readonly result?: Readonly<Record<string, unknown>>;
}

const COMMAND = process.env['CHROMIUM'] ?? 'chromium';
const PATIENCE_MS = 60_000;

/** A headless Chromium, driven over a pipe, for which every host name and address is one port of this machine. */
export class Chromium {
  readonly #process: ChildProcess;
  readonly #commands: Writable;
  readonly #profile: string;
  readonly #ended: Promise<void>;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  readonly #listeners = new Set<(told: Told) => void>();
  #failure: string | undefined;
  #count = 0;

  constructor(port: number) {
    this.#profile = mkdtempSync(join(tmpdir(), 'live-chromium-'));
    const flags = [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--remote-debugging-pipe',
      `--user-data-dir=${this.#profile}`,
      // Nothing leaves this machine, what the browser itself wants to know comes nowhere, and certificates made for
      // this run are believed.
      `--host-resolver-rules=${['*.example', '*.example.', '*.example.*', 'localhost', '127.0.0.1', '*::1*'].map((host) => `MAP ${host} 127.0.0.1:${port}`).join(',')},MAP * ~NOTFOUND`,
      '--no-proxy-server',
      '--ignore-certificate-errors',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      // Pages of plain http are part of the vectors.
      '--disable-features=HttpsUpgrades,HttpsFirstBalancedMode,HttpsFirstBalancedModeAutoEnable,OptimizationHints,MediaRouter',
    ];
    this.#process = spawn(COMMAND, [...flags, 'about:blank'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    this.#ended = new Promise((resolve) => {
      const end = (why: string): void => {
        this.#failure ??= why;
        for (const answer of this.#waiting.values()) answer({ error: { message: this.#failure } });
        resolve();
      };
      this.#process.once('error', (error) => end(error.message));
      this.#process.once('close', (code) => end(`${COMMAND} ended with ${code}`));
    });
    const [, , , commands, answers] = this.#process.stdio;
    this.#commands = commands as Writable;
    this.#commands.on('error', () => {});
    let text = '';
    (answers as Readable).setEncoding('utf8').on('data', (chunk: string) => {
      const messages = (text + chunk).split('\0');
      text = messages.pop() ?? '';
      for (const message of messages) this.#receive(JSON.parse(message) as Reply & Told);
    });
  }

  #receive(message: Reply & Told): void {
    if (message.id === undefined) {
      for (const listener of this.#listeners) listener(message);
    } else {
      this.#waiting.get(message.id)?.(message);
      this.#waiting.delete(message.id);
    }
  }

  /** One command of the protocol, to the browser or to the page of a session. */
  async send(method: string, params: object, sessionId?: string): Promise<Readonly<Record<string, unknown>>> {
    if (this.#failure !== undefined) throw new Error(this.#failure);
    this.#count += 1;
    const id = this.#count;
    const reply = await within(
      method,
      new Promise<Reply>((resolve) => {
        this.#waiting.set(id, resolve);
        this.#commands.write(`${JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`);
      }),
    );
    if (reply.error !== undefined) throw new Error(`${method}: ${reply.error.message}`);
    return reply.result ?? {};
  }

  /** Opens the page in a profile of its own (no cache is shared), lets it be used and throws the profile away. */
  async withPage<T>(url: string, use: (page: Page) => Promise<T>): Promise<T> {
    const { browserContextId } = await this.send('Target.createBrowserContext', {});
    const told: Told[] = [];
    const waiting = new Set<() => void>();
    let sessionId: unknown;
    const listener = (one: Told): void => {
      if (one.sessionId !== sessionId) return;
      told.push(one);
      for (const wake of waiting) wake();
    };
    const event = (found: (one: Told) => boolean): Promise<Told> =>
      within(
        `an event on ${url}`,
        new Promise((resolve) => {
          const look = (): void => {
            const one = told.find(found);
            if (one === undefined) return;
            waiting.delete(look);
            resolve(one);
          };
          waiting.add(look);
          look();
        }),
      );
    this.#listeners.add(listener);
    try {
      const { targetId } = await this.send('Target.createTarget', { url: 'about:blank', browserContextId });
      ({ sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true }));
      const session = String(sessionId);
      await this.send('Page.enable', {}, session);
      await this.send('Network.enable', {}, session);
      await this.send('Log.enable', {}, session);
      await this.send('Page.navigate', { url }, session);
      await event(({ method }) => method === 'Page.loadEventFired');
      const run = async (expression: string): Promise<unknown> => {
        const { result, exceptionDetails } = await this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true }, session);
        if (exceptionDetails !== undefined) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
        return (result as { readonly value?: unknown }).value;
      };
      return await use({ run, event });
    } finally {
      this.#listeners.delete(listener);
      await this.send('Target.disposeBrowserContext', { browserContextId });
    }
  }

  /** Ends the browser and waits until it is gone. */
  async stop(): Promise<void> {
    if (this.#failure === undefined) await this.send('Browser.close', {}).catch(() => this.#process.kill());
    await this.#ended;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A page that was opened: runs an expression in it and gives its value; waits for what the protocol tells of it. */
export interface Page {
  run(expression: string): Promise<unknown>;
  event(found: (told: Told) => boolean): Promise<Told>;
}

async function within<T>(what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Chromium: ${what} took more than ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
