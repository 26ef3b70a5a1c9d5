"""`adaptive-learning-rate` in PyTorch: three surfaces, and a residual net with and without warm-up."""

import math

import torch
from lecture_optimizers import OPTIMIZERS
from twin import accuracy, main

ANGLES = torch.tensor([0, 1, 3, 10, 45], dtype=torch.float64) * math.pi / 180
COSINE, SINE = ANGLES.cos().float(), ANGLES.sin().float()


def canyon(p):
    return (((p**2 + 1).sqrt() - 1) * torch.tensor([1, 0.01])).sum()


def valleys(p):
    x, y = p.chunk(2)
    return (((x * COSINE + y * SINE) ** 2 + (y * COSINE - x * SINE) ** 2 / 1e4).sum()) / 2


def plateau(p):
    a, b = p.chunk(2)
    return (a**2 * 1e-4 + b**2).sum() / 2


def descend(training, objective, name, rate):
    p = training.start()
    optimizer = OPTIMIZERS[name]([p], rate)
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, [300] if objective is canyon else [], gamma=0.1)
    path = [p.detach().clone()]
    for _ in training.steps(p, optimizer):
        optimizer.zero_grad()
        loss = objective(p)
        loss.backward()
        optimizer.step()
        schedule.step()
        path.append(p.detach().clone())
        training.record(loss)
    return torch.stack(path)


class Residual(torch.nn.Sequential):
    def forward(self, x):
        return x + super().forward(x)


def train_net(training, name, rate, to):
    blocks = [Residual(torch.nn.Linear(16, 16), torch.nn.ReLU(), torch.nn.Linear(16, 16)) for _ in range(16)]
    model = training.load(torch.nn.Sequential(torch.nn.Linear(64, 16), *blocks, torch.nn.Linear(16, 10)))
    optimizer = OPTIMIZERS[name](model.parameters(), rate)
    loss_function = torch.nn.CrossEntropyLoss()
    validation = training.data.validation
    per_epoch = math.ceil(len(training.data.train.inputs) / 32)
    for update, (inputs, targets) in enumerate(training.batches(model, optimizer), 1):
        optimizer.zero_grad()
        loss = loss_function(model(inputs), targets)
        loss.backward()
        optimizer.step()
        training.record(loss)
        if update % per_epoch == 0 and accuracy(model, validation) > 0.8:
            optimizer.param_groups[0]["lr"] = to
    with torch.no_grad():
        return loss_function(model(validation.inputs), validation.targets).item()


def run_arm(context):
    arm, part = context.arm, context.arm["part"]
    if part == "canyon":
        a, b = descend(context.training("canyon"), canyon, "gd", arm["rate"])[300].double().tolist()
        return {"slopeWhenStuck": math.hypot(a / math.hypot(1, a), 0.01 * b / math.hypot(1, b))}
    if part == "surfaces":
        path = descend(context.training("valleys"), valleys, arm["optimizer"], arm["rate"]).reshape(-1, 2, 5)
        nearest = (path.norm(dim=1) / path[0].norm(dim=0)).amin(0).clamp(min=1e-6)
        steep = descend(context.training("plateau"), plateau, arm["optimizer"], 0.03)[:, 8:].abs()
        rested = (steep < 1e-6).int().cummax(0).values.bool()
        explosions = (rested & (steep > 0.01))[50:].any(0).double().mean().item()
        return {"straight": nearest[0].item(), "turned": nearest[-1].item(), "explosions": explosions}
    if part == "net":
        training = context.training("deep net")
        loss = train_net(training, arm["optimizer"], arm["from"], arm["to"])
        return {"trained": int(training.updates == context.options["netUpdates"] and loss < math.log(10))}
    return {}


if __name__ == "__main__":
    main(run_arm)
