/** tfjs-recipes/node: what touches files and processes. */

// Models as files
export { exportModel, loadModel, saveModel } from './training/model-file.ts';
export { modelFolder } from './training/model-folder-file.ts';

// Checkpoints
export { checkpointFile } from './training/checkpoint-file.ts';

// Following a training
export { historyLog } from './tracking/history-log.ts';
export { progressBar } from './tracking/progress-bar.ts';
export { tensorBoard } from './tracking/tensor-board.ts';
export { writeHistoryCsv } from './tracking/history-csv.ts';

// Reports
export { writeReport } from './report/report-file.ts';
