/** The sentences of `gradient-descent`, in English and Chinese. */
export const text = {
  title: { en: 'Gradient descent: one number decides', zh: '梯度下降：一个数字决定一切' },
  summary: {
    en: 'A line is fitted to noisy points, and a ball rolls into one of two valleys. The learning rate η decides whether gradient descent crawls, arrives or flies off: on a quadratic it settles if and only if η < 2/λ, λ being the steepest curvature. The loss decides what "best" means, and the start decides which valley is found.',
    zh: '用直线拟合带噪声的点，并让小球滚入两个山谷之一。学习率 η 决定梯度下降是爬行、到达还是飞走：在二次函数上，当且仅当 η < 2/λ（λ 为最大曲率）时才能收敛。损失函数决定何为“最好”，起点决定落入哪个山谷。',
  },
  arms: {
    small: { en: 'η too small: 0.005 · 2/λ', zh: 'η 太小：0.005 · 2/λ' },
    right: { en: 'η right: 0.5 · 2/λ', zh: 'η 合适：0.5 · 2/λ' },
    below: { en: 'η just below: 0.98 · 2/λ', zh: 'η 略低于界限：0.98 · 2/λ' },
    beyond: { en: 'η beyond: 1.02 · 2/λ', zh: 'η 超过界限：1.02 · 2/λ' },
    absolute: { en: 'MAE at the right η of MSE', zh: 'MAE，用 MSE 的合适 η' },
    outliers: { en: 'η right, five outliers among the points', zh: 'η 合适，点中有五个离群点' },
  },
  claims: {
    'below-the-limit-arrives': {
      en: 'Just below 2/λ the distance to the best line shrinks to less than a tenth',
      zh: '略低于 2/λ 时，到最佳直线的距离缩小到十分之一以下',
    },
    'beyond-the-limit-leaves': {
      en: 'Just beyond 2/λ the distance to the best line grows more than tenfold',
      zh: '略高于 2/λ 时，到最佳直线的距离增大十倍以上',
    },
    'too-small-is-not-there-yet': {
      en: 'With a rate that is too small a tenth of the way, or more, is left after all updates',
      zh: '学习率太小时，全部更新之后仍剩十分之一以上的路程',
    },
    'path-is-the-closed-form': {
      en: 'Every point of the path is the closed form θ* + (I − ηH)ᵗ(θ₀ − θ*)',
      zh: '路径上的每一点都等于闭式解 θ* + (I − ηH)ᵗ(θ₀ − θ*)',
    },
    'outliers-want-absolute-error': {
      en: 'With outliers, MAE finds the line at a tenth of the squared error that MSE makes',
      zh: '有离群点时，MAE 找到的直线的平方误差不到 MSE 的十分之一',
    },
    'start-decides-the-valley': {
      en: 'At a rate that settles, the side of the hill on which it starts decides the valley (at least 99 % of starts)',
      zh: '学习率合适时，起点在山的哪一侧就落入哪个山谷（至少 99 % 的起点）',
    },
    'sharp-valley-needs-a-small-rate': {
      en: 'Beyond 2/λ of the sharp valley no start settles there, although it is the deeper one',
      zh: '超过尖谷的 2/λ 时，没有一个起点能停在那里，尽管它更深',
    },
  },
  measures: {
    remaining: { en: 'distance left, as a share', zh: '剩余路程（占比）' },
    squaredLineError: { en: 'error of the line by MSE (RMS)', zh: 'MSE 所得直线的误差（均方根）' },
    absoluteLineError: { en: 'error of the line by MAE (RMS)', zh: 'MAE 所得直线的误差（均方根）' },
    global: { en: 'starts in the sharp, global valley', zh: '落入尖锐全局山谷的起点' },
    local: { en: 'starts in the flat, local valley', zh: '落入平缓局部山谷的起点' },
  },
  figures: {
    surface: {
      en: 'The same surface, three rates: one crawls, one arrives, one leaves',
      zh: '同一曲面，三种学习率：爬行、到达、飞走',
    },
    surfaceCaption: {
      en: 'Mean squared error over intercept b and slope w, with the paths of the first seed; the cross is the least-squares line. The first 25 updates are drawn.',
      zh: '均方误差随截距 b 与斜率 w 的变化，及第一个种子的路径；叉为最小二乘直线。只画前 25 次更新。',
    },
    loss: {
      en: 'Below 2/λ the excess loss falls, beyond it grows',
      zh: '低于 2/λ 时多余损失下降，高于则增长',
    },
    lossCaption: {
      en: 'Mean squared error minus its least value, one line per seed. The floor is float32: about 1e-14.',
      zh: '均方误差减去最小值，每线一个种子。底部是 float32 的精度，约 1e-14。',
    },
    outliers: {
      en: 'Five outliers spoil the squared error, not the absolute one',
      zh: '五个离群点会破坏平方误差的结果，但不影响绝对误差',
    },
    outliersCaption: {
      en: 'Root mean square distance from the true line, one dot per seed. Without outliers MSE is the better one, if only a little.',
      zh: '到真实直线的均方根距离，每点一个种子。没有离群点时 MSE 略好。',
    },
    wells: {
      en: 'At a rate that settles the start decides the valley; beyond 2/λ of the sharp one nothing stays there',
      zh: '学习率合适时起点决定落入哪个山谷；超过尖谷的 2/λ 时，小球在尖谷里停不住',
    },
    wellsCaption: {
      en: 'Left: L(w) = w⁴/4 + w³/3 − w², sharp and deep at −2, flat at 1. Middle and right: where 20 starts of each seed are after the last update. Beyond the limit those near −2 still jump to and fro around it.',
      zh: '左：L(w) = w⁴/4 + w³/3 − w²，−2 处尖而深，1 处平缓。中、右：每个种子的 20 个起点在最后一次更新后的位置。超过界限时，−2 附近的小球仍在其两侧来回跳动。',
    },
    wellLoss: { en: 'The double well', zh: '双谷' },
    place: { en: 'w', zh: 'w' },
    wellHeight: { en: 'loss L(w)', zh: '损失 L(w)' },
    startOfW: { en: 'w at the start', zh: '起点 w' },
    endOfW: { en: 'w at the end', zh: '终点 w' },
    sharp: { en: 'sharp valley', zh: '尖谷' },
    flat: { en: 'flat valley', zh: '平谷' },
    hill: { en: 'hill', zh: '山丘' },
    intercept: { en: 'intercept b', zh: '截距 b' },
    slope: { en: 'slope w', zh: '斜率 w' },
    meanSquaredError: { en: 'mean squared error', zh: '均方误差' },
    excess: { en: 'excess loss', zh: '多余损失' },
    updates: { en: 'updates', zh: '更新次数' },
    lineError: { en: 'error of the line (RMS)', zh: '直线误差（均方根）' },
    lossAndData: { en: 'loss and data', zh: '损失与数据' },
    losses: { squared: { en: 'MSE', zh: 'MSE' }, absolute: { en: 'MAE', zh: 'MAE' } },
    columns: {
      squared: { en: 'MSE', zh: 'MSE' },
      absolute: { en: 'MAE', zh: 'MAE' },
      squaredOutliers: { en: 'MSE, outliers', zh: 'MSE，有离群点' },
      absoluteOutliers: { en: 'MAE, outliers', zh: 'MAE，有离群点' },
    },
    best: { en: 'least squares', zh: '最小二乘' },
  },
} as const;
