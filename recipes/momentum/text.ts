/** The sentences of `momentum`, in English and Chinese. */
export const text = {
  title: { en: 'Momentum: every past gradient still pushes', zh: '动量：过去的每个梯度仍在推动' },
  summary: {
    en: 'A ball with momentum moves by the weighted sum of all past gradients. It passes a bump at which gradient descent stops at the same rate and at ten times the rate. It crosses a plateau on which gradient descent is too slow at the same rate and cannot settle behind it at ten times the rate; two to six times the rate do it too. In a narrow valley it needs √κ instead of κ updates. It does not pass every bump, and heavy ball can circle for ever where Nesterov settles.',
    zh: '带动量的小球按过去所有梯度的加权和移动。它能越过小坡，而梯度下降用同样的学习率或放大十倍的学习率都停在坡前。它也能穿过平坦区：梯度下降用同样的学习率太慢，放大十倍又无法在后面的山谷里停下，放大两到六倍时则同样可以。在狭窄山谷中，它只需 √κ 次更新，而不是 κ 次。但它并不能越过任意高的坡；重球法还可能永远循环，而 Nesterov 动量会停下来。',
  },
  arms: {
    plain: { en: 'GD', zh: '梯度下降' },
    tenfold: { en: 'GD, η/(1 − λ)', zh: '梯度下降，η/(1 − λ)' },
    momentum: { en: 'momentum (heavy ball)', zh: '动量（重球法）' },
    nesterov: { en: 'Nesterov', zh: 'Nesterov 动量' },
  },
  claims: {
    'passes-the-bump': {
      en: 'Momentum carries at least 90 % of the balls past a bump of height 0.15, at which gradient descent stops at the same and at ten times the rate',
      zh: '动量使至少 90 % 的小球越过高 0.15 的坡，而梯度下降用同样的或放大十倍的学习率都会停在坡前',
    },
    'passes-any-bump': {
      en: 'Momentum carries at least 90 % of the balls past a bump of height 0.5 as well',
      zh: '动量也能使至少 90 % 的小球越过高 0.5 的坡',
    },
    'crosses-the-plateau': {
      en: 'Momentum brings at least 90 % of the balls over the plateau and to rest in the valley behind it',
      zh: '动量使至少 90 % 的小球穿过平坦区并停在后面的山谷里',
    },
    'root-of-the-condition-number': {
      en: 'The updates that momentum needs grow with the square root of the condition number: exponent 0.4 to 0.6',
      zh: '动量所需的更新次数随条件数的平方根增长：指数在 0.4 到 0.6 之间',
    },
    'nesterov-settles-where-heavy-ball-cycles': {
      en: 'On the bent bowl at least 99 % of the balls come to rest with Nesterov’s momentum, with heavy ball only about nine in ten',
      zh: '在弯折的碗里，用 Nesterov 动量时至少 99 % 的小球会停下，用重球法时只有大约九成',
    },
    'faster-with-the-full-batch': {
      en: 'With the full batch, momentum brings the net’s loss to less than a third of what gradient descent reaches at its own best rate',
      zh: '用全批量训练时，动量把网络的损失降到梯度下降（用其最佳学习率）所达损失的三分之一以下',
    },
    'faster-with-small-batches': {
      en: 'With batches of 10, momentum lowers the net’s loss by a fifth or more against gradient descent at its own best rate',
      zh: '批量大小为 10 时，动量使网络损失比用最佳学习率的梯度下降至少低五分之一',
    },
  },
  measures: {
    arrived: { en: 'balls at rest behind the plateau (share)', zh: '停在平坦区后山谷里的小球（占比）' },
    settled: { en: 'balls at rest in the bent bowl (share)', zh: '停在弯折碗底的小球（占比）' },
    exponent: { en: 'p of updates ~ κᵖ', zh: '更新次数 ~ κᵖ 中的 p' },
    unlikeTheSum: {
      en: 'movement minus −η Σ λᵗ⁻ᵏ gₖ, as a share of the largest movement',
      zh: '移动量与 −η Σ λᵗ⁻ᵏ gₖ 之差（占最大移动量的比例）',
    },
    fullBatchLoss: { en: 'cross-entropy of the net, full batch', zh: '网络交叉熵，全批量' },
    smallBatchLoss: { en: 'cross-entropy of the net, batches of 10', zh: '网络交叉熵，批量大小 10' },
  },
  figures: {
    terrain: {
      en: 'Momentum passes a low bump and a plateau, but not a high bump',
      zh: '动量能越过低坡、穿过平坦区，但越不过高坡',
    },
    terrainCaption: {
      en: 'Left and right: the first ball of the first seed, drawn where it is after each update. Middle: the share of the balls that end within 0.1 of the minimum at 0, one line per seed. The right panel shows only the last stretch: gradient descent at the same rate is still further out, and at the larger rate it jumps to and fro across the minimum.',
      zh: '左、右：第一个种子的第一个小球在每次更新后的位置。中：最终离最小点 0 不到 0.1 的小球占比，每线一个种子。右图只画最后一段：梯度下降用同样的学习率时还在更远处，用放大的学习率时则在最小点两侧来回跳动。',
    },
    ball: { en: 'At a bump of height 0.15', zh: '遇到高 0.15 的坡' },
    passed: { en: 'Balls that pass', zh: '越过坡的小球' },
    plateau: { en: 'Behind the plateau', zh: '穿过平坦区之后' },
    place: { en: 'place x of the ball', zh: '小球位置 x' },
    bumpTop: { en: 'top of the bump', zh: '坡顶' },
    valleyEdge: { en: 'edge of the valley', zh: '山谷边缘' },
    height: { en: 'height A of the bump', zh: '坡高 A' },
    share: { en: 'share that passes', zh: '越过的占比' },
    sum: {
      en: 'The gradients of the way up the bump push back; the older ones together push the ball over the top',
      zh: '上坡途中的梯度往回推，更早的梯度合起来把小球推过坡顶',
    },
    sumCaption: {
      en: 'The movement in which the first ball passes the top, taken apart: what each past gradient adds with momentum, −η λᵗ⁻ᵏ gₖ, and what the same gradient would move plain gradient descent in its own update, −η gₖ. Below 0 is forward, towards the minimum; at the very top the slope of the bowl wins again, so the last gradient can point forward.',
      zh: '把第一个小球越过坡顶的那次移动拆开：有动量时每个过去梯度的贡献 −η λᵗ⁻ᵏ gₖ，以及同一梯度在普通梯度下降中引起的移动 −η gₖ。0 以下为前进，即朝最小点方向；在坡顶处碗的坡度重新占优，所以最后一个梯度可能指向前方。',
    },
    gradientOf: { en: 'update k of the gradient', zh: '梯度所属的更新 k' },
    push: { en: 'what it adds to x', zh: '对 x 的贡献' },
    noPush: { en: 'no push', zh: '无推动' },
    parts: {
      plain: { en: 'the gradient alone, −η gₖ', zh: '梯度本身，−η gₖ' },
      momentum: { en: 'its part of this movement, −η λᵗ⁻ᵏ gₖ', zh: '它在本次移动中的份额，−η λᵗ⁻ᵏ gₖ' },
    },
    valley: {
      en: 'In a narrow valley momentum is at the minimum when gradient descent has a quarter of the way left',
      zh: '在狭窄山谷里，动量已到最小点时，梯度下降还剩四分之一的路程',
    },
    valleyCaption: {
      en: 'L(x, y) = x²/(2κ) + y²/2 with κ = 30; the first 40 updates of the first seed, each rule with the best rate and momentum for this κ. Gradient descent and heavy ball zigzag, and all arrive in the end; what differs is when. The second cross is gradient descent after 20 updates: momentum, for all its wider swings, is at the minimum by then.',
      zh: 'L(x, y) = x²/(2κ) + y²/2，κ = 30；第一个种子的前 40 次更新，每种方法都用此 κ 下最佳的学习率与动量。梯度下降与重球法都来回折返，最后三者都到达，差别在于快慢。第二个叉是梯度下降在 20 次更新后的位置：动量虽然摆幅更大，此时已到达最小点。',
    },
    flat: { en: 'x, the flat direction', zh: 'x，平缓方向' },
    steep: { en: 'y, the steep direction', zh: 'y，陡峭方向' },
    loss: { en: 'loss', zh: '损失' },
    minimum: { en: 'minimum', zh: '最小点' },
    descentLate: { en: 'GD, 20 updates', zh: '梯度下降，20 次更新' },
    rates: {
      en: 'Ten times narrower costs gradient descent ten times the updates, momentum about three; but heavy ball can cycle',
      zh: '山谷窄十倍，梯度下降要多花十倍更新，动量约三倍；但重球法可能循环',
    },
    ratesCaption: {
      en: 'Left: updates until the distance stays below a millionth of the start’s, both axes logarithmic, one line per seed. Right: the bent bowl of Lessard, Recht and Packard from x = 3.3: heavy ball goes round for ever.',
      zh: '左：距离保持在起点百万分之一以下所需的更新次数，双对数坐标，每线一个种子。右：Lessard、Recht 与 Packard 的弯折碗，起点 x = 3.3，重球法永远循环。',
    },
    needed: { en: 'Updates needed', zh: '所需更新次数' },
    condition: { en: 'condition number κ', zh: '条件数 κ' },
    updatesNeeded: { en: 'updates to a millionth', zh: '降到百万分之一的更新次数' },
    cycle: { en: 'In the bent bowl', zh: '在弯折的碗里' },
    net: {
      en: 'In a net momentum gains most with the full batch; with small batches the gain is smaller and scatters',
      zh: '在网络中，动量在全批量时收益最大；小批量时收益较小，且随种子波动',
    },
    netCaption: {
      en: '400 digits, 64-32-10 tanh, one line or dot per seed; bars: 95 % interval of the mean. GD runs at its own best rate (1.0), momentum at 0.3 (full batch) and 0.1 (batches of 10).',
      zh: '400 张数字图像，64-32-10 tanh 网络，每线或每点一个种子；竖线：均值的 95 % 区间。梯度下降用其最佳学习率 1.0，动量用 0.3（全批量）与 0.1（批量大小 10）。',
    },
    fullBatch: { en: 'Full batch', zh: '全批量' },
    smallBatch: { en: 'Batches of 10', zh: '批量大小 10' },
    crossEntropy: { en: 'training cross-entropy (nats)', zh: '训练交叉熵（nat）' },
    lossAfter: { en: 'cross-entropy at the end (nats)', zh: '结束时的交叉熵（nat）' },
    rule: { en: 'rule', zh: '方法' },
    updates: { en: 'updates', zh: '更新次数' },
  },
} as const;
