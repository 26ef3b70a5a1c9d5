"""`model-bias` in PyTorch: nets as one vector of unknowns on a bent curve, and torch.nn models of a weekly series."""

import torch
from twin import main

CURVES = {"bent": ([-0.75, -0.25, 0.25, 0.75], [0.2, 1.2, 0.4, 0.8]), "ramp": ([-0.25, 0.25], [0.0, 1.0])}
ACTIVATIONS = {"none": lambda r: r, "sigmoid": torch.sigmoid, "relu": torch.relu}


def points_on(curve, rows):
    x = torch.linspace(-1, 1, rows, dtype=torch.float64)
    knots, heights = (torch.tensor(values, dtype=torch.float64) for values in CURVES[curve])
    slopes = (heights[1:] - heights[:-1]) / (knots[1:] - knots[:-1])
    pieces = torch.minimum((x[:, None] - knots[:-1]).clamp(min=0), knots[1:] - knots[:-1]) * slopes
    return x.float(), (heights[0] + pieces.sum(1)).float()


def outputs_of(arm, theta, x):
    units = arm["units"]
    hidden, c, constant = theta.reshape(-1, 3 * units + 1).split([2 * units, units, 1], dim=1)
    w, b = hidden.reshape(-1, units, 2).split(1, dim=2)
    a = ACTIVATIONS[arm["activation"]](b + w * x)  # [nets, units, rows]
    return constant + (c[:, None] @ a)[:, 0]


def falling(optimizer, steps):
    return torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)


def fit_curve(context, training, x, y):
    theta = training.start()
    optimizer = torch.optim.Adam([theta], lr=context.arm["rate"])
    schedule = falling(optimizer, context.options["steps"])
    for _ in training.steps(theta, optimizer):
        optimizer.zero_grad()
        loss = (outputs_of(context.arm, theta, x) - y).square().mean(1).sum()
        loss.backward()
        optimizer.step()
        schedule.step()
        training.record(loss)
    return (outputs_of(context.arm, theta.detach(), x) - y).square().mean(1) / y.var(correction=0)


def fit_series(context, training):
    sizes = [context.arm["lags"], *context.arm["hidden"]]
    layers = [layer for a, b in zip(sizes, sizes[1:]) for layer in (torch.nn.Linear(a, b), torch.nn.ReLU())]
    model = training.load(torch.nn.Sequential(*layers, torch.nn.Linear(sizes[-1], 1)))
    optimizer = torch.optim.Adam(model.parameters(), lr=context.arm["rate"])
    schedule = falling(optimizer, context.options["seriesSteps"])
    for inputs, targets in training.batches(model, optimizer):
        optimizer.zero_grad()
        loss = torch.nn.functional.l1_loss(model(inputs), targets)
        loss.backward()
        optimizer.step()
        schedule.step()
        training.record(loss)
    days = training.data.train
    return torch.nn.functional.l1_loss(model(days.inputs), days.targets).item()


def run_arm(context):
    if "lags" in context.arm:
        return {"seriesError": fit_series(context, context.training("series"))}
    if context.arm["start"] == "constructed":
        return {}
    x, y = (values.to(context.device) for values in points_on(context.arm["curve"], context.options["rows"]))
    unexplained = fit_curve(context, context.training("curve"), x, y)
    return {"unexplained": unexplained.median().item(), "found": (unexplained <= 0.02).float().mean().item()}


if __name__ == "__main__":
    main(run_arm)
