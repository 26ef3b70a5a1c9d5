/** One process of a pool: it does a job after the other, and its death is told as an error. */
import { type ChildProcess, fork } from 'node:child_process';
import { errorFrom } from './error-data.ts';
import type { Order, Reply } from './messages.ts';

/** A process that ended before its job did. */
export class WorkerDeath extends Error {
  /** null where a signal ended it, or it never started. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it printed last. */
  readonly lastWords: string;
  constructor(
    exitCode: number | null,
    signal: NodeJS.Signals | null,
    lastWords: string,
    options?: ErrorOptions,
  ) {
    const how = signal === null ? `with exit code ${exitCode}` : `by ${signal}`;
    super(`the process ended ${how} before its job did`, options);
    this.exitCode = exitCode;
    this.signal = signal;
    this.lastWords = lastWords;
  }
  override get name(): string {
    return 'WorkerDeath';
  }
}

/** How one job is done. */
export interface JobOptions<Message> {
  /** Told what the job sends, before its answer. */
  readonly onMessage?: (message: Message) => void;
  /** Asks the job to end soon; an answer that it has by then is taken. */
  readonly signal?: AbortSignal;
}

interface Running {
  readonly onMessage: (message: unknown) => void;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** So much printed text waits for a sign of life. */
const MOST_TEXT = 1 << 16;

export class WorkerProcess {
  /** When the process is gone. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #onText: (text: string) => void;
  #running: Running | undefined;
  #printed = '';

  /**
   * @param module - A module that calls `serveJobs`.
   * @param onText - Told what the process printed, at its next sign of life: the last words of one that dies stand in
   * its error.
   */
  constructor(module: URL, onText: (text: string) => void) {
    this.#onText = onText;
    this.#child = fork(module, { serialization: 'advanced', stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#printed += text;
        if (this.#printed.length > MOST_TEXT) this.#passOnText();
      });
    this.#child.on('message', (reply: Reply) => this.#hear(reply));
    this.ended = new Promise((resolve) => {
      const end = (death: WorkerDeath): void => {
        const running = this.#endJob();
        if (running === undefined) this.#passOnText();
        else running.reject(death);
        resolve();
      };
      this.#child.on('close', (code, signal) => end(new WorkerDeath(code, signal, this.#printed)));
      this.#child.on('error', (cause) => {
        // It could not be started: nothing else will be told.
        if (this.#child.pid === undefined) end(new WorkerDeath(null, null, this.#printed, { cause }));
      });
    });
  }

  /** Whether it can be given a job. */
  get isConnected(): boolean {
    return this.#child.connected;
  }

  /** For one job at a time. Rejects with what the job threw, the signal's reason, or a {@link WorkerDeath}. */
  async run<Message>(job: unknown, { onMessage, signal }: JobOptions<Message> = {}): Promise<unknown> {
    const stop = (): void => this.#order({ kind: 'stop' });
    signal?.addEventListener('abort', stop);
    try {
      return await new Promise((resolve, reject) => {
        this.#running = { onMessage: (message) => onMessage?.(message as Message), resolve, reject };
        this.#order({ kind: 'job', job });
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  /** Ends the process, whatever it does, and waits until it is gone. */
  async end(): Promise<void> {
    // In place of `disconnect()`, after which Node tells of no 'close'.
    this.#order({ kind: 'end' });
    await this.ended;
  }

  /** Ends the process without a word. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #order(order: Order): void {
    // One that died is told of by its end.
    this.#child.send(order, () => {});
  }

  #hear(reply: Reply): void {
    if (reply.kind === 'message') {
      this.#passOnText();
      this.#running?.onMessage(reply.message);
    } else if (reply.kind === 'answer') this.#endJob()?.resolve(reply.answer);
    else this.#endJob()?.reject(errorFrom(reply.error));
  }

  #endJob(): Running | undefined {
    const running = this.#running;
    this.#running = undefined;
    return running;
  }

  #passOnText(): void {
    const text = this.#printed.trimEnd();
    this.#printed = '';
    if (text !== '') this.#onText(text);
  }
}
