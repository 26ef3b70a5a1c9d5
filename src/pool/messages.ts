/** What a pool and its processes say to each other: one job at a time, structured clones of plain data. */
import type { ErrorData } from './error-data.ts';

/** To the process. */
export type Order =
  | { readonly kind: 'job'; readonly job: unknown }
  /** The running job is to end soon. */
  | { readonly kind: 'stop' }
  /** The process is to end at once. */
  | { readonly kind: 'end' };

/** From the process: any number of messages, then how the job ended. */
export type Reply =
  | { readonly kind: 'message'; readonly message: unknown }
  | { readonly kind: 'answer'; readonly answer: unknown }
  | { readonly kind: 'error'; readonly error: ErrorData };
