"""PyTorch models with their state_dict, an input and the output in evaluation, in float64 from float32 weights.

Entries keep the order of `state_dict()`. Inputs and outputs have the layout of TensorFlow.js, channels last.
"""

import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm, weight_norm

# PyTorch 2.15 corrupts memory with it on permuted images.
torch.backends.mkldnn.enabled = False

IMAGE = (2, 2, 5, 7)
SERIES = (2, 5, 3)


def generate():
    torch.manual_seed(0)
    return {
        "dense": case(nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3, bias=False)), (3, 4)),
        "conv1d": case(nn.Sequential(nn.Conv1d(3, 4, 2), nn.BatchNorm1d(4), nn.ReLU(), nn.Flatten(), nn.Linear(16, 2)), (2, 3, 5)),
        "conv2d": case(conv2d(), IMAGE),
        "conv3d": case(nn.Sequential(nn.Conv3d(2, 3, (1, 2, 3)), nn.Flatten(), nn.Linear(3 * 2 * 2 * 2, 2)), (2, 2, 2, 3, 4)),
        "transposed": case(nn.Sequential(nn.ConvTranspose2d(2, 3, (2, 3), stride=2), nn.Tanh(), nn.Conv2d(3, 1, 2)), (2, 2, 3, 4)),
        "depthwise": case(depthwise(), (2, 3, 5, 4)),
        "imageNorms": case(image_norms(), IMAGE),
        "stockNorms": case(nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.Tanh(), nn.LayerNorm(6), nn.Linear(6, 2)), (3, 4)),
        "stockImageNorms": case(nn.Sequential(nn.Conv2d(2, 3, 2), nn.BatchNorm2d(3), nn.LayerNorm([3, 4, 6])), IMAGE),
        "wrappers": case(wrappers(), (2, 2, 4, 5)),
        "embedding": case(nn.Sequential(nn.Embedding(7, 4), nn.Flatten(), nn.Linear(12, 2)), None, torch.tensor([[0, 3, 6], [5, 1, 1]])),
        "lstm": case(Recurrent(nn.LSTM(3, 4, batch_first=True), 4), SERIES),
        "rnn": case(Recurrent(nn.RNN(3, 4, nonlinearity="relu", batch_first=True), 4), SERIES),
        "bidirectional": case(Recurrent(nn.LSTM(3, 4, bidirectional=True, batch_first=True), 8), SERIES),
        "residual": case(Residual(), (2, 2, 6, 6)),
        "flattened": case(Flattened(), IMAGE),
    }  # fmt: skip


def conv2d():
    """All that may stand between a flattened image and the dense layer behind it."""
    return nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1), nn.BatchNorm2d(4), nn.PReLU(4), nn.MaxPool2d(2), nn.Conv2d(4, 3, (1, 2)), nn.ReLU(),
        nn.Flatten(), nn.Dropout(), nn.BatchNorm1d(12), nn.LayerNorm(12), nn.PReLU(12), nn.Linear(12, 5), nn.BatchNorm1d(5),
        nn.Linear(5, 2),
    )  # fmt: skip


def depthwise():
    return nn.Sequential(
        nn.Conv2d(3, 6, 3, groups=3), nn.ReLU(), nn.Conv2d(6, 4, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2)
    )  # fmt: skip


def image_norms():
    return nn.Sequential(
        nn.Conv2d(2, 4, 2, bias=False), nn.GroupNorm(2, 4), nn.Tanh(), nn.InstanceNorm2d(4, affine=True), nn.Tanh(),
        nn.LayerNorm([4, 4, 6]), nn.Tanh(), nn.BatchNorm2d(4, momentum=None),
    )  # fmt: skip


def wrappers():
    return nn.Sequential(
        weight_norm(nn.Conv2d(2, 3, (2, 3))), spectral_norm(nn.ConvTranspose2d(3, 2, (2, 3), stride=2)),
        weight_norm(nn.ConvTranspose2d(2, 3, 2), dim=1), spectral_norm(nn.Conv2d(3, 6, 2, groups=3)), nn.Tanh(),
        weight_norm(nn.Conv2d(6, 6, 2, groups=6)), spectral_norm(nn.Conv2d(6, 2, 2)), nn.Flatten(),
        spectral_norm(nn.Linear(2 * 4 * 5, 4)), weight_norm(nn.Linear(4, 3)),
    )  # fmt: skip


class Recurrent(nn.Module):
    """A dense layer on every step of a recurrent one."""

    def __init__(self, recurrent, width):
        super().__init__()
        self.recurrent = recurrent
        self.head = nn.Linear(width, 2)

    def forward(self, x):
        return self.head(self.recurrent(x)[0])


class Residual(nn.Module):
    """The basic block of torchvision's ResNet with stride 2, and what usually follows."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(2, 3, 3, padding=1, bias=False)
        self.conv1 = nn.Conv2d(3, 4, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(4)
        self.conv2 = nn.Conv2d(4, 4, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(4)
        self.downsample = nn.Sequential(nn.Conv2d(3, 4, 1, stride=2, bias=False), nn.BatchNorm2d(4))
        self.fc = nn.Linear(4, 3)

    def forward(self, x):
        x = torch.relu(self.stem(x))
        inner = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return self.fc(torch.relu(inner + self.downsample(x)).mean((2, 3)))


class Flattened(nn.Module):
    """Two flattened images are added, then two dense layers read them, one of them through a norm."""

    def __init__(self):
        super().__init__()
        self.left = nn.Conv2d(2, 2, 3)
        self.right = nn.Conv2d(2, 2, 3)
        self.norm = nn.BatchNorm1d(30)
        self.fc1 = nn.Linear(30, 2)
        self.fc2 = nn.Linear(30, 2)

    def forward(self, x):
        total = self.left(x).flatten(1) + self.right(x).flatten(1)
        return self.fc1(total) + self.fc2(self.norm(total))


def case(model, shape, inputs=None):
    """Every parameter is moved, so that no weight is 1 and no bias 0, and statistics are those of nobody."""
    for name, tensor in [*model.named_parameters(), *model.named_buffers()]:
        if name.endswith("running_var") or name.endswith("original0"):
            tensor.data = 0.5 + torch.rand_like(tensor)
        elif name.endswith("num_batches_tracked"):
            tensor.data = torch.tensor(5)
        elif "._" not in name:
            tensor.data = tensor.data + 0.3 * torch.randn_like(tensor)
    state = [[name, plain(tensor)] for name, tensor in model.state_dict().items()]
    inputs = torch.randn(shape) if inputs is None else inputs
    outputs = model.double().eval()(inputs.double() if inputs.is_floating_point() else inputs)
    images = not isinstance(model, Recurrent)
    return {"state": state, "inputs": plain(last(inputs, images)), "outputs": plain(last(outputs, images))}


def last(x, has_channels_first):
    return x.movedim(1, -1) if has_channels_first and x.dim() > 2 else x


def plain(x):
    """9 significant digits keep a float32."""
    return {"shape": list(x.shape), "values": [float(f"{value:.9g}") for value in x.detach().flatten().tolist()]}
