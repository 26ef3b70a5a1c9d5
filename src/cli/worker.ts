/** A process of `run --jobs`: makes the runs that it is sent. Only the first import comes before signals are heeded. */
import { serveJobs } from '../pool/serve-jobs.ts';
import type { FinishedRun } from '../recipe/run-store.ts';
import type { RunJob, RunMessage } from './run-job.ts';

serveJobs<RunMessage, FinishedRun>(async (job, context) => {
  const { doRunJob } = await import('./run-job.ts');
  return doRunJob(job as RunJob, context);
});
