"""PyTorch's attention, encoder layer and basic residual block: outputs and gradients in float64 from float32 numbers,
and 40 steps of SGD in float32 of nets made of them. Layouts are those of TensorFlow.js: [in, out], HWIO, channels last;
weights are named by the paths that they have in this package."""

import torch
from torch import nn
from torch.nn import functional

torch.set_num_threads(1)
# In PyTorch 2.15 its gradient of a convolution of permuted images writes beyond its memory.
torch.backends.mkldnn.enabled = False

STEPS = [10, 40]
# How far a run in float32 may be from the same run in float64: half the tolerances of the tests (losses, weights).
TAME = {"smooth": (2.5e-6, 1e-5), "kinked": (5e-5, 2.5e-3)}


def generate():
    torch.manual_seed(0)
    return {
        "dotProduct": [
            dot_product(heads, causal, mask)
            for heads, causal, mask in [(1, False, None), (2, True, None), (2, False, PADDING), (2, True, PADDING)]
        ],
        "multiHead": [
            *[multi_head({"heads": heads, "causal": causal}) for heads in (1, 4) for causal in (False, True)],
            *[multi_head({"heads": heads}, mask=PADDING) for heads in (1, 4)],
            multi_head({"heads": 4, "causal": True}, mask=PADDING),
            multi_head({"heads": 4}, context=(5, 6)),
        ],
        "encoder": [
            *[encoder({"norm": norm, "activation": a}) for norm in ("before", "after") for a in ("relu", "gelu")],
            encoder({"norm": "before", "activation": "gelu", "causal": True, "epsilon": 0.1}),
        ],
        "residual": [
            residual([2, 4, 4, 3], {"filters": 3}),
            residual([2, 4, 5, 2], {"filters": 3}),
            residual([2, 6, 6, 2], {"filters": 3, "stride": 2}),
            residual([2, 5, 5, 2], {"filters": 2, "stride": 2}),
            residual([2, 7, 7, 2], {"filters": 2, "stride": 3}),
            residual([2, 4, 4, 2], {"filters": 3, "stride": 2, "norm": "none", "activation": "tanh"}),
            residual([2, 4, 4, 2], {"filters": 3, "shortcut": False}),
            residual([6, 4], {"units": 4}),
            residual([6, 4], {"units": 3}),
            residual([6, 4], {"units": 3, "norm": "none", "activation": "gelu"}),
        ],
        "classifiers": [
            trajectory(lambda: Classifier("before", "gelu"), (12, 4, 3), {"norm": "before", "activation": "gelu"}, "smooth"),
            trajectory(lambda: Classifier("after", "relu"), (12, 4, 3), {"norm": "after", "activation": "relu"}, "kinked"),
        ],
        "resnet": trajectory(ResidualNet, (10, 6, 6, 1), {}, "kinked"),
    }


# Attention

PADDING = [[True, True, False], [True, False, False]]  # of 3 keys, per row of the batch


def dot_product(heads, causal, mask):
    inputs = [normal(2, 3, 4), normal(2, 3, 4), normal(2, 3, 6)]
    split = lambda x: x.unflatten(2, (heads, -1)).transpose(1, 2)
    seen = torch.ones(3, 3, dtype=torch.bool)
    seen = (seen.tril() if causal else seen) & (torch.tensor(mask or [[True] * 3] * 2)[:, None, None])
    outputs = functional.scaled_dot_product_attention(*map(split, inputs), attn_mask=seen).transpose(1, 2).flatten(2)
    return {"options": {"heads": heads, "causal": causal}, "mask": mask, **described(inputs, outputs, {}, [])}


def multi_head(options, mask=None, context=None):
    width, heads = 8, options["heads"]
    length, context_width = context or (3, width)
    x = normal(2, 3, width)
    if mask:  # the mask of tfjs comes from zeros
        x.data *= torch.tensor(mask)[:, :, None]
    inputs = [x] if context is None else [x, normal(2, length, context_width)]
    module = nn.MultiheadAttention(width, heads, kdim=context_width, vdim=context_width, batch_first=True).double()
    perturb(module)
    hidden = None if mask is None else ~torch.tensor(mask)
    past = torch.ones(3, 3, dtype=torch.bool).triu(1) if options.get("causal") else None
    outputs, _ = module(x, inputs[-1], inputs[-1], key_padding_mask=hidden, attn_mask=past)
    return {"options": options, "mask": mask, **described(inputs, outputs, attention_weights(module), [])}


