/** From equation to kernel, as the rows of a table: in words and numbers for readers, for a terminal or a chapter. */
import type { RecipeKernels, TrainingKernels } from '../recipe/recipe-kernels.ts';
import type { KernelCost, PartKernels } from '../training/step-kernels.ts';
import type { Language, Text } from '../text.ts';
import { formatNumber } from './format-number.ts';
import { fill } from './words.ts';

/** The columns, in their order. */
const COLUMNS = {
  equation: { en: 'equation', zh: '公式' },
  code: { en: 'code', zh: '代码' },
  part: { en: 'part of an update', zh: '更新的环节' },
  kernels: { en: 'kernels', zh: '内核' },
  count: { en: 'count', zh: '次数' },
  bytes: { en: 'bytes', zh: '字节' },
  time: { en: 'time', zh: '时间' },
  share: { en: 'share', zh: '占比' },
} as const satisfies Record<string, Text>;

const WORDS = {
  countedAbove: { en: 'counted above', zh: '已计入上文' },
  inNone: { en: 'in none of the trainings', zh: '训练中未出现' },
  noTraining: { en: 'This recipe makes no update that could be measured.', zh: '本实验没有可测量的更新。' },
  betweenKernels: { en: 'between the kernels', zh: '内核之间' },
  whole: { en: 'whole update', zh: '整次更新' },
  about: {
    en: 'Medians of {steps} updates on {device}; arm {arm}, training “{training}”, seed {seed}. Bytes are what the kernels write: Reshape and Identity hand their input on.',
    zh: '{device} 上 {steps} 次更新的中位数；实验组 {arm}，训练“{training}”，种子 {seed}。字节为内核写出的数据量：Reshape 与 Identity 直接传递输入。',
  },
  clock: {
    en: 'Time is the wall clock around each kernel.',
    zh: '时间为每个内核前后的挂钟时间。',
  },
  clockOfGpu: {
    en: 'Time is the wall clock until each kernel is handed to the GPU, not until it is done.',
    zh: '时间为每个内核提交给 GPU 为止的挂钟时间，而非执行完毕。',
  },
} as const satisfies Record<string, Text>;

/** The parts that are no layers; a layer is called by its class. */
const PARTS: Readonly<Record<string, Text>> = {
  loss: { en: 'loss', zh: '损失' },
  objective: { en: 'objective', zh: '目标函数' },
  gradient: { en: 'backward pass', zh: '反向传播' },
  update: { en: 'optimizer', zh: '优化器' },
  other: { en: 'rest', zh: '其余' },
};

/** What something costs in one update, in words. */
export type CostCells = Readonly<Record<'count' | 'bytes' | 'time' | 'share', string>>;

export interface KernelRow extends CostCells {
  /** Empty in the last rows, of which no equation speaks. */
  readonly equation: string;
  readonly code: string;
  readonly part: string;
  readonly kernels: readonly (CostCells & { readonly kernelName: string })[];
  /** Why there are no kernels here; empty where there are. */
  readonly note: string;
}

export interface KernelTable {
  readonly heading: Readonly<Record<keyof typeof COLUMNS, string>>;
  readonly rows: readonly KernelRow[];
  /** What was measured, and how. */
  readonly about: string;
}

const EMPTY: KernelRow = {
  equation: '',
  code: '',
  part: '',
  kernels: [],
  note: '',
  count: '',
  bytes: '',
  time: '',
  share: '',
};

/** A part of an update, in the training in which it was first seen. */
interface Place {
  readonly found: PartKernels;
  readonly training: TrainingKernels;
  readonly isFirst: boolean;
}

/** A row for each equation, then what no equation names in the first training, and whole updates. */
export function kernelTable(recipe: RecipeKernels, language: Language): KernelTable {
  const { equations, trainings } = recipe;
  const places = trainings.flatMap((training, index) =>
    training.parts.map((found): Place => ({ found, training, isFirst: index === 0 })),
  );
  const shown = new Set<string>();
  const named = equations.map(({ equation, code, part }): KernelRow => {
    const place = places.find(({ found }) => found.part === part);
    const row = { ...EMPTY, equation, code, part: nameOf(part, language) };
    if (place === undefined) return { ...row, note: WORDS.inNone[language] };
    if (shown.has(part)) return { ...row, note: WORDS.countedAbove[language] };
    shown.add(part);
    return { ...row, ...placeCells(place, language) };
  });
  const rest = places.filter(({ found, isFirst }) => isFirst && !shown.has(found.part));
  return {
    heading: headingIn(language),
    rows: [
      ...named,
      ...rest.map((place) => ({ ...EMPTY, ...placeCells(place, language) })),
      ...trainings.flatMap((training, index) => wholeRows(training, index === 0, language)),
    ],
    about: aboutText(recipe, language),
  };
}

const headingIn = (language: Language): KernelTable['heading'] =>
  Object.fromEntries(
    Object.entries(COLUMNS).map(([column, text]) => [column, text[language]]),
  ) as KernelTable['heading'];

function aboutText({ backend, seed, trainings: [first] }: RecipeKernels, language: Language): string {
  if (first === undefined) return WORDS.noTraining[language];
  const { steps, arm, training } = first;
  const what = fill(WORDS.about, language, { steps, device: backend.device, arm, training, seed });
  const clock = WORDS[backend.isGpu ? 'clockOfGpu' : 'clock'][language];
  return language === 'zh' ? `${what}${clock}` : `${what} ${clock}`;
}

function placeCells(
  { found, training, isFirst }: Place,
  language: Language,
): CostCells & Pick<KernelRow, 'part' | 'kernels'> {
  return {
    part: inTraining(nameOf(found.part, language), training, isFirst),
    kernels: found.kernels.map((use) => ({ kernelName: use.kernelName, ...costCells(use, training) })),
    ...costCells(found, training),
  };
}

/** The kernels and what stands between them: JavaScript, without a count and bytes of its own. */
function wholeRows(training: TrainingKernels, isFirst: boolean, language: Language): KernelRow[] {
  const { milliseconds, stepMilliseconds } = training;
  const part = (text: Text): string => inTraining(text[language], training, isFirst);
  const whole = costCells({ ...training, milliseconds: stepMilliseconds }, training);
  const { time, share } = costCells({ ...training, milliseconds: stepMilliseconds - milliseconds }, training);
  return [
    { ...EMPTY, part: part(WORDS.betweenKernels), time, share },
    { ...EMPTY, part: part(WORDS.whole), ...whole },
  ];
}

const nameOf = (part: string, language: Language): string => PARTS[part]?.[language] ?? part;

/** Of a training that is not the first it is said which one it is. */
const inTraining = (name: string, { arm, training }: TrainingKernels, isFirst: boolean): string =>
  isFirst ? name : `${name} · ${arm}, ${training}`;

function costCells(
  { count, bytes, milliseconds }: KernelCost,
  { stepMilliseconds }: TrainingKernels,
): CostCells {
  return {
    count: formatNumber(count),
    bytes: bytesText(bytes),
    time: timeText(milliseconds),
    share: `${Math.round((100 * milliseconds) / stepMilliseconds)} %`,
  };
}

function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${formatNumber(bytes / 1000, 3)} kB` : `${formatNumber(bytes / 1e6, 3)} MB`;
}

function timeText(milliseconds: number): string {
  return milliseconds < 1
    ? `${formatNumber(milliseconds * 1000, 2)} µs`
    : `${formatNumber(milliseconds, 2)} ms`;
}
