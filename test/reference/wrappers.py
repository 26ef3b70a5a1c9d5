"""Weight and spectral normalisation of PyTorch (`torch.nn.utils.parametrizations`), in float32.

Tensors have the layout of TensorFlow.js: NHWC, kernels [...window, inputs, outputs], transposed ones [...window, outputs,
inputs], depthwise ones [...window, inputs, multiplier]. The loss of a layer is the sum of its outputs times given numbers.
"""

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import parametrizations

torch.set_num_threads(1)

# The axis of the outputs in PyTorch's weight; how its weight becomes TensorFlow.js's kernel; the shape of the input.
LAYERS = {
    "dense": (lambda: nn.Linear(5, 4), 0, (1, 0), (3, 5)),
    "conv1d": (lambda: nn.Conv1d(3, 4, 2), 0, (2, 1, 0), (2, 3, 5)),
    "conv2d": (lambda: nn.Conv2d(2, 3, 3), 0, (2, 3, 1, 0), (2, 2, 5, 5)),
    "conv2dTranspose": (lambda: nn.ConvTranspose2d(2, 3, 3, stride=2), 1, (2, 3, 1, 0), (2, 2, 3, 3)),
    "depthwiseConv2d": (lambda: nn.Conv2d(2, 4, 3, groups=2), 0, (2, 3, 1, 0), (2, 2, 5, 5)),
}
RATE = 0.05


def generate():
    torch.manual_seed(0)
    return {
        "weight": {kind: weight_case(kind) for kind in LAYERS},
        "weightTraining": [training(dense_net(), 0.2), training(convolution_net(), 0.05)],
        "spectral": {kind: spectral_case(kind) for kind in LAYERS},
    }


def weight_case(kind):
    layer, dim, shape = make(kind)
    parametrizations.weight_norm(layer, dim=dim)
    length, direction = layer.parametrizations.weight.original0, layer.parametrizations.weight.original1
    with torch.no_grad():
        length.mul_(0.5 + torch.rand_like(length))
    inputs = torch.randn(shape, requires_grad=True)
    outputs = layer(inputs)
    factors = torch.randn_like(outputs)
    (outputs * factors).sum().backward()
    return {
        "inputs": last(inputs), "factors": last(factors), "outputs": last(outputs), "inputGradient": last(inputs.grad),
        "kernel": kernel(kind, direction), "kernelGradient": kernel(kind, direction.grad),
        "magnitude": numbers(length.flatten()), "magnitudeGradient": numbers(length.grad.flatten()),
        "bias": numbers(layer.bias), "biasGradient": numbers(layer.bias.grad),
    }  # fmt: skip


def spectral_case(kind):
    """Ten steps in training, each followed by W ← W − rate · gradient; then a call in evaluation."""
    layer, dim, shape = make(kind)
    start = kernel(kind, layer.weight)
    parametrizations.spectral_norm(layer, dim=dim)
    norm, weight = layer.parametrizations.weight[0], layer.parametrizations.weight.original
    norm._u.copy_(functional.normalize(torch.randn_like(norm._u), dim=0))
    norm._v.copy_(functional.normalize(torch.randn_like(norm._v), dim=0))
    case = {
        "kernel": start, "bias": numbers(layer.bias), "left": numbers(norm._u), "right": right_vector(kind, weight, norm._v),
        "steps": [],
    }  # fmt: skip
    inputs = torch.randn(shape, requires_grad=True)
    factors = torch.randn_like(layer.eval()(inputs))
    layer.train()
    for _ in range(10):
        weight.grad = inputs.grad = None
        outputs = layer(inputs)
        (outputs * factors).sum().backward()
        case["steps"].append({
            "outputs": last(outputs), "left": numbers(norm._u), "kernelGradient": kernel(kind, weight.grad),
            "inputGradient": last(inputs.grad),
        })  # fmt: skip
        with torch.no_grad():
            weight -= RATE * weight.grad
    layer.eval()
    evaluated = last(layer(inputs))
    return {
        **case, "inputs": last(inputs), "factors": last(factors), "rate": RATE, "evaluated": evaluated,
        "finalRight": right_vector(kind, weight, norm._v),
    }  # fmt: skip


def dense_net():
    layers = [nn.Linear(4, 6), nn.Linear(6, 3)]
    for layer in layers:
        parametrizations.weight_norm(layer)
    inputs, targets = torch.randn(12, 4), torch.randn(12, 3)
    return ["dense", "dense"], layers, inputs, targets, lambda x: layers[1](torch.tanh(layers[0](x)))


def convolution_net():
    layers = [nn.Conv2d(1, 4, 3), nn.Linear(4 * 9, 3)]
    for layer in layers:
        parametrizations.weight_norm(layer)
    inputs, targets = torch.randn(12, 1, 5, 5), torch.randn(12, 3)
    # Flattened as TensorFlow.js does it.
    hidden = lambda x: torch.tanh(layers[0](x)).permute(0, 2, 3, 1).flatten(1)
    return ["conv2d", "dense"], layers, inputs, targets, lambda x: layers[1](hidden(x))


def training(net, rate):
    """40 steps of gradient descent on the mean squared error of the whole batch, at a rate well below the edge of stability."""
    kinds, layers, inputs, targets, forward = net
    state = lambda: [
        {
            "magnitude": numbers(layer.parametrizations.weight.original0.flatten()),
            "kernel": kernel(kind, layer.parametrizations.weight.original1),
            "bias": numbers(layer.bias),
        }
        for kind, layer in zip(kinds, layers)
    ]
    optimizer = torch.optim.SGD([p for layer in layers for p in layer.parameters()], lr=rate)
    start, losses = state(), []
    for _ in range(40):
        optimizer.zero_grad()
        loss = functional.mse_loss(forward(inputs), targets)
        loss.backward()
        optimizer.step()
        losses.append(number(loss))
    data = {"inputs": last(inputs), "targets": last(targets)}
    return {"kinds": kinds, "rate": rate, **data, "start": start, "losses": losses, "end": state()}


def make(kind):
    constructor, dim, _, shape = LAYERS[kind]
    return constructor(), dim, shape


def kernel(kind, weight):
    """PyTorch's weight as TensorFlow.js's kernel, flat: a depthwise one has its channels in the same order."""
    return numbers(weight.permute(LAYERS[kind][2]))


def right_vector(kind, weight, v):
    """[inputs, ...window] → [...window, inputs], flat."""
    dim = LAYERS[kind][1]
    rest = [size for axis, size in enumerate(weight.shape) if axis != dim]
    return numbers(torch.movedim(v.reshape(rest), 0, -1))


def last(x):
    """Channels last, with its shape."""
    moved = torch.movedim(x, 1, -1)
    return {"shape": list(moved.shape), "values": numbers(moved)}


def numbers(x):
    return [number(value) for value in x.detach().flatten()]


def number(x):
    return float(f"{x.item():.9g}")
