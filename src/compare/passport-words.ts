/** The passport's sentences, in English and Chinese. */
import type { Language, Text } from '../text.ts';
import type { Stage } from './locate.ts';
import type { Cause, TrainingComparison } from './passport.ts';

/** What differs first in a step, with the place of its name. */
const STAGES: Readonly<Record<Stage, (name: string) => Text>> = {
  inputs: () => ({
    en: 'the inputs of the batch: other rows, or another order',
    zh: '批次的输入:行或顺序不同',
  }),
  targets: () => ({ en: 'the targets of the batch', zh: '批次的目标' }),
  before: (name) => ({ en: `${name} before the update`, zh: `更新前的 ${name}` }),
  learningRate: () => ({ en: 'the learning rate', zh: '学习率' }),
  forward: (name) => ({
    en: `the output of ${name}, while that of the layers before is equal`,
    zh: `${name} 的输出(之前各层相同)`,
  }),
  loss: () => ({ en: 'the loss, while the outputs of all layers are equal', zh: '损失(各层输出相同)' }),
  gradient: (name) => ({
    en: `the gradient of ${name}, while the loss is equal`,
    zh: `${name} 的梯度(损失相同)`,
  }),
  update: (name) => ({
    en: `the update of ${name}, while its gradient and the learning rate are equal`,
    zh: `${name} 的更新量(梯度与学习率相同)`,
  }),
};

/** What is not learnt has no gradient. */
const statistic = (name: string): Text => ({
  en: `the running statistic ${name}, while all before it is equal`,
  zh: `运行统计量 ${name}(此前一切相同)`,
});

export const STATUS: Readonly<Record<TrainingComparison['status'], Text>> = {
  agrees: { en: 'agrees', zh: '一致' },
  rounding: { en: 'agrees but for rounding', zh: '除舍入外一致' },
  differs: { en: 'differs', zh: '不一致' },
};

const PLURAL: Readonly<Record<TrainingComparison['status'], string>> = {
  agrees: 'agree',
  rounding: 'agree but for rounding',
  differs: 'differ',
};

/** How many trainings have a status: `73 agree`. */
export const countText = (status: TrainingComparison['status'], count: number): Text => ({
  en: `${count} ${count === 1 ? STATUS[status].en : PLURAL[status]}`,
  zh: `${count} 个${STATUS[status].zh}`,
});

/** Why a training is beyond tolerance, as a sentence. */
export function causeText(cause: Cause): Text {
  if (cause.kind === 'rounding') {
    const { perturbation, updates } = cause;
    const change = perturbation.toExponential(0);
    return {
      en: `rounding: ours alone, started ${change} beside, leaves the tolerance after ${updates} updates too`,
      zh: `舍入误差:仅我方从相差 ${change} 的起点出发,也在 ${updates} 次更新后超出容差`,
    };
  }
  if (cause.kind === 'cancellation')
    return {
      en: `rounding: at update ${cause.step} some gradients of ${cause.name} cancel to rounding, and the optimizer makes a step of it`,
      zh: `舍入误差:第 ${cause.step} 次更新时 ${cause.name} 的部分梯度相互抵消,仅剩舍入,优化器却据此迈出一步`,
    };
  if (cause.kind === 'unexplained')
    return {
      en: 'no recorded step shows a difference: it grows slowly, or begins where no weights were kept',
      zh: '已记录的各步均无差异：或由许多步缓慢累积，或始于未保存权重之处',
    };
  const { step, stage, name, relative } = cause;
  const what = stage === 'update' && /running_(mean|var)$/.test(name) ? statistic(name) : STAGES[stage](name);
  const size = Number.isFinite(relative) ? relative.toExponential(1) : '–';
  return {
    en: `from update ${step} on: ${what.en} (relative difference ${size})`,
    zh: `自第 ${step} 次更新起:${what.zh}(相对差 ${size})`,
  };
}

export const WORDS = {
  title: { en: 'Passport: the same start here and in PyTorch', zh: '护照:同一起点,本库与 PyTorch' },
  agreesAll: { en: 'Every training agrees with PyTorch', zh: '每个训练都与 PyTorch 一致' },
  differsSome: { en: 'Something differs from PyTorch', zh: '与 PyTorch 存在差异' },
  trainings: { en: 'Trainings', zh: '训练' },
  training: { en: 'training', zh: '训练' },
  status: { en: 'result', zh: '结果' },
  updates: { en: 'updates compared', zh: '比较的更新次数' },
  loss: { en: 'loss: largest difference', zh: '损失:最大差' },
  weights: { en: 'weights: largest difference', zh: '权重:最大差' },
  allowed: { en: 'allowed (loss, weights)', zh: '容差(损失、权重)' },
  parameters: { en: 'Every parameter', zh: '每个参数' },
  parameter: { en: 'parameter', zh: '参数' },
  largest: { en: 'largest difference', zh: '最大差' },
  firstBeyond: { en: 'first update beyond tolerance', zh: '首次超出容差的更新' },
  metrics: { en: 'Final metrics over seeds', zh: '各种子的最终指标' },
  metric: { en: 'metric', zh: '指标' },
  arm: { en: 'arm', zh: '分组' },
  ours: { en: 'ours', zh: '本库' },
  twin: { en: 'PyTorch', zh: 'PyTorch' },
  difference: { en: 'mean difference [95 %]', zh: '平均差 [95 %]' },
  margin: { en: 'margin', zh: '界限' },
  equivalent: { en: 'equivalent', zh: '等价' },
  different: { en: 'different', zh: '不同' },
  undecided: { en: 'undecided', zh: '未定' },
  speed: { en: 'Speed', zh: '速度' },
  speedLine: {
    en: 'PyTorch’s time by ours {ratio} (above 1 we are faster)',
    zh: 'PyTorch 与本库所用时间之比 {ratio}(大于 1 表示本库更快)',
  },
  speedText: {
    en: 'PyTorch’s seconds for the updates by ours, over the trainings; above 1 we are faster. Each training once, start-up and validation left out: an indication, not a benchmark.',
    zh: '更新所用时间之比(PyTorch / 本库),逐个训练;大于 1 表示本库更快。每个训练只计一次,不含启动与验证:仅供参考,并非基准测试。',
  },
  sides: { en: 'The two sides', zh: '双方环境' },
  updatesAxis: { en: 'updates', zh: '更新次数' },
  lossAxis: { en: 'training loss', zh: '训练损失' },
  differenceAxis: { en: 'difference of the losses', zh: '损失之差' },
  figure: { en: 'both curves, and their difference', zh: '两条曲线及其差' },
  both: { en: 'loss on both sides', zh: '双方损失' },
  apart: { en: 'how far apart', zh: '相差多少' },
  tolerance: { en: 'tolerance', zh: '容差' },
} as const satisfies Record<string, Text>;

export const word = (name: keyof typeof WORDS, language: Language): string => WORDS[name][language];
