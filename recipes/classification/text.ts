/** The sentences of `classification`, in English and Chinese. */
export const text = {
  title: { en: 'Classification: softmax and cross-entropy', zh: '分类:softmax 与交叉熵' },
  summary: {
    en: 'A class is not a number: numbered classes get an order that is not theirs. One output per class, softmax and cross-entropy are the cure, and cross-entropy has a slope where squared error is flat. A linear model and a net with one hidden layer then learn to read 8×8 handwritten digits.',
    zh: '类别不是数字:给类别编号会强加本不存在的顺序。每类一个输出、softmax 与交叉熵才是解法;在平方误差平坦之处,交叉熵仍有坡度。线性模型与单隐藏层网络由此学会识别 8×8 手写数字。',
  },
  arms: {
    linear: { en: 'linear model', zh: '线性模型' },
    linearAgain: { en: 'linear model, another start', zh: '线性模型(另一初始值)' },
    mlp: { en: 'net with a hidden layer', zh: '单隐藏层网络' },
    shuffled: { en: 'net, training labels shuffled', zh: '网络(训练标签打乱)' },
    number: { en: 'classes as numbers, worst numbering', zh: '类别作为数字(最差的编号)' },
    oneHot: { en: 'one-hot, squared error', zh: '独热编码,平方误差' },
    softmax: { en: 'one-hot, softmax and cross-entropy', zh: '独热编码,softmax 与交叉熵' },
    softmaxOfTwo: { en: 'softmax of two outputs', zh: '两个输出的 softmax' },
    sigmoid: { en: 'sigmoid, the same rate', zh: 'sigmoid,学习率相同' },
    sigmoidDoubled: { en: 'sigmoid, twice the rate', zh: 'sigmoid,学习率加倍' },
    cornerCrossEntropy: { en: 'cross-entropy from the corner', zh: '从角落出发,交叉熵' },
    cornerSquared: { en: 'squared error from the corner', zh: '从角落出发,平方误差' },
    cornerSquaredAdam: { en: 'squared error from the corner, Adam', zh: '从角落出发,平方误差,Adam' },
    slopesCrossEntropy: { en: 'slope by cross-entropy', zh: '用交叉熵估计斜率' },
    slopesSquared: { en: 'slope by squared error', zh: '用平方误差估计斜率' },
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
    'numbers-invent-an-order': {
      en: 'With classes as numbers the worst numbering reads at most half of three blobs on a line',
      zh: '把类别当作数字时,最差的编号至多读对直线上三团点的一半',
    },
    'one-hot-is-enough': {
      en: 'With one-hot labels and squared error a linear model reads at least 95 % of them',
      zh: '用独热标签与平方误差,线性模型至少读对 95 %',
    },
    'sigmoid-is-softmax-of-two': {
      en: 'A sigmoid at twice the rate gives the probabilities of a softmax of two, to 1e-5',
      zh: '学习率加倍的 sigmoid 与两类 softmax 给出相同的概率,误差在 1e-5 以内',
    },
    'cross-entropy-leaves-the-corner': {
      en: 'From the corner of the slide cross-entropy reaches the right class within 50 updates',
      zh: '从幻灯片的角落出发,交叉熵在 50 次更新内到达正确类别',
    },
    'adam-frees-squared-error': {
      en: 'With Adam at the same rate squared error leaves the corner within 50 updates too',
      zh: '学习率相同而改用 Adam,平方误差也能在 50 次更新内离开角落',
    },
    'cross-entropy-is-maximum-likelihood': {
      en: 'Slopes by cross-entropy scatter at most 1.15 times as much as the Cramér-Rao bound',
      zh: '用交叉熵得到的斜率,其均方误差不超过 Cramér-Rao 下界的 1.15 倍',
    },
  },
  measures: {
    accuracy: { en: 'test accuracy', zh: '测试正确率' },
    loss: { en: 'test cross-entropy', zh: '测试交叉熵' },
    updates: { en: 'updates to leave the corner', zh: '离开角落所需更新' },
    variance: { en: 'square error of the slope / bound', zh: '斜率均方误差 / 下界' },
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
      en: 'The hidden layer reads more of the test digits, on average over the splits',
      zh: '对各次划分取平均，有隐藏层时识别正确的测试数字更多',
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
    seed: { en: 'one seed', zh: '一个种子' },
    codings: {
      en: 'Numbers invent an order, one-hot with squared error hides the middle class, softmax reads all three',
      zh: '编号强加顺序,独热加平方误差会遮住中间类别,softmax 三类都能读对',
    },
    codingsCaption: {
      en: 'A linear model on three blobs at −3, 0 and 3, the first seed where lines are drawn. The class is the nearest number, or the highest line: that of the middle blob is never the highest under squared error.',
      zh: '线性模型面对位于 −3、0、3 的三团点;曲线取自第一个种子。类别由最近的编号或最高的曲线决定:在平方误差下,中间一团的曲线从不最高。',
    },
    read: { en: 'Read right', zh: '读对的比例' },
    asNumber: { en: 'As numbers', zh: '作为数字' },
    asOneHot: { en: 'One-hot, squared error', zh: '独热,平方误差' },
    asSoftmax: { en: 'Softmax, cross-entropy', zh: 'softmax,交叉熵' },
    place: { en: 'place on the line', zh: '在直线上的位置' },
    output: { en: 'output', zh: '输出' },
    probability: { en: 'probability', zh: '概率' },
    outputs: {
      seed: { en: 'one seed', zh: '一个种子' },
      number0: { en: 'numbered 0, 1, 2 along the line', zh: '沿直线编号 0、1、2' },
      number1: { en: 'numbered 0, 2, 1', zh: '编号 0、2、1' },
      output0: { en: 'left blob', zh: '左边一团' },
      output1: { en: 'middle blob', zh: '中间一团' },
      output2: { en: 'right blob', zh: '右边一团' },
    },
    cornerCross: {
      en: 'Cross-entropy slopes down all the way from the corner',
      zh: '从角落出发,交叉熵一路有坡度',
    },
    cornerCrossCaption: {
      en: 'The loss over y₁ and y₂ with y₃ = −1000; the first class is right. The path of the first seed, 30 updates of gradient descent at η = 1.',
      zh: '损失随 y₁ 与 y₂ 的变化,y₃ = −1000,第一类正确。第一个种子的路径:η = 1 的梯度下降,30 次更新。',
    },
    cornerSquared: {
      en: 'Squared error is flat in the corner: gradient descent stays, Adam leaves',
      zh: '平方误差在角落处平坦:梯度下降停留原地,Adam 能离开',
    },
    cornerSquaredCaption: {
      en: 'The same with the sum of squares of softmax(y) − ŷ. Both paths have η = 1 and 30 updates; that of gradient descent is a dot.',
      zh: '同上,损失为 softmax(y) − ŷ 的平方和。两条路径 η = 1、30 次更新;梯度下降的路径只是一个点。',
    },
    y1: { en: 'y₁, logit of the right class', zh: 'y₁,正确类别的 logit' },
    y2: { en: 'logit of class 2, y₂', zh: 'y₂，第二类的 logit' },
    crossEntropy: { en: 'cross-entropy (nats)', zh: '交叉熵(nat)' },
    squaredError: { en: 'squared error', zh: '平方误差' },
    right: { en: 'right', zh: '正确' },
    slopes: {
      en: 'Cross-entropy estimates a slope about as well as any method can; squared error does worse',
      zh: '交叉熵对斜率的估计几乎达到任何方法的极限;平方误差较差',
    },
    slopesCaption: {
      en: 'Mean square error of 100 estimates, each from 500 labels, divided by the Cramér-Rao bound. One dot per seed, with the mean and its 95 % interval.',
      zh: '100 个估计(各由 500 个标签得到)的均方误差除以 Cramér-Rao 下界。每点一个种子,并给出均值及其 95 % 区间。',
    },
    variance: { en: 'mean square error / bound', zh: '均方误差 / 下界' },
    bound: { en: 'Cramér-Rao bound', zh: 'Cramér-Rao 下界' },
  },
} as const;
