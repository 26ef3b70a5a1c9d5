/** Plain jobs in processes of their own: a job that throws, runs out of memory or crashes takes no other with it. */
import { setMaxListeners } from 'node:events';
import { type JobOptions, WorkerProcess } from './worker-process.ts';

export interface PoolOptions {
  /** A module that calls `serveJobs`. */
  readonly module: URL;
  /** At most so many processes. */
  readonly size: number;
  /** Told what the processes print; the last words of one that dies stand in its error. @default nobody */
  readonly onText?: (text: string) => void;
}

export interface PoolJobOptions<Message> extends JobOptions<Message> {
  /** Jobs of one group go to one process as long as the others have work. */
  readonly group: string;
}

interface Waiting {
  readonly group: string;
  readonly start: (worker: WorkerProcess) => Promise<void>;
}

/** Processes are started when there are jobs for them, and wait for more until the pool is closed. */
export class Pool<Job, Message, Answer> {
  readonly #options: PoolOptions;
  readonly #waiting: Waiting[] = [];
  /** The group of the last job of each process. */
  readonly #groups = new Map<WorkerProcess, string>();
  readonly #busy = new Set<WorkerProcess>();
  readonly #kill = (): void => {
    for (const worker of this.#groups.keys()) worker.kill();
  };

  constructor(options: PoolOptions) {
    this.#options = options;
    // However this process comes to its end, none stays behind; where it is killed, they see it.
    process.on('exit', this.#kill);
  }

  /**
   * Jobs given in one turn are seen together. Rejects with what the job threw, of the same class; with the signal's
   * reason; or with a `WorkerDeath` where the process ended, whose place another one takes.
   */
  run(job: Job, { group, onMessage, signal }: PoolJobOptions<Message>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = { ...(onMessage && { onMessage }), ...(signal && { signal }) };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal?.reason);
      };
      const start = (worker: WorkerProcess): Promise<void> => {
        signal?.removeEventListener('abort', leave);
        return worker.run(job, options).then((answer) => resolve(answer as Answer), reject);
      };
      const waiting: Waiting = { group, start };
      this.#waiting.push(waiting);
      if (signal?.aborted === true) return leave();
      // Many jobs may wait on one signal: that is no leak.
      if (signal !== undefined) setMaxListeners(0, signal);
      signal?.addEventListener('abort', leave, { once: true });
      queueMicrotask(() => this.#handOut());
    });
  }

  /** Ends the processes, and with them the jobs that run. */
  async close(): Promise<void> {
    await Promise.all([...this.#groups.keys()].map((worker) => worker.end()));
    process.off('exit', this.#kill);
  }

  #handOut(): void {
    while (this.#waiting.length > 0) {
      const workers = [...this.#groups.keys()];
      const idle = workers.find((one) => !this.#busy.has(one) && one.isConnected);
      const worker = idle ?? this.#startWorker();
      if (worker === undefined) return;
      void this.#give(worker, this.#takeFor(worker));
    }
  }

  #startWorker(): WorkerProcess | undefined {
    const { module, size, onText } = this.#options;
    if (this.#groups.size >= size) return undefined;
    const worker = new WorkerProcess(module, onText ?? (() => {}));
    this.#groups.set(worker, '');
    void worker.ended.then(() => {
      this.#groups.delete(worker);
      this.#busy.delete(worker);
      this.#handOut();
    });
    return worker;
  }

  /** The next of the worker's own group, else of one that nobody works at, else the first. */
  #takeFor(worker: WorkerProcess): Waiting | undefined {
    const taken = new Set([...this.#busy].map((one) => this.#groups.get(one)));
    const own = this.#waiting.findIndex(({ group }) => group === this.#groups.get(worker));
    const free = this.#waiting.findIndex(({ group }) => !taken.has(group));
    return this.#waiting.splice(Math.max(0, own >= 0 ? own : free), 1)[0];
  }

  async #give(worker: WorkerProcess, job: Waiting | undefined): Promise<void> {
    if (job === undefined) return;
    this.#groups.set(worker, job.group);
    this.#busy.add(worker);
    await job.start(worker);
    this.#busy.delete(worker);
    this.#handOut();
  }
}
