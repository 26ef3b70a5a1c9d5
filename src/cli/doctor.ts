/** `doctor`: which backends work here, how fast they are, and how to get the others. */
import {
  type BackendExamination,
  examineBackends,
  type WorkingBackend,
} from '../backend/examine-backends.ts';
import { formatNumber } from '../report/format-number.ts';
import { stringifyJson } from '../result/json.ts';
import { PACKAGE } from '../version.ts';
import { coloursFor } from './colours.ts';
import { EXIT } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { tableLines } from './layout.ts';

const HEADINGS = ['backend', 'works', 'version', 'device', 'threads', 'GFLOP/s', 'training error'];

/** Returns the exit code: ok where at least one backend works. */
export async function doctorCommand(
  { json }: { readonly json: boolean },
  io: CliIo,
  examine: () => Promise<readonly BackendExamination[]> = examineBackends,
): Promise<number> {
  const backends = await examine();
  io.stdout.write(json ? `${stringifyJson({ package: PACKAGE, backends })}\n` : doctorText(backends, io));
  return backends.some(({ works }) => works) ? EXIT.ok : EXIT.usage;
}

function doctorText(backends: readonly BackendExamination[], { stdout, env }: CliIo): string {
  const colours = coloursFor(stdout, env);
  const [heading = '', ...rows] = tableLines([HEADINGS, ...backends.map(row)]);
  const lines = rows.map((line, index) => (backends[index]?.works === true ? line : colours.dim(line)));
  const cures = backends.flatMap((backend) =>
    backend.works
      ? limits(backend)
      : [`${backend.name}: ${backend.reason}`, `  ${colours.yellow('→')} ${backend.cure}`],
  );
  const all = [`${PACKAGE.name} ${PACKAGE.version}`, '', colours.bold(heading), ...lines];
  return [...all, ...(cures.length > 0 ? ['', ...cures] : [])].map((line) => `${line}\n`).join('');
}

function limits({ name, threadLimit }: WorkingBackend): string[] {
  return threadLimit === undefined ? [] : [`${name}: not more threads: ${threadLimit}`];
}

function row(backend: BackendExamination): string[] {
  if (!backend.works) return [backend.name, 'no', '–', '–', '–', '–', '–'];
  const { name, versions, device, threads, gigaflops, trainingError } = backend;
  return [
    name,
    'yes',
    versions['tensorflow'] ?? versions['tfjs-backend-wasm'] ?? versions['tfjs'] ?? '–',
    device,
    threads === null ? '–' : String(threads),
    formatNumber(gigaflops, 2),
    formatNumber(trainingError, 2),
  ];
}