def attention_weights(module, first=0):
    if module.in_proj_weight is None:
        kernels = [module.q_proj_weight, module.k_proj_weight, module.v_proj_weight]
        read = [lambda of, p=p: of(p).T for p in kernels]
    else:
        read = [lambda of, i=i: of(module.in_proj_weight).chunk(3)[i].T for i in range(3)]
    weights = {}
    for i in range(3):
        weights[f"dense:{first + i}/kernel"] = read[i]
        weights[f"dense:{first + i}/bias"] = lambda of, i=i: of(module.in_proj_bias).chunk(3)[i]
    return {**weights, **linear(module.out_proj, f"dense:{first + 3}")}


def encoder(options):
    module = encoder_layer(options["norm"], options["activation"], options.get("epsilon", 1e-5)).double()
    perturb(module)
    x = normal(2, 3, 8)
    past = torch.ones(3, 3, dtype=torch.bool).triu(1) if options.get("causal") else None
    outputs = module(x, src_mask=past)
    return {"options": {"heads": 2, "hidden": 12, **options}, **described([x], outputs, encoder_weights(module), [])}


def encoder_layer(norm, activation, epsilon=1e-5):
    first = norm == "before"
    return nn.TransformerEncoderLayer(8, 2, 12, 0.0, activation, epsilon, batch_first=True, norm_first=first)


def encoder_weights(module, first=0):
    return {
        **norm_weights(module.norm1, "layer_normalization:0"),
        **attention_weights(module.self_attn, first),
        **norm_weights(module.norm2, "layer_normalization:1"),
        **linear(module.linear1, f"dense:{first + 4}"),
        **linear(module.linear2, f"dense:{first + 5}"),
    }


# Residual blocks


