/** What `compare` is asked to do. */
import type { RunFlags } from './run-plan.ts';

/** Those of `run` mean the same; `quick` is the default here, `--full` takes it away. */
export interface CompareFlags extends Pick<
  RunFlags,
  'all' | 'seed' | 'seeds' | 'set' | 'config' | 'out' | 'quick' | 'backend' | 'threads' | 'language' | 'json'
> {
  /** The Python to use: a program's path or name, or a virtual environment's folder. */
  readonly python?: string;
  /** Make the cached environment with PyTorch first, where it is not there; alone, nothing else is done. */
  readonly setup: boolean;
  /** What one recipe's twin may take, in seconds. */
  readonly timeoutSeconds: number;
}
