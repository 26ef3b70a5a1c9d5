"""Losses of PyTorch: the loss of each example, the gradient of their sum, and the mean; in float64 from float32 inputs."""

import torch
import torch.nn.functional as F

CLASS_WEIGHTS = [0.5, 1.0, 3.0]
INDICES = [2, 0, 1, 1]
SOFT = [[0.7, 0.2, 0.1], [0.0, 1.0, 0.0], [0.25, 0.25, 0.5], [0.1, 0.0, 0.9]]
FAR = [[-10.0, 10.0, -1000.0], [1000.0, 0.0, -3.0], [0.0, 1000.0, 1000.0]]


def generate():
    generator = torch.Generator().manual_seed(0)
    draw = lambda *shape: (2 * torch.randn(*shape, generator=generator)).tolist()
    rows, positions_last, positions_first = draw(4, 3), draw(2, 3, 2), draw(2, 2, 3)
    index_positions = [[2, 0], [1, 2]]
    soft_first = [[SOFT[0], SOFT[1]], [SOFT[2], SOFT[3]]]
    soft_last = torch.tensor(soft_first).transpose(1, 2).tolist()
    cases = []

    def add(loss, options, predictions, targets, function, mean=None):
        cases.append(case(loss, options, predictions, targets, function, mean))

    # Cross-entropy
    for smoothing in [0.0, 0.1, 0.3]:
        for weights in [None, CLASS_WEIGHTS]:
            options = named(labelSmoothing=smoothing or None, classWeights=weights)
            entropy = cross_entropy(smoothing, weights)
            for targets in [INDICES, one_hot(INDICES), SOFT]:
                add("crossEntropy", options, rows, targets, *entropy)
            for axis, predictions, soft in [(1, positions_last, soft_last), (-1, positions_first, soft_first)]:
                for targets in [index_positions, soft]:
                    add("crossEntropy", {**options, "axis": axis}, predictions, targets, *classes_second(entropy, axis))
    for targets in [[2, 1, 0], SOFT[:3]]:
        add("crossEntropy", {}, FAR, targets, *cross_entropy(0.0, None))

    # Negative log-likelihood, of log-probabilities
    for weights in [None, CLASS_WEIGHTS]:
        likelihood = nll(weights)
        add("negativeLogLikelihood", named(classWeights=weights), log_softmax(rows, 1), INDICES, *likelihood)
        predictions = log_softmax(positions_last, 1)
        add("negativeLogLikelihood", named(classWeights=weights, axis=1), predictions, index_positions, *likelihood)
    add("negativeLogLikelihood", {}, log_softmax(FAR, 1), [2, 1, 0], *nll(None))

    # Kullback-Leibler divergence
    for predictions, targets in [(rows, SOFT), (log_softmax(rows, 1), SOFT), (rows, one_hot(INDICES)), (FAR, SOFT[:3])]:
        add("klDivergence", {}, predictions, targets, kl, lambda z, t: F.kl_div(z.log_softmax(-1), t, reduction="batchmean"))
    add("klDivergence", {}, positions_first, soft_first, kl)

    # Binary cross-entropy
    for weight in [None, 2.5, [0.5, 1.0, 3.0]]:
        options = named(positiveWeight=weight)
        for predictions, targets in [(rows, one_hot(INDICES)), (rows, SOFT), (FAR, SOFT[:3]), (FAR, one_hot([2, 1, 1]))]:
            add("binaryCrossEntropy", options, predictions, targets, *binary(weight))
    add("binaryCrossEntropy", {}, [row[:1] for row in rows], [0, 1, 1, 0], *binary(None))
    add("binaryCrossEntropy", {}, [[0.0, 0.0]], [[0.0, 1.0]], *binary(None))

    # Hinge
    signs = [[1.0, -1.0, 1.0], [-1.0, -1.0, 1.0], [1.0, 1.0, 1.0], [-1.0, 1.0, -1.0]]
    for predictions, targets in [(rows, signs), (FAR, signs[:3])]:
        add("hinge", {}, predictions, targets, lambda y, t: F.relu(1 - t * y).mean(1))
    for predictions, targets in [(rows, INDICES), (FAR, [2, 1, 0]), ([[0.5, 1.5, -0.5]], [1])]:
        function = lambda y, t: F.multi_margin_loss(y, t, reduction="none")
        add("hinge", {}, predictions, targets, function, F.multi_margin_loss)

    # Regression
    others = draw(4, 3)
    others[0][0] = rows[0][0]
    each = lambda function: (lambda y, t: function(y, t, reduction="none").flatten(1).mean(1), function)
    for predictions, targets in [(rows, others), (positions_last, positions_first_like(positions_last)), (FAR, rows[:3])]:
        add("squaredError", {}, predictions, targets, *each(F.mse_loss))
        add("absoluteError", {}, predictions, targets, *each(F.l1_loss))
        for delta in [None, 0.25, 2.0]:
            huber = lambda y, t, delta=delta or 1.0, **how: F.huber_loss(y, t, delta=delta, **how)
            add("huber", named(delta=delta), predictions, targets, *each(huber))
    add("huber", {}, [[1.0, -1.0, 0.0]], [[0.0, 0.0, 0.0]], *each(F.huber_loss))
    return {"cases": cases}


