/** The sentences of `adaptive-learning-rate`, in English and Chinese. */
export const text = {
  title: { en: 'Adaptive learning rates, decay and warm-up', zh: '自适应学习率、衰减与预热' },
  summary: {
    en: 'Training can be stuck where the gradient is large: it bounces. One learning rate does not fit all parameters, so Adagrad, RMSProp and Adam give each its own, by the size of its past gradients. That has prices: it explodes late unless the rate decays, it helps only along the axes, and what it divides by is uncertain in the first updates. When is a warm-up needed?',
    zh: '训练卡住时梯度未必小：参数可能在山谷两壁间来回震荡。同一个学习率不适合所有参数，于是 Adagrad、RMSProp 与 Adam 按过去梯度的大小给每个参数自己的学习率。这也有代价：学习率不衰减就会很晚才爆炸；只在山谷沿坐标轴时有用；最初几步的分母很不可靠。什么时候才需要预热？',
  },
  arms: {
    stuck: { en: 'large rate, then a tenth', zh: '大学习率，之后降为十分之一' },
    settled: { en: 'rate 1.5, then a tenth', zh: '学习率 1.5，之后降为十分之一' },
    gd: { en: 'gradient descent', zh: '梯度下降' },
    adagradMean: { en: 'Adagrad of the lecture (mean)', zh: '课程的 Adagrad（平均）' },
    adagradSum: { en: 'Adagrad (sum)', zh: 'Adagrad（求和）' },
    rmsProp: { en: 'RMSProp', zh: 'RMSProp' },
    adam: { en: 'Adam', zh: 'Adam' },
    atOnce: { en: 'momentum, large rate at once', zh: '动量，一开始就用大学习率' },
    warmedUp: { en: 'momentum, small rate first', zh: '动量，先用小学习率' },
    adamAtOnce: { en: 'Adam at once', zh: 'Adam，不预热' },
    radamAtOnce: { en: 'RAdam at once', zh: 'RAdam，不预热' },
    longMemory: { en: 'Adam’s β₂: long memory', zh: 'Adam 的 β₂：长记忆' },
    shortMemory: { en: 'β₂ = 0.9: short memory', zh: 'β₂ = 0.9：短记忆' },
  },
  rectified: { en: 'long memory, times RAdam’s r²', zh: '长记忆，乘以 RAdam 的 r²' },
  schedules: {
    cosine: { en: 'warm-up, then cosine', zh: '预热后余弦衰减' },
    transformer: { en: 'Transformer (Vaswani et al. 2017)', zh: 'Transformer（Vaswani 等 2017）' },
    inverseRoot: { en: '1/√(t + 1)', zh: '1/√(t + 1)' },
    residual: { en: 'residual net (He et al. 2015)', zh: '残差网络（He 等 2015）' },
  },
  claims: {
    'stuck-on-a-steep-slope': {
      en: 'Where the loss no longer falls, the slope is 0.8 or more: stuck, and not at a critical point',
      zh: '损失不再下降时，梯度长度仍在 0.8 以上：卡住了，但不在临界点',
    },
    'own-rates-cross-the-valley': {
      en: 'In a valley along the axes (κ = 10⁴), a rate for each parameter leaves at most a tenth of the way after 500 updates',
      zh: '山谷沿坐标轴（κ = 10⁴）时，每个参数有自己的学习率，500 次更新后剩下的路不到十分之一',
    },
    'own-rates-cross-the-turned-valley': {
      en: 'In the same valley turned by 45°, too, Adam leaves at most a tenth of the way',
      zh: '把同一山谷转 45°，Adam 剩下的路同样不到十分之一',
    },
    'explodes-late': {
      en: 'After a long flat stretch the lecture’s Adagrad flies off (9 of 10 balls); with a rate that decays as 1/√t none does',
      zh: '在平坦区走了很久之后，课程的 Adagrad 会让球飞出（十个里至少九个）；学习率按 1/√t 衰减则不会',
    },
    'deep-net-needs-warm-up': {
      en: 'A deep residual net trains at the large rate if a small one goes first (6 of 10 starts or more)',
      zh: '深层残差网络先用小学习率、再用大学习率，就能训练（至少六成的初始值）',
    },
    'radam-needs-no-warm-up': {
      en: 'RAdam trains the same net without warm-up, at the rate at which Adam does',
      zh: 'RAdam 不需预热，用 Adam 能用的学习率就能训练同一个网络',
    },
    'adaptive-rate-is-wild-at-first': {
      en: 'The variance of Adam’s adaptive rate falls at least fivefold from update 10 to update 100',
      zh: '从第 10 次到第 100 次更新，Adam 自适应学习率的方差至少缩小到五分之一',
    },
  },
  measures: {
    slopeWhenStuck: { en: 'slope at update 300', zh: '第 300 次更新处的梯度长度' },
    lossWhenStuck: { en: 'loss at update 300', zh: '第 300 次更新处的损失' },
    lossAtLast: { en: 'loss after the smaller rate', zh: '换小学习率之后的损失' },
    straight: { en: 'way left, valley along the axes', zh: '剩下的路（山谷沿坐标轴）' },
    turned: { en: 'way left, valley at 45°', zh: '剩下的路（山谷转 45°）' },
    explosions: {
      en: 'share of balls that come to rest and then fly off',
      zh: '飞出的球所占比例（先静止、后飞出）',
    },
    plateauLeft: { en: 'plateau left (share)', zh: '平坦区剩下的路（比例）' },
    trained: { en: 'deep net trained', zh: '深层网络训练成功' },
    updates: { en: 'updates made', zh: '完成的更新次数' },
    fallsBy: { en: 'variance at 10 / at 100', zh: '方差之比（第 10 步 / 第 100 步）' },
  },
  figures: {
    bouncing: {
      en: 'Stuck with a large gradient: the ball bounces between two walls',
      zh: '卡住时梯度很大：参数在两壁之间来回震荡',
    },
    bouncingCaption: {
      en: 'A canyon with slopes up to 1. At the large rate the ball jumps from wall to wall; theory gives the height and the slope of that orbit. After update 300 the rate is a tenth, and the loss falls: it was no critical point.',
      zh: '峡谷的坡度最大为 1。学习率大时参数在两壁间跳动，轨道的损失与坡度可由理论算出。第 300 次更新后学习率降为十分之一，损失随即下降：原来那里并非临界点。',
    },
    valley: {
      en: 'A rate for each parameter helps the less, the more the valley is turned; not at 45°',
      zh: '山谷转得越多，每个参数各有学习率就越帮不上忙；转 45° 时毫无帮助',
    },
    valleyCaption: {
      en: 'How near 500 updates come to the minimum of a valley with κ = 10 000, as a share of the way (at least 10⁻⁶), one dot per seed, by the angle of the valley. Each optimizer at a rate tuned for the turned valleys.',
      zh: '山谷的 κ = 10 000，500 次更新内离最低点最近时剩下的路（最小画作 10⁻⁶），每点一个种子，横轴为山谷转过的角度。各优化器的学习率都针对转动后的山谷调过。',
    },
    plateau: {
      en: 'After a long flat stretch the step across grows, until the ball flies up the side',
      zh: '在平坦区走了很久之后，陡峭方向的步子变大，最后飞上谷壁',
    },
    plateauCaption: {
      en: 'The paths of one ball over the plateau, 160 updates. Across, its gradient has been tiny for long; the mean of its squares shrinks, and the step is divided by its root.',
      zh: '一个球在平坦区走 160 次更新的路径。陡峭方向的梯度长期很小，平方的平均不断缩小，而步长要除以它的平方根。',
    },
    explosion: {
      en: 'The ball flies off once the rate of the steep direction passes 2; a decaying rate never gets there',
      zh: '陡峭方向的学习率超过 2，球就会飞出；衰减的学习率到不了那里',
    },
    explosionCaption: {
      en: 'Left: the distance from the valley floor, one line for each of three seeds. Right: the rate that this direction really has, η/σ times its curvature; above 2 every update makes the distance larger. The sum form of Adagrad is the mean form with a rate that decays as 1/√(t + 1).',
      zh: '左：离谷底的距离，三个种子各一条线。右：该方向实际的学习率 η/σ 乘以曲率；超过 2 时每次更新都使距离变大。求和形式的 Adagrad 就是平均形式加上按 1/√(t + 1) 衰减的学习率。',
    },
    net: {
      en: 'A residual net of 34 layers: momentum needs a warm-up, Adam does not, RAdam fails',
      zh: '34 层残差网络：动量法需要预热，Adam 不需要，RAdam 反而失败',
    },
    netCaption: {
      en: 'Loss of each batch, one line per start; a line that ends has left the finite numbers. Beside it the shapes of some schedules, each with its peak at 1.',
      zh: '每个批次的损失，每条线一个初始值；线中断表示数值溢出。旁边是几种学习率调度的形状，峰值都画作 1。',
    },
    variance: {
      en: 'In its first updates Adam divides by a guess',
      zh: '最初几次更新里，Adam 的分母只是粗略的猜测',
    },
    varianceCaption: {
      en: 'The variance of 1/√v̂ over 1000 streams of gradients that are noise alone, one line per seed. RAdam multiplies the step by r, which makes the variance even from the start.',
      zh: '1000 条纯噪声梯度序列上 1/√v̂ 的方差，每条线一个种子。RAdam 把步长乘以 r，使方差从一开始就保持平稳。',
    },
    updates: { en: 'updates', zh: '更新次数' },
    lossStands: { en: 'The loss stands still', zh: '损失停住不动' },
    slopeStays: { en: 'The gradient does not shrink', zh: '梯度并未变小' },
    fliesOff: { en: 'It comes to rest, and flies off', zh: '先静止，后飞出' },
    rateGrows: { en: 'Its own rate has grown', zh: '它的学习率变大了' },
    starts: { en: 'Training from each start', zh: '各初始值的训练' },
    shapes: { en: 'Shapes of schedules', zh: '学习率调度的形状' },
    loss: { en: 'loss', zh: '损失' },
    slope: { en: 'length of the gradient', zh: '梯度长度' },
    orbitLoss: { en: 'η/2 − 1', zh: 'η/2 − 1' },
    orbitSlope: { en: '√(1 − 4/η²)', zh: '√(1 − 4/η²)' },
    angle: { en: 'angle of the valley', zh: '山谷转过的角度' },
    nearest: { en: 'way left (share)', zh: '剩下的路（比例）' },
    flat: { en: 'flat direction a', zh: '平坦方向 a' },
    steep: { en: 'steep direction b', zh: '陡峭方向 b' },
    height: { en: 'distance from the floor |b|', zh: '离谷底的距离 |b|' },
    ownRate: { en: 'η/σ × curvature', zh: 'η/σ × 曲率' },
    stable: { en: 'limit of stability, 2', zh: '稳定界限 2' },
    netLoss: { en: 'training cross-entropy (nats)', zh: '训练交叉熵（nat）' },
    guessing: { en: 'guessing, ln 10', zh: '乱猜，ln 10' },
    rate: { en: 'learning rate (peak = 1)', zh: '学习率（峰值 = 1）' },
    varianceOfRate: { en: 'variance of 1/√v̂', zh: '1/√v̂ 的方差' },
  },
} as const;
