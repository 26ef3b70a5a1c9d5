/** The sentences of `classification`, in English and Chinese. */
export const text = {
  title: { en: 'Classification: softmax and cross-entropy', zh: '分类:softmax 与交叉熵' },
  summary: {
    en: 'A linear model and a net with one hidden layer learn to read 8×8 handwritten digits. Both give one number per class, softmax turns the ten numbers into probabilities, and cross-entropy asks for the right one to be large.',
    zh: '线性模型与单隐藏层网络学习识别 8×8 手写数字。两者对每个类别各输出一个数,softmax 把这十个数变成概率,交叉熵要求正确类别的概率大。',
  },
  arms: {
    linear: { en: 'linear model', zh: '线性模型' },
    linearAgain: { en: 'linear model, another start', zh: '线性模型(另一初始值)' },
    mlp: { en: 'net with a hidden layer', zh: '单隐藏层网络' },
    shuffled: { en: 'net, training labels shuffled', zh: '网络(训练标签打乱)' },
  },
  claims: {
    'net-reads-digits': {
      en: 'The net with a hidden layer reads at least 96 % of unseen digits',
      zh: '单隐藏层网络对未见数字的正确率至少 96 %',
    },
    'linear-reads-digits': {
      en: 'The linear model reads at least 93 % of unseen digits',
      zh: '线性模型对未见数字的正确率至少 93 %',
    },
    'hidden-layer-helps': {
      en: 'The hidden layer reads at least half a point more than the linear model, seed by seed',
      zh: '逐个种子比较,隐藏层比线性模型至少高半个百分点',
    },
  },
  measures: {
    accuracy: { en: 'test accuracy', zh: '测试正确率' },
    loss: { en: 'test cross-entropy', zh: '测试交叉熵' },
  },
  figures: {
    learning: {
      en: 'Cross-entropy on held-out digits falls fast, and further with a hidden layer',
      zh: '验证集上的交叉熵下降很快,有隐藏层时降得更低',
    },
    learningCaption: {
      en: 'One thin line per seed, the median bold. The net that was given shuffled labels never gets below ln 10, the loss of guessing.',
      zh: '每条细线是一个种子,粗线为中位数。标签被打乱的网络始终不低于 ln 10,即乱猜的损失。',
    },
    accuracy: {
      en: 'The hidden layer reads more of the test digits in nearly every split',
      zh: '几乎每次划分中,隐藏层都读对更多测试数字',
    },
    accuracyCaption: {
      en: 'One dot per seed: another split and another start. Bars: 95 % interval of the mean.',
      zh: '每点一个种子(不同的划分与初始值)。竖线:均值的 95 % 区间。',
    },
    guessing: { en: 'guessing, ln 10', zh: '乱猜,ln 10' },
    updates: { en: 'updates', zh: '更新次数' },
    validationLoss: { en: 'validation cross-entropy (nats)', zh: '验证交叉熵(nat)' },
    testAccuracy: { en: 'test accuracy', zh: '测试正确率' },
    model: { en: 'model', zh: '模型' },
  },
} as const;
