/** Where a command computes, as it is said on stderr. */
import type { BackendInfo } from '../backend/backend-info.ts';
import { stringifyJson } from '../result/json.ts';

/** The backend, and why not a better one or more threads. */
export function backendText(backend: BackendInfo, json: boolean): string {
  if (json) return `${stringifyJson({ backend })}\n`;
  const { name, device, threads, threadLimit, others } = backend;
  const count = threads === null ? '' : `, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  const missing = others.map((other) => `  not ${other.name}: ${other.reason}; ${other.cure}\n`);
  const limit = threadLimit === undefined ? '' : `  not more threads: ${threadLimit}\n`;
  return `backend ${name}: ${device}${count}\n${limit}${missing.join('')}`;
}
