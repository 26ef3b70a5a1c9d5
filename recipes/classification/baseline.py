"""`classification` in PyTorch: digits, and the small trainings beside them."""

import torch
from torch import nn
from twin import accuracy, main


def learn(training, model, loss_function, optimizer):
    for inputs, targets in training.batches(model, optimizer):
        optimizer.zero_grad()
        loss = loss_function(model(inputs), targets)
        loss.backward()
        optimizer.step()
        training.record(loss)


def digits(context):
    training, hidden = context.training("digits"), context.arm["hidden"]
    layers = [nn.Linear(64, hidden), nn.ReLU(), nn.Linear(hidden, 10)] if hidden else [nn.Linear(64, 10)]
    model = training.load(nn.Sequential(*layers))
    loss_function = nn.CrossEntropyLoss()
    learn(training, model, loss_function, torch.optim.Adam(model.parameters(), lr=context.options["learningRate"]))
    test = training.data.test
    return {"accuracy": accuracy(model, test), "loss": loss_function(model(test.inputs), test.targets).item()}


def blobs(context):
    training, arm = context.training("blobs"), context.arm
    is_squared, outputs = arm["loss"] == "squared error", len(arm["codes"])
    model = training.load(nn.Linear(2, outputs))
    optimizer = torch.optim.SGD(model.parameters(), lr=arm["rate"] * (outputs if is_squared else 1))
    learn(training, model, nn.MSELoss() if is_squared else nn.CrossEntropyLoss(), optimizer)
    return {}


def nuclei(context):
    training, arm = context.training("nuclei"), context.arm
    model = training.load(nn.Linear(30, arm["outputs"]))
    of_one = lambda logits, targets: nn.functional.binary_cross_entropy_with_logits(logits[:, 0], targets.float())
    loss_function = of_one if arm["outputs"] == 1 else nn.CrossEntropyLoss()
    learn(training, model, loss_function, torch.optim.SGD(model.parameters(), lr=arm["rate"]))
    test = training.data.test
    return {"loss": loss_function(model(test.inputs), test.targets).item()}


def corner(context):
    training, arm = context.training("corner"), context.arm
    y = training.start()
    optimizer = (torch.optim.Adam if arm["optimizer"] == "adam" else torch.optim.SGD)([y], lr=arm["rate"])
    for _ in training.steps(y, optimizer):
        optimizer.zero_grad()
        logits = torch.cat([y, y.new_tensor([-1000.0])])
        one_hot = y.new_tensor([1.0, 0.0, 0.0])
        is_squared = arm["loss"] == "squared error"
        loss = (logits.softmax(0) - one_hot).square().sum() if is_squared else nn.functional.cross_entropy(logits, one_hot)
        loss.backward()
        optimizer.step()
        training.record(loss)
    return {}


def slopes(context):
    training, arm = context.training("slopes"), context.arm
    is_squared, times = arm["loss"] == "squared error", training.data.train.targets.shape[1]
    layer = nn.Linear(1, times, bias=False)
    model = training.load(nn.Sequential(layer, nn.Sigmoid()) if is_squared else layer)
    learn(training, model, nn.MSELoss() if is_squared else nn.BCEWithLogitsLoss(), torch.optim.SGD(model.parameters(), lr=arm["rate"] * times))
    x = training.data.train.inputs.double()
    p = torch.sigmoid(1.5 * x)
    return {"variance": ((layer.weight.double() - 1.5).square().mean() * (x.square() * p * (1 - p)).sum()).item()}


if __name__ == "__main__":
    main(lambda context: globals()[context.arm["task"]](context))
