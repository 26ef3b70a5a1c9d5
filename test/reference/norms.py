"""PyTorch's norms: outputs, gradients and running statistics in float64 from float32 inputs, channels moved to the last axis; and a training of a net with two of them in float32."""

import numpy
import torch

SHAPES = {2: (5, 8), 3: (3, 5, 4), 4: (2, 3, 2, 4), 5: (2, 2, 3, 2, 4)}
BATCH = {2: torch.nn.BatchNorm1d, 3: torch.nn.BatchNorm1d, 4: torch.nn.BatchNorm2d, 5: torch.nn.BatchNorm3d}
INSTANCE = {3: torch.nn.InstanceNorm1d, 4: torch.nn.InstanceNorm2d, 5: torch.nn.InstanceNorm3d}
LOSS_STEPS = [0, 1, 2, 5, 10, 20, 40]
SNAPSHOTS = [1, 2, 5, 10, 40]


def generate():
    draw = torch.Generator().manual_seed(5)
    normal = lambda *shape: torch.randn(shape, generator=draw).round(decimals=4)
    each = lambda values, shape: torch.tensor(values).repeat(shape[-1] // 4)
    spread, offset = [1.0, 0.5, 2.0, 0.1], [0.0, 3.0, -1.0, 0.5]
    inputs = lambda shape: (normal(*shape) * each(spread, shape) + each(offset, shape)).round(decimals=4)
    cases = []

    def add(layer, options, shape, torch_norm, scale_shape=None):
        affine = options.get("affine", layer != "instance")
        scale_shape = scale_shape or shape[-1:]
        weights = [1 + 0.3 * normal(*scale_shape), normal(*scale_shape)] if affine else []
        x, slope = inputs(shape), normal(*shape)
        cases.append(case(layer, options, torch_norm.double(), x, slope, weights))

    for rank, shape in SHAPES.items():
        channels = shape[-1]
        for options in [{}, {"affine": False}, {"epsilon": 0.01, "momentum": 0.3}, {"momentum": "cumulative", "affine": False}]:
            add("batch", options, shape, BATCH[rank](channels, **torch_options(options)))
        for options in [{}, {"affine": False}, {"epsilon": 0.01}]:
            add("layer", options, shape, torch.nn.LayerNorm(channels, eps=options.get("epsilon", 1e-5), elementwise_affine=options.get("affine", True)))
        for axes in range(2, rank):
            add("layer", {"axes": axes}, shape, torch.nn.LayerNorm(shape[-axes:]), shape[-axes:])
        for groups in [1, 2, 4] if rank > 2 else [1, 2]:
            for options in [{}, {"affine": False, "epsilon": 0.01}]:
                add("group", {"groups": groups, **options}, shape, torch.nn.GroupNorm(groups, channels, **torch_options(options)))
        for options in [{}, {"affine": True, "epsilon": 0.01}] if rank > 2 else []:
            add("instance", options, shape, INSTANCE[rank](channels, **torch_options(options)))
    runs = [running(momentum, affine, [inputs((rows, 3, 4)) for rows in (4, 2, 1, 5)])
            for momentum in (0.1, 0.3, "cumulative") for affine in (True, False)]  # fmt: skip
    return {"cases": cases, "runs": runs, "training": training(normal)}


def torch_options(options):
    found = {"eps": options.get("epsilon", 1e-5)}
    if "momentum" in options:
        found["momentum"] = None if options["momentum"] == "cumulative" else options["momentum"]
    return {**found, "affine": options["affine"]} if "affine" in options else found


def case(layer, options, norm, x, slope, weights):
    """Derivatives are those of Σ slope · y."""
    for parameter, value in zip(norm.parameters(), weights):
        parameter.data = value.double()
    result = {"layer": layer, "options": options, "shape": list(x.shape), "x": digits(x), "slope": digits(slope),
              "weightShape": list(weights[0].shape) if weights else [], "weights": [digits(value) for value in weights]}  # fmt: skip
    for mode in ["train", "evaluate"] if layer == "batch" else ["train"]:
        norm.train(mode == "train")
        inputs = x.double().requires_grad_()
        norm.zero_grad()
        outputs = norm(inputs) if layer == "layer" else norm(inputs.movedim(-1, 1)).movedim(1, -1)
        (slope.double() * outputs).sum().backward()
        gradients = [digits(each.grad) for each in [inputs, *norm.parameters()]]
        result[mode] = {"output": digits(outputs), "gradients": gradients}
    return {**result, "statistics": [digits(each) for each in statistics(norm)]} if layer == "batch" else result


def statistics(norm):
    return [norm.running_mean, norm.running_var]


def running(momentum, affine, batches):
    """The running statistics after each of several batches."""
    options = {"momentum": momentum, "affine": affine}
    norm = torch.nn.BatchNorm1d(4, **torch_options(options)).double()
    after = []
    for batch in batches:
        norm(batch.double().movedim(-1, 1))
        after.append([digits(each) for each in statistics(norm)])
    return {"options": options, "batches": [{"shape": list(batch.shape), "values": digits(batch)} for batch in batches], "statistics": after}


def training(normal):
    """Stochastic gradient descent on dense - batch norm - tanh - dense - layer norm - tanh - dense, in batches of three sizes."""
    inputs, batches = normal(21, 4), [[0, 8], [8, 14], [14, 21]]
    labels = (inputs @ normal(4, 3)).argmax(1)
    linear = lambda fan_in, fan_out, bias: torch.nn.Linear(fan_in, fan_out, bias=bias)
    net = torch.nn.Sequential(linear(4, 6, False), torch.nn.BatchNorm1d(6), torch.nn.Tanh(), linear(6, 5, False),
                              torch.nn.LayerNorm(5), torch.nn.Tanh(), linear(5, 3, True))  # fmt: skip
    for parameter in net.parameters():
        if parameter.dim() == 2:
            parameter.data = 0.5 * normal(*parameter.shape)
    net[-1].bias.data = 0.1 * normal(3)
    # As tfjs lists them: kernels [in, out], and statistics after the scale and shift of their layer.
    state = lambda: [digits(value.T if value.dim() == 2 else value) for name, value in net.state_dict().items() if "num" not in name]
    start, losses, values = state(), {}, {}
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    for step in range(max(LOSS_STEPS) + 1):
        first, end = batches[step % 3]
        loss = torch.nn.functional.cross_entropy(net(inputs[first:end]), labels[first:end])
        if step in LOSS_STEPS:
            losses[step] = float(numpy.float32(loss.item()))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step + 1 in SNAPSHOTS:
            values[step + 1] = state()
    return {"inputs": digits(inputs), "labels": labels.tolist(), "batches": batches, "learningRate": 0.1, "start": start, "losses": losses, "values": values}


def digits(tensor):
    """9 significant digits keep a float32."""
    return [float(f"{value:.9g}") for value in tensor.detach().flatten().tolist()]
