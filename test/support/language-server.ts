import { spawn, type ChildProcess } from 'node:child_process';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** A language server on standard input and output, and an editor that answers what the server asks. */
export class LanguageServer {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, { readonly done: (result: unknown) => void; readonly fail: (error: Error) => void }>();
  #received = Buffer.alloc(0);
  #last = 0;

  /** `answers`: by method, what the editor says to requests of the server. */
  constructor(file: string, cwd: string, private readonly answers: Readonly<Record<string, (params: unknown) => unknown>>) {
    this.#process = spawn(process.execPath, [file, '--stdio'], { cwd, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#process.stdout!.on('data', (chunk: Buffer) => this.#receive(chunk));
    this.#process.on('exit', () => this.#waiting.forEach(({ fail }) => fail(new Error('the language server has ended'))));
  }

  request(method: string, params: unknown): Promise<unknown> {
    const id = (this.#last += 1);
    this.#send({ id, method, params });
    return new Promise((done, fail) => this.#waiting.set(id, { done, fail }));
  }

  notify(method: string, params: unknown): void {
    this.#send({ method, params });
  }

  async stop(): Promise<void> {
    const ended = new Promise((done) => this.#process.once('exit', done));
    this.#process.kill();
    await ended;
  }

  #send(message: Message): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.#process.stdin!.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const end = this.#received.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/i.exec(this.#received.toString('latin1', 0, Math.max(0, end)))?.[1]);
      if (end === -1 || this.#received.length < end + 4 + length) return;
      const message = JSON.parse(this.#received.toString('utf8', end + 4, end + 4 + length)) as Message;
      this.#received = this.#received.subarray(end + 4 + length);
      this.#take(message);
    }
  }

  #take({ id, method, params, result, error }: Message): void {
    if (id === undefined) return;
    if (method !== undefined) {
      this.#send({ id, result: this.answers[method]?.(params) ?? null });
      return;
    }
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.done(result);
    else waiting?.fail(new Error(error.message));
  }
}
