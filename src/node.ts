/** tfjs-recipes/node: what touches files and processes. */
export { writeFigures, writeReport } from './report/report-file.ts';
export type { ReportOptions } from './report/page.ts';
