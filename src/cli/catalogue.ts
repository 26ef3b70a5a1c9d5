/** The course at a glance, without loading it: `list`, `--help` and mistyped names need nothing else. */
import type { Text } from '../text.ts';

/** One recipe of the course. */
export interface CatalogueEntry {
  readonly id: string;
  /** The lecture's chapter. */
  readonly lecture: string;
  /** What is learnt, in one line. */
  readonly summary: Text;
}

/** In lecture order; a test compares it with the recipes themselves. */
export const CATALOGUE: readonly CatalogueEntry[] = [
  {
    id: 'gradient-descent',
    lecture: '1.4',
    summary: {
      en: 'the learning rate decides whether gradient descent crawls, arrives or flies off',
      zh: '学习率决定梯度下降是爬行、到达还是飞走',
    },
  },
  {
    id: 'model-bias',
    lecture: '1.5',
    summary: {
      en: 'what a line cannot be, sigmoids and ReLUs can be, and training does not always find',
      zh: '直线做不到、sigmoid 与 ReLU 做得到、训练却未必找得到的事',
    },
  },
  {
    id: 'batch-size',
    lecture: '2.4',
    summary: {
      en: 'small batches win per epoch, not per update; a rate scaled with the batch makes up for it',
      zh: '按 epoch 比小批量更好，按更新次数比则不然；学习率随批量放大可弥补差距',
    },
  },
  {
    id: 'momentum',
    lecture: '2.5',
    summary: {
      en: 'momentum passes bumps and plateaus, and needs √κ instead of κ updates in a narrow valley',
      zh: '动量能越过小坡和高原，在狭窄山谷中只需 √κ 次更新',
    },
  },
  {
    id: 'adaptive-learning-rate',
    lecture: '2.6',
    summary: {
      en: 'a rate for each parameter crosses straight valleys, explodes late; warm-up helps some',
      zh: '每个参数各有学习率，能走过沿坐标轴的山谷；会很晚爆炸，预热有时有用',
    },
  },
  {
    id: 'batch-normalization',
    lecture: '2.7',
    summary: {
      en: 'batch norm lets deep sigmoid nets learn, wants more than two rows; other norms beside it',
      zh: '批归一化让深层 sigmoid 网络能够学习，但每批要多于两行；并与其他归一化比较',
    },
  },
  {
    id: 'classification',
    lecture: '2.8',
    summary: {
      en: 'softmax and cross-entropy read handwritten digits, with and without a hidden layer',
      zh: '用 softmax 与交叉熵识别手写数字，比较有无隐藏层',
    },
  },
];
