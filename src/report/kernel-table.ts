/** From equation to kernel, as the rows of a table: in words and numbers for readers, for a terminal or a chapter. */
import type { Equation } from '../recipe/recipe.ts';
import type { RecipeKernels } from '../recipe/recipe-kernels.ts';
import { type TrainingKernels, trainingOf } from '../result/training-kernels.ts';
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
    en: 'Medians of {steps} updates on {device}; {where}, seed {seed}. Bytes are what the kernels write: Reshape and Identity hand their input on.',
    zh: '{device} 上 {steps} 次更新的中位数；{where}，种子 {seed}。字节为内核写出的数据量：Reshape 与 Identity 直接传递输入。',
  },
  inOne: { en: 'arm {arm}, training “{training}”', zh: '实验组 {arm}，训练“{training}”' },
  inSeveral: {
    en: 'arm and training stand behind the part (a share is of the whole update there, kernels and the time between them)',
    zh: '环节之后注明实验组与训练（占比均相对于该训练的整次更新，含内核之间的时间）',
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
  /** Empty in the last rows of a training, of which no equation speaks. */
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

/** Each training with its equations, in the order of these: a row for each of them, and the whole update. */
export function kernelTable(recipe: RecipeKernels, language: Language): KernelTable {
  const { equations, trainings } = recipe;
  const places = equations.map((equation) => trainingOf(equation, trainings));
  // The trainings once more: where no equation has been found in one, it has been measured all the same.
  const rows = [...new Set([...places, ...trainings])].flatMap((training) => {
    const named = equations.filter((_, index) => places[index] === training);
    if (training === undefined) return named.map((equation) => equationRow(equation, 'inNone', language));
    return trainingRows(training, named, trainings.length === 1, language);
  });
  return { heading: headingIn(language), rows, about: aboutText(recipe, language) };
}

/** Of the only training also what no equation names. */
function trainingRows(
  training: TrainingKernels,
  equations: readonly Equation[],
  isOnly: boolean,
  language: Language,
): KernelRow[] {
  const { parts, milliseconds, stepMilliseconds } = training;
  const label = (name: string): string => (isOnly ? name : `${name} · ${training.arm}, ${training.training}`);
  const shown = new Set<string>();
  const named = equations.map((equation): KernelRow => {
    const found = parts.find(({ part }) => part === equation.part);
    const isNew = found !== undefined && !shown.has(found.part);
    const row = equationRow(equation, isNew ? undefined : 'countedAbove', language);
    shown.add(equation.part);
    return { ...row, part: label(row.part), ...(isNew && partCells(found, training)) };
  });
  const rest = parts
    .filter(({ part }) => isOnly && !shown.has(part))
    .map((found) => ({
      ...EMPTY,
      part: nameOf(found.part, language),
      ...partCells(found, training),
    }));
  // JavaScript, without a count and bytes of its own.
  const { time, share } = costCells({ ...training, milliseconds: stepMilliseconds - milliseconds }, training);
  const whole = costCells({ ...training, milliseconds: stepMilliseconds }, training);
  return [
    ...named,
    ...rest,
    ...(isOnly ? [{ ...EMPTY, part: WORDS.betweenKernels[language], time, share }] : []),
    { ...EMPTY, part: label(WORDS.whole[language]), ...whole },
  ];
}

function equationRow(
  { equation, code, part }: Equation,
  note: 'inNone' | 'countedAbove' | undefined,
  language: Language,
): KernelRow {
  const row = { ...EMPTY, equation, code, part: nameOf(part, language) };
  return note === undefined ? row : { ...row, note: WORDS[note][language] };
}

const headingIn = (language: Language): KernelTable['heading'] =>
  Object.fromEntries(
    Object.entries(COLUMNS).map(([column, text]) => [column, text[language]]),
  ) as KernelTable['heading'];

function aboutText({ backend, seed, trainings }: RecipeKernels, language: Language): string {
  const [first] = trainings;
  if (first === undefined) return WORDS.noTraining[language];
  const { steps, arm, training } = first;
  const where = fill(WORDS[trainings.length === 1 ? 'inOne' : 'inSeveral'], language, { arm, training });
  const what = fill(WORDS.about, language, { steps, device: backend.device, where, seed });
  const clock = WORDS[backend.isGpu ? 'clockOfGpu' : 'clock'][language];
  return language === 'zh' ? `${what}${clock}` : `${what} ${clock}`;
}

const partCells = (
  found: PartKernels,
  training: TrainingKernels,
): CostCells & Pick<KernelRow, 'kernels'> => ({
  kernels: found.kernels.map((use) => ({ kernelName: use.kernelName, ...costCells(use, training) })),
  ...costCells(found, training),
});

const nameOf = (part: string, language: Language): string => PARTS[part]?.[language] ?? part;

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
