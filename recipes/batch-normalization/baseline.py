"""`batch-normalization` in PyTorch: one net with one norm per arm, trained from our start in our order."""

import math

import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm, weight_norm
from twin import accuracy, main

loss_function = nn.CrossEntropyLoss()


def norm_of(arm, units, is_image):
    norms = {
        "batch": lambda: (nn.BatchNorm2d if is_image else nn.BatchNorm1d)(units, momentum=arm["share"]),
        "layer": lambda: nn.GroupNorm(1, units) if is_image else nn.LayerNorm(units),
        "instance": lambda: nn.InstanceNorm2d(units, affine=True),
        "group": lambda: nn.GroupNorm(units // 4, units),
    }
    return [norms[arm["norm"]]()] if arm["norm"] in norms else []


def net_of(arm, inputs, classes):
    is_image = inputs.dim() == 4
    activation = nn.ReLU if arm["activation"] == "relu" else nn.Sigmoid
    wrap = {"weight": lambda layer: weight_norm(layer, dim=0), "spectral": spectral_norm}.get(arm["norm"], lambda layer: layer)
    layers, width = [], inputs.shape[1]
    for index, units in enumerate(arm["hidden"]):
        norm = norm_of(arm, units, is_image)
        bias = arm["place"] == "after" or not norm
        # TensorFlow's "same" at stride 2 pads 8×8 on the right and below alone.
        stride, pad = (2, [nn.ZeroPad2d((0, 1, 0, 1))]) if is_image and index == 1 else (1, [])
        convolution = lambda: nn.Conv2d(width, units, 3, padding=2 - stride, stride=stride, bias=bias)
        layer = wrap(convolution() if is_image else nn.Linear(width, units, bias=bias))
        layers += pad
        layers += [layer, *norm, activation()] if arm["place"] == "before" else [layer, activation(), *norm]
        width = units
    flat = [nn.Flatten()] if is_image else []
    return nn.Sequential(*layers, *flat, nn.Linear(width * 16 if is_image else width, classes))


def shake(model, step, size):
    for layer, norm in enumerate(module for module in model if isinstance(module, nn.BatchNorm1d)):
        phases = (step + 31 * unit + 997 * layer for unit in range(norm.num_features))
        moved = [size * math.sqrt(2) * math.sin(phase * phase) for phase in phases]
        norm.bias.data += torch.tensor(moved, device=norm.bias.device)


def run_arm(context):
    arm, training = context.arm, context.training("net")
    train = training.data.train
    model = training.load(net_of(arm, train.inputs, int(train.targets.max()) + 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=arm["rate"], momentum=arm["momentum"])
    for step, (inputs, targets) in enumerate(training.batches(model, optimizer)):
        shake(model, step, arm["shift"])
        optimizer.zero_grad()
        loss = loss_function(model(inputs), targets)
        loss.backward()
        optimizer.step()
        shake(model, step, -arm["shift"])
        training.record(loss)
    test_accuracy = accuracy(model, training.data.test)
    with torch.no_grad():
        running = loss_function(model.eval()(train.inputs), train.targets).item()
        own = loss_function(model.train()(train.inputs), train.targets).item()
    return {"accuracy": test_accuracy, "trainingLoss": own, "statisticsGap": running - own}


if __name__ == "__main__":
    main(run_arm)
