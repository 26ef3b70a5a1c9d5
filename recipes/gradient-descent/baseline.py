"""`gradient-descent` in PyTorch: a line by two losses, and the double well."""

import math

import torch
from twin import main

LOSSES = {"squared error": torch.nn.functional.mse_loss, "absolute error": torch.nn.functional.l1_loss}
INTERCEPT, SLOPE = 0.5, 2.0


def descend(training, objective, rate, schedule=lambda step: 1.0):
    parameters = training.start()
    optimizer = torch.optim.SGD([parameters], lr=rate)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, schedule)
    for _ in training.steps(parameters, optimizer):
        optimizer.zero_grad()
        loss = objective(parameters)
        loss.backward()
        optimizer.step()
        scheduler.step()
        training.record(loss)
    return parameters.detach()


def line(points, loss):
    return lambda p: loss(p[0] + p[1] * points.inputs[:, 0], points.targets[:, 0])


def line_error(parameters):
    b, w = parameters.tolist()
    return math.hypot(b - INTERCEPT, (w - SLOPE) / math.sqrt(3))


def double_well(w):
    return (w**4 / 4 + w**3 / 3 - w**2).sum()


def run_arm(context):
    arm, steps = context.arm, context.options["steps"]
    fixed = context.training("fixed rate")
    points = fixed.data.train
    design = torch.stack([torch.ones_like(points.inputs[:, 0]), points.inputs[:, 0]], 1).double()
    steepest = torch.linalg.eigvalsh(2 / len(design) * design.T @ design)[-1].item()
    best = torch.linalg.lstsq(design, points.targets.double()).solution[:, 0]
    start = fixed.start().detach()
    end = descend(fixed, line(points, LOSSES[arm["loss"]]), arm["rate"] * 2 / steepest)
    falling = context.training("MAE, falling rate")
    absolute = descend(falling, line(points, LOSSES["absolute error"]), 0.2, lambda step: 1 - step / steps)
    wells = descend(context.training("double well"), double_well, arm["rate"] * 2 / 6)
    return {
        "remaining": ((end - best).norm() / (start - best).norm()).item(),
        "squaredLineError": line_error(best),
        "absoluteLineError": line_error(absolute),
        "global": ((wells + 2).abs() < 0.05).double().mean().item(),
        "local": ((wells - 1).abs() < 0.05).double().mean().item(),
    }


if __name__ == "__main__":
    main(run_arm)
