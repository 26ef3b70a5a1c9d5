/** The sentences of `batch-size`, in English and Chinese. */
export const text = {
  title: { en: 'Batch size: small against large', zh: '批量大小：小批量与大批量' },
  summary: {
    en: 'One net reads handwritten digits with batches of 1 to 1500 images. A large batch makes an epoch quick and its gradient quiet; a small one makes many more updates of the same data. What is left of the difference when updates are counted instead of epochs, and when the learning rate is scaled with the batch?',
    zh: '同一个网络用 1 到 1500 张图的批次学习手写数字。大批量让一个 epoch 跑得快、梯度更平稳；小批量用同样的数据做多得多次更新。若改为比较相同的更新次数，或让学习率随批量放大，差别还剩多少？',
  },
  arms: {
    small: { en: '20 images', zh: '20 张' },
    again: { en: '20 images, another order', zh: '20 张（另一种顺序）' },
    middle: { en: '100 images', zh: '100 张' },
    large: { en: '500 images', zh: '500 张' },
    one: { en: '1 image', zh: '1 张' },
    oneAgain: { en: '1 image, another order', zh: '1 张（另一种顺序）' },
    whole: { en: 'all 1500 images', zh: '全部 1500 张' },
    base: { en: '20 images, η small', zh: '20 张，小学习率 η' },
    unscaled: { en: '500 images, η', zh: '500 张，η' },
    rootScaled: { en: '500 images, 5 η', zh: '500 张，5 η' },
    scaled: { en: '500 images, 25 η, warm-up', zh: '500 张，25 η，预热' },
    atOnce: { en: '500 images, 25 η at once', zh: '500 张，25 η，不预热' },
  },
  claims: {
    'update-time-is-flat': {
      en: 'An update with 100 images takes less than twice as long as one with a single image',
      zh: '用 100 张图更新一次的时间，不到用 1 张图的两倍',
    },
    'epoch-is-faster': {
      en: 'An epoch in batches of 500 is at least ten times as fast as one image at a time',
      zh: '批量大小为 500 时，一个 epoch 至少比逐张训练快十倍',
    },
    'noise-falls-with-batch': {
      en: "The variance of a batch's gradient falls as 1/B (exponent between 0.9 and 1.1)",
      zh: '批次梯度的方差按 1/B 下降（指数在 0.9 与 1.1 之间）',
    },
    'small-wins-at-equal-epochs': {
      en: 'After as many epochs, small batches have at most half the training loss of large ones',
      zh: '相同 epoch 数后，小批量的训练损失至多是大批量的一半',
    },
    'small-wins-at-equal-updates': {
      en: 'After as many updates, too, small batches have the lower training loss (by a quarter)',
      zh: '相同更新次数后，小批量的训练损失同样更低（相差两成以上）',
    },
    'small-generalises-better': {
      en: 'Small batches read at least one point more of the test digits',
      zh: '小批量在测试集上的正确率至少高一个百分点',
    },
    'linear-scaling-closes-the-gap': {
      en: 'With 25 times the rate and a warm-up, batches 25 times as large end within a quarter of the small batch’s loss',
      zh: '批量放大 25 倍时，学习率也放大 25 倍并预热，损失与小批量相差不超过四分之一',
    },
  },
  measures: {
    lossAtEqualEpochs: { en: 'training loss after the epochs', zh: '相同 epoch 后的训练损失' },
    lossAtEqualUpdates: { en: 'training loss after the updates', zh: '相同更新次数后的训练损失' },
    accuracy: { en: 'test accuracy at the end', zh: '结束时的测试正确率' },
    variance: { en: 'variance of the gradient at the start', zh: '初始处的梯度方差' },
    noiseScale: { en: 'noise scale tr Σ / |G|² (rows)', zh: '噪声尺度 tr Σ / |G|²（样本数）' },
  },
  series: {
    time: { en: 'this device', zh: '本机' },
    variance: { en: 'a batch, at the initial weights', zh: '一个批次，在初始权重处' },
    epochs: { en: 'after equal epochs', zh: '相同 epoch 数' },
    updates: { en: 'after equal updates', zh: '相同更新次数' },
  },
  figures: {
    time: {
      en: 'An update hardly notices the batch; an epoch does',
      zh: '更新一次的时间几乎与批量大小无关，一个 epoch 的时间则大不相同',
    },
    timeCaption: {
      en: 'One thin line per seed, the median bold. An update costs a fixed amount for its calls and a share for its rows; where the second overtakes the first, the line bends upwards. On a GPU the knee lies further right.',
      zh: '每条细线是一个种子，粗线为中位数。一次更新有固定的调用开销，再加上与样本数成正比的部分；后者超过前者处，曲线开始上翘。在 GPU 上拐点更靠右。',
    },
    timeOfUpdate: { en: 'one update', zh: '一次更新' },
    timeOfEpoch: { en: 'one epoch of 1500 images', zh: '一个 epoch（1500 张）' },
    noise: {
      en: 'Twenty-five times the batch, a twenty-fifth of the noise',
      zh: '批量放大 25 倍，噪声方差缩小到 1/25',
    },
    noiseCaption: {
      en: 'The variance of the gradient of a batch around the mean gradient, summed over all weights, before training. On two log axes 1/B is a line of slope −1.',
      zh: '训练前，批次梯度围绕平均梯度的方差（对所有权重求和）。双对数坐标下，1/B 是斜率 −1 的直线。',
    },
    loss: {
      en: 'Small batches win per epoch, not per update',
      zh: '按 epoch 比，小批量赢；按更新次数比，则不然',
    },
    lossCaption: {
      en: 'Loss over all training images, each batch size at its best rate. After equal epochs a larger batch has made fewer updates; after equal updates it has seen more images. The two meet at the small batch.',
      zh: '对全部训练图像求的损失，每种批量大小用各自最好的学习率。epoch 数相同时，大批量更新得少；更新次数相同时，它看过的图像更多。两条线在小批量处相遇。',
    },
    accuracy: {
      en: 'At equal updates and tuned rates, large batches generalise as well',
      zh: '更新次数相同、学习率各自调好时，大批量的泛化并不更差',
    },
    accuracyCaption: {
      en: 'Test accuracy after as many updates, one dot per seed: another split, another start. Bars: 95 % interval of the mean.',
      zh: '相同更新次数后的测试正确率，每点一个种子（不同的划分与初始值）。竖线：均值的 95 % 区间。',
    },
    scaling: {
      en: 'Twenty-five times the batch wants twenty-five times the rate',
      zh: '批量放大 25 倍，学习率也要放大 25 倍',
    },
    scalingCaption: {
      en: 'Loss over all training images against epochs. With the rate of the small batch the large one hardly moves; the square-root rule goes half the way; the linear rule arrives, with and without warm-up.',
      zh: '对全部训练图像求的损失，横轴为 epoch。沿用小批量的学习率，大批量几乎不动；平方根规则只走一半；线性规则能赶上，预热与否差别不大。',
    },
    batchSize: { en: 'batch size B (images)', zh: '批量大小 B（张）' },
    milliseconds: { en: 'time (ms)', zh: '时间（毫秒）' },
    seconds: { en: 'time (s)', zh: '时间（秒）' },
    variance: { en: 'variance of the gradient', zh: '梯度方差' },
    trainLoss: { en: 'training cross-entropy (nats)', zh: '训练交叉熵（nat）' },
    testAccuracy: { en: 'test accuracy', zh: '测试正确率' },
    epochs: { en: 'epochs', zh: 'epoch' },
  },
} as const;