def case(loss, options, predictions, targets, function, mean):
    outputs = torch.tensor(predictions).double().requires_grad_()
    labels = torch.tensor(targets)
    exact = labels.double() if labels.is_floating_point() or loss == "binaryCrossEntropy" else labels
    if exact.dim() == 1 and exact.is_floating_point():
        exact = exact.unsqueeze(1)
    values = function(outputs, exact)
    values.sum().backward()
    result = {
        "loss": loss,
        "options": options,
        "shape": list(outputs.shape),
        "predictions": digits(torch.tensor(predictions)),
        "targets": {"shape": list(labels.shape), "values": digits(labels)},
        "perExample": digits(values),
        "gradient": digits(outputs.grad),
    }
    return result if mean is None else {**result, "mean": digits(mean(outputs, exact))[0]}


def cross_entropy(smoothing, weights):
    options = {"label_smoothing": smoothing, "weight": weights and torch.tensor(weights).double()}
    mean = lambda z, t: F.cross_entropy(z, t, **options)
    return lambda z, t: over_positions(F.cross_entropy(z, t, reduction="none", **options)), mean


def nll(weights):
    options = {"weight": weights and torch.tensor(weights).double()}
    mean = lambda z, t: F.nll_loss(z, t, **options)
    return lambda z, t: over_positions(F.nll_loss(z, t, reduction="none", **options)), mean


def kl(z, t):
    return over_positions(F.kl_div(z.log_softmax(-1), t, reduction="none").sum(-1))


def binary(weight):
    options = {"pos_weight": None if weight is None else torch.tensor(weight).double()}
    mean = lambda z, t: F.binary_cross_entropy_with_logits(z, t, **options)
    return lambda z, t: F.binary_cross_entropy_with_logits(z, t, reduction="none", **options).mean(1), mean


def classes_second(functions, axis):
    """The functions on classes along `axis`: PyTorch wants them on axis 1."""
    move = lambda tensor: tensor.movedim(axis, 1) if tensor.is_floating_point() else tensor
    return [lambda z, t, function=function: function(move(z), move(t)) for function in functions]


def over_positions(values):
    return values.flatten(1).mean(1) if values.dim() > 1 else values


def positions_first_like(values):
    return (torch.tensor(values).flip(0) * 0.5).tolist()


def log_softmax(values, axis):
    return torch.tensor(values).log_softmax(axis).tolist()


def one_hot(indices):
    return F.one_hot(torch.tensor(indices), 3).float().tolist()


def named(**options):
    return {name: value for name, value in options.items() if value is not None}


def digits(tensor):
    """9 significant digits keep a float32; integers stay integers."""
    return [float(f"{value:.9g}") if isinstance(value, float) else value for value in tensor.detach().flatten().tolist()]
