/** The other side of a pool: what runs in its processes. */
import { errorData } from './error-data.ts';
import type { Order, Reply } from './messages.ts';

/** What a job gets beside its data. */
export interface JobContext<Message> {
  /** Aborted when the job is to end soon, with its state kept. */
  readonly signal: AbortSignal;
  /** Tells the pool how it goes. */
  readonly send: (message: Message) => void;
}

/**
 * Does the jobs that the pool sends, one after the other. The process belongs to the pool: signals that a terminal sends
 * to all processes are the pool's to act upon, and when the pool is gone, however it ended, the process ends at once.
 */
export function serveJobs<Message, Answer>(
  doJob: (job: unknown, context: JobContext<Message>) => Promise<Answer>,
): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
  process.on('disconnect', () => process.exit());
  const send = (message: Message): void => reply({ kind: 'message', message });
  let running = new AbortController();
  const start = async (job: unknown): Promise<void> => {
    running = new AbortController();
    try {
      reply({ kind: 'answer', answer: await doJob(job, { signal: running.signal, send }) });
    } catch (error) {
      reply({ kind: 'error', error: errorData(error) });
    }
  };
  process.on('message', (order: Order) => {
    if (order.kind === 'job') void start(order.job);
    else if (order.kind === 'stop') running.abort();
    else process.exit();
  });
}

const reply = (own: Reply): void => void process.send?.(own);
