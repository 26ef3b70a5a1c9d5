"""`momentum` in PyTorch: torch.optim.SGD on a bump, a plateau, bowls and a small net."""

import math

import torch
from twin import main

HEIGHTS = torch.tensor([[0.05], [0.1], [0.15], [0.2], [0.3], [0.5]])


def bump(x):
    balls = x.reshape(len(HEIGHTS), -1)
    return (0.05 * balls**2 + HEIGHTS.to(x.device) * torch.exp(-0.5 * ((balls - 2) / 0.2) ** 2)).sum()


def plateau(x):
    return 6 * torch.nn.functional.huber_loss(x, torch.zeros_like(x), reduction="sum", delta=0.05)


def bent_bowl(x):
    return (12.5 * x**2 - 12 * torch.relu(x - 1) ** 2 + 12 * torch.relu(x - 2) ** 2).sum()


def bowl(condition):
    return lambda point: 0.5 * (point[0] ** 2 / condition + point[1] ** 2)


def best_for(rule, largest, smallest):
    steep, flat = math.sqrt(largest), math.sqrt(smallest)
    share = (steep - flat) / (steep + flat)
    if rule == "heavy ball":
        return {"lr": 4 / (steep + flat) ** 2, "momentum": share**2}
    if rule == "nesterov":
        return {"lr": 1 / largest, "momentum": share, "nesterov": True}
    return {"lr": (20 if rule == "larger rate" else 2) / (largest + smallest)}


def run_arm(context):
    arm, options = context.arm, context.options
    own = {"momentum": arm["momentum"], "nesterov": arm["rule"] == "nesterov"}

    def roll(name, objective, settings):
        training = context.training(name)
        parameters = training.start()
        optimizer = torch.optim.SGD([parameters], **settings)
        for _ in training.steps(parameters, optimizer):
            optimizer.zero_grad()
            loss = objective(parameters)
            loss.backward()
            optimizer.step()
            training.record(loss)
        return parameters.detach()

    def fit(name, rate):
        training = context.training(name)
        model = training.load(torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.Tanh(), torch.nn.Linear(32, 10)))
        optimizer = torch.optim.SGD(model.parameters(), lr=rate, **own)
        loss_function = torch.nn.CrossEntropyLoss()
        for inputs, targets in training.batches(model, optimizer):
            optimizer.zero_grad()
            loss = loss_function(model(inputs), targets)
            loss.backward()
            optimizer.step()
            training.record(loss)
        return loss_function(model(training.data.train.inputs), training.data.train.targets).item()

    here = {"lr": options["learningRate"] * arm["boost"], **own}
    passed = (roll("bump", bump, here).reshape(len(HEIGHTS), -1).abs() < 0.1).float().mean(1).tolist()
    arrived = (roll("plateau", plateau, here).abs() < 0.025).float().mean().item()
    settled = (roll("bent bowl", bent_bowl, best_for(arm["rule"], 25, 1))[1:].abs() < 1e-3).float().mean().item()
    for condition in [each for each in (10, 30, 100, 300, 1000, 3000, 10000) if each <= options["narrowest"]]:
        roll(f"bowl {condition}", bowl(condition), best_for(arm["rule"], 1, 1 / condition))
    full, small = [fit(name, rate * arm["boost"]) for name, rate in zip(("full batch", "small batch"), arm["netRates"])]
    return {"passed": passed, "arrived": arrived, "settled": settled, "fullBatchLoss": full, "smallBatchLoss": small}


if __name__ == "__main__":
    main(run_arm)
