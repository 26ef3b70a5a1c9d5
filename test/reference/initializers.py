"""PyTorch's fans, gains, bounds and standard deviations for the kernels of its layers, and its sign-corrected QR.

PyTorch's random numbers cannot be had elsewhere; what they are drawn between can. Each bound and standard deviation
is what `torch.nn.init` itself hands to the generator. Kernels are listed in tfjs's layout beside.
"""

from unittest import mock

import torch
from torch import nn
from torch.nn import init

# tfjs's layout, whether depthwise, and PyTorch's layer of the same kernel.
LAYERS = {
    "dense": ([50, 20], False, lambda: nn.Linear(50, 20)),
    "conv1d": ([5, 4, 16], False, lambda: nn.Conv1d(4, 16, 5)),
    "conv2d": ([3, 2, 4, 16], False, lambda: nn.Conv2d(4, 16, (3, 2))),
    "conv3d": ([3, 2, 2, 4, 6], False, lambda: nn.Conv3d(4, 6, (3, 2, 2))),
    "conv2dTranspose": ([2, 3, 16, 4], False, lambda: nn.ConvTranspose2d(4, 16, (2, 3))),
    "conv3dTranspose": ([2, 3, 2, 6, 4], False, lambda: nn.ConvTranspose3d(4, 6, (2, 3, 2))),
    "depthwise": ([3, 3, 4, 2], True, lambda: nn.Conv2d(4, 8, 3, groups=4)),
}

GAINS = {
    "linear": ("linear", None),
    "sigmoid": ("sigmoid", None),
    "tanh": ("tanh", None),
    "relu": ("relu", None),
    "leakyRelu": ("leaky_relu", None),
    "selu": ("selu", None),
}


def drawn_with(draw):
    """The two numbers that a drawing hands to the tensor's generator: low and high, or mean and standard deviation."""
    seen = []

    def note(tensor, first, second, **_):
        seen.append([float(first), float(second)])
        return tensor

    with mock.patch.object(torch.Tensor, "uniform_", note), mock.patch.object(torch.Tensor, "normal_", note):
        draw()
    return seen


def layer(shape, depthwise, make):
    weight = make().weight
    fan_in, fan_out = init._calculate_fan_in_and_fan_out(weight)
    kernel, bias = drawn_with(make)
    return {
        "shape": shape,
        "depthwise": depthwise,
        "fanIn": fan_in,
        "fanOut": fan_out,
        "kernelBound": kernel[1],
        "biasBound": bias[1],
        # [low, high] and [mean, standard deviation], gains that no default has
        "kaimingUniform": drawn_with(lambda: init.kaiming_uniform_(weight, mode="fan_out", nonlinearity="selu"))[0],
        "kaimingNormal": drawn_with(lambda: init.kaiming_normal_(weight))[0],
        "xavierUniform": drawn_with(lambda: init.xavier_uniform_(weight, gain=init.calculate_gain("tanh")))[0],
        "xavierNormal": drawn_with(lambda: init.xavier_normal_(weight))[0],
    }


def sign_corrected(rows, columns):
    """A normal matrix, and the Q that `orthogonal_` makes of it."""
    matrix = torch.randn(rows, columns, dtype=torch.float64, generator=torch.Generator().manual_seed(rows))
    with mock.patch.object(torch.Tensor, "normal_", lambda tensor, *_, **__: tensor.copy_(matrix)):
        made = init.orthogonal_(torch.empty(rows, columns, dtype=torch.float64))
    return {"matrix": matrix.tolist(), "orthogonal": made.tolist()}


def generate():
    return {
        "gains": {name: init.calculate_gain(*arguments) for name, arguments in GAINS.items()},
        "layers": {name: layer(*arguments) for name, arguments in LAYERS.items()},
        "qr": [sign_corrected(*shape) for shape in [(6, 4), (4, 4), (3, 5)]],
        "recurrentBounds": {
            name: [bounds[1] for bounds in drawn_with(lambda: kind(5, 9))]
            for name, kind in {"simple_rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}.items()
        },
        "embedding": drawn_with(lambda: nn.Embedding(7, 3))[0],
    }