class Block(nn.Module):
    """torchvision's BasicBlock, and the same of dense layers."""

    def __init__(self, inputs, width, stride=1, norm="batch", activation="relu", shortcut=True, vectors=False):
        super().__init__()
        bias = norm == "none"
        make = lambda i, size, s: (
            nn.Linear(i, width, bias=bias) if vectors else nn.Conv2d(i, width, size, s, size // 2, bias=bias)
        )
        normalize = lambda: (
            nn.Identity() if norm == "none" else nn.BatchNorm1d(width) if vectors else nn.BatchNorm2d(width)
        )
        self.layers = [make(inputs, 3, stride), make(width, 3, 1)]
        self.norms = [normalize(), normalize()]
        self.shortcut, self.activation = shortcut, getattr(torch, activation, getattr(functional, activation, None))
        if shortcut and (stride != 1 or inputs != width):
            self.layers.append(make(inputs, 1, stride))
            self.norms.append(normalize())
        self.all = nn.ModuleList([*self.layers, *self.norms])

    def forward(self, x):
        hidden = self.activation(self.norms[0](self.layers[0](x)))
        change = self.norms[1](self.layers[1](hidden))
        if not self.shortcut:
            return self.activation(change)
        return self.activation(change + (self.norms[2](self.layers[2](x)) if len(self.layers) == 3 else x))

    def weights(self, first=0):
        read = {}
        for i, layer in enumerate(self.layers):
            dense = isinstance(layer, nn.Linear)
            read.update(linear(layer, f"dense:{first + i}") if dense else convolution(layer, f"conv2d:{first + i}"))
        for i, layer in enumerate(self.norms):
            if not isinstance(layer, nn.Identity):
                read.update(norm_weights(layer, f"batch_normalization:{first + i}"))
        return read


def residual(shape, options):
    named = {name: value for name, value in options.items() if name not in ("filters", "units")}
    vectors = "units" in options
    module = Block(shape[-1], options.get("filters") or options["units"], **named, vectors=vectors).double()
    perturb(module)
    x = normal(*shape)
    forward = module if vectors else lambda x: module(x.movedim(3, 1)).movedim(1, 3)
    weights = module.weights()
    start = {path: stored(read(values_of)) for path, read in weights.items()}
    found = described([x], forward(x), weights, statistics(weights))
    found["weights"] = start
    module.eval()
    return {"options": options, **found, "evaluated": digits(forward(x))}


# Nets


class Classifier(nn.Module):
    def __init__(self, norm, activation):
        super().__init__()
        self.embed, self.block = nn.Linear(3, 8), encoder_layer(norm, activation)
        self.norm, self.head = nn.LayerNorm(8), nn.Linear(8, 3)

    def forward(self, x):
        return self.head(self.norm(self.block(self.embed(x))).mean(1))

    def weights(self):
        return {
            **linear(self.embed, "dense:0"),
            **encoder_weights(self.block, 1),
            **norm_weights(self.norm, "layer_normalization:2"),
            **linear(self.head, "dense:7"),
        }


class ResidualNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem, self.norm = nn.Conv2d(1, 3, 3, padding=1, bias=False), nn.BatchNorm2d(3)
        self.first, self.second, self.head = Block(3, 3), Block(3, 4, stride=2), nn.Linear(4, 3)

    def forward(self, x):
        hidden = torch.relu(self.norm(self.stem(x.movedim(3, 1))))
        return self.head(self.second(self.first(hidden)).mean((2, 3)))

    def weights(self):
        return {
            **convolution(self.stem, "conv2d:0"),
            **norm_weights(self.norm, "batch_normalization:0"),
            **self.first.weights(1),
            **self.second.weights(3),
            **linear(self.head, "dense:0"),
        }


def trajectory(make, shape, options, kind):
    """The loss before each step, and all weights after some; the same in float64 must stay near."""
    net = make()
    perturb(net)
    inputs = torch.randn(shape)
    labels = torch.arange(shape[0]) % 3
    inputs += 0.5 * labels.view(-1, *[1] * (len(shape) - 1)) * torch.randn(shape[1:])  # there is something to learn
    start = {path: stored(read(values_of)) for path, read in net.weights().items()}
    twin = make().double()
    twin.load_state_dict(net.state_dict())
    losses, values = descend(net, inputs, labels)
    exact_losses, exact_values = descend(twin, inputs.double(), labels)
    distances = [
        max(abs(a - b) for a, b in zip(losses, exact_losses)),
        max(abs(a - b) for step in values for a, b in zip(values[step], exact_values[step])),
    ]
    assert all(d <= limit for d, limit in zip(distances, TAME[kind])), (kind, distances)
    return {
        "options": options, "kind": kind, "learningRate": 0.1, "inputs": stored(inputs), "labels": labels.tolist(),
        "start": start, "losses": losses, "values": values,
    }  # fmt: skip


def descend(net, inputs, labels):
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    losses, values = [], {}
    for step in range(1, STEPS[-1] + 1):
        optimizer.zero_grad()
        loss = functional.cross_entropy(net(inputs), labels)
        loss.backward()
        optimizer.step()
        losses.append(float(f"{loss.item():.9g}"))
        if step in STEPS:
            values[str(step)] = [v for read in net.weights().values() for v in digits(read(values_of))]
    return losses, values


# Weights by path: a function of how a parameter is read (its values or its gradient)

values_of = lambda parameter: parameter.detach()
gradient_of = lambda parameter: parameter.grad


def linear(module, path):
    bias = {} if module.bias is None else {f"{path}/bias": lambda of: of(module.bias)}
    return {f"{path}/kernel": lambda of: of(module.weight).T, **bias}


def convolution(module, path):
    bias = {} if module.bias is None else {f"{path}/bias": lambda of: of(module.bias)}
    return {f"{path}/kernel": lambda of: of(module.weight).permute(2, 3, 1, 0), **bias}


def norm_weights(module, path):
    read = {f"{path}/gamma": lambda of: of(module.weight), f"{path}/beta": lambda of: of(module.bias)}
    if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
        read[f"{path}/moving_mean"] = lambda of: of(module.running_mean)
        read[f"{path}/moving_variance"] = lambda of: of(module.running_var)
    return read


def statistics(weights):
    return [path for path in weights if "/moving_" in path]


def perturb(module):
    """Biases, scales and shifts that are not 0 and 1, so that leaving one out is seen."""
    for name, parameter in module.named_parameters():
        if parameter.dim() == 1:
            parameter.data += 0.1 * torch.randn(parameter.shape)
    for parameter in module.parameters():  # numbers of float32, also where the module is float64
        parameter.data = parameter.data.float().to(parameter.dtype)


def normal(*shape):
    return torch.randn(shape).double().requires_grad_()


def described(inputs, outputs, weights, changed):
    """A case: everything as numbers; the gradients are those of Σ direction · outputs; `changed` weights move."""
    direction = torch.randn(outputs.shape).double()
    (direction * outputs).sum().backward()
    return {
        "inputs": [stored(x) for x in inputs],
        "weights": {path: stored(read(values_of)) for path, read in weights.items()},
        "direction": stored(direction),
        "outputs": digits(outputs),
        "inputGradients": [digits(x.grad) for x in inputs],
        "gradients": {path: digits(read(gradient_of)) for path, read in weights.items() if path not in changed},
        "after": {path: digits(weights[path](values_of)) for path in changed},
    }


def stored(tensor):
    return {"shape": list(tensor.shape), "values": digits(tensor)}


def digits(tensor):
    """9 significant digits keep a float32."""
    return [float(f"{value:.9g}") for value in tensor.detach().reshape(-1).tolist()]
