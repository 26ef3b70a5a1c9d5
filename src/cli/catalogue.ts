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
    id: 'classification',
    lecture: '2.8',
    summary: {
      en: 'softmax and cross-entropy read handwritten digits, with and without a hidden layer',
      zh: '用 softmax 与交叉熵识别手写数字，比较有无隐藏层',
    },
  },
];
