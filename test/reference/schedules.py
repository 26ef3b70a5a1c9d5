"""Learning-rate schedules: PyTorch's classes, optax's where PyTorch has none, the formula where neither has.

Some of PyTorch's classes multiply their last rate at each step, which adds up rounding; their `_get_closed_form_lr` is
the truth. Such a table is the closed form, after a check that the steps agree with it to 1e-9.
A table ends where the reference goes on otherwise than this package, which holds its last value.
"""

import math
import random
import warnings

import jax
import jax.numpy as jnp
import optax
import torch
from torch.optim import lr_scheduler as torch_lr

LAST = 1000


def generate():
    with jax.enable_x64(True), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {"tables": [*of_torch(), *of_optax(), *of_formulas()], "plateaus": plateaus()}


# --- Tables ---


def of_torch():
    for rate, factor, every in [(0.1, 0.1, 30), (1.0, 0.5, 7), (0.003, 0.97, 1)]:
        make = lambda o: torch_lr.StepLR(o, every, factor)
        yield table("stepDecay", {"from": rate, "factor": factor, "every": every}, closed(make, rate), [every, 2 * every])
    for rate, factor, milestones in [(0.1, 0.1, [320, 480]), (1.0, 0.5, [1, 2, 3, 500]), (0.02, 0.3, [1000])]:
        make = lambda o: torch_lr.MultiStepLR(o, milestones, factor)
        yield table("multiStepDecay", {"from": rate, "factor": factor, "milestones": milestones}, closed(make, rate), milestones)
    for rate, factor in [(0.1, 0.99), (1.0, 0.9999), (3e-4, 0.5)]:
        make = lambda o: torch_lr.ExponentialLR(o, factor)
        yield table("exponentialDecay", {"from": rate, "factor": factor}, closed(make, rate), [])
    for rate, steps, power in [(0.1, 1000, 1.0), (0.01, 730, 0.9), (1.0, 90, 2.0), (0.5, 333, 0.5)]:
        make = lambda o: torch_lr.PolynomialLR(o, steps, power)
        yield table("polynomialDecay", {"from": rate, "steps": steps, "power": power}, closed(make, rate), [steps])
    for rate, end, steps in [(0.1, 0.0, 1000), (1.0, 0.001, 200), (3e-4, 1e-5, 777)]:
        make = lambda o: torch_lr.CosineAnnealingLR(o, steps, end)
        yield table("cosineDecay", {"from": rate, "to": end, "steps": steps}, closed(make, rate, steps), [], steps)
    for rate, end, period, times in [(0.1, 0.0, 10, 2), (1.0, 0.01, 50, 1), (0.05, 1e-4, 7, 3), (0.2, 0.0, 1, 2)]:
        make = lambda o: torch_lr.CosineAnnealingWarmRestarts(o, period, times, end)
        options = {"from": rate, "to": end, "period": period, "periodFactor": times}
        yield table("cosineRestarts", options, stepped(make, rate), [period, period * (1 + times)])
    cycles = [(0.1, 1000, {}), (1.0, 500, {"shape": "linear"}), (0.01, 997, {"warmupShare": 0.25, "threePhases": True})]
    cycles += [(0.4, 60, {"warmupShare": 0.5, "threePhases": True, "shape": "linear"}), (0.4, 33, {"warmupShare": 0.1})]
    cycles += [(0.3, 800, {"start": 0.03, "end": 0.003})]
    for peak, total, options in cycles:
        start = options.get("start", peak / 25)
        make = lambda o: torch_lr.OneCycleLR(
            o,
            peak,
            total,
            pct_start=options.get("warmupShare", 0.3),
            anneal_strategy="linear" if options.get("shape") == "linear" else "cos",
            cycle_momentum=False,
            div_factor=peak / start,
            final_div_factor=start / options.get("end", start / 1e4),
            three_phase=options.get("threePhases", False),
        )
        top = math.floor(options.get("warmupShare", 0.3) * total)
        yield table("oneCycle", {"peak": peak, "totalSteps": total, **options}, stepped(make, peak, total - 1), [top, 2 * top], total - 1)
    for low, peak, up, down, times in [(0.001, 0.1, 20, None, 1), (0.0, 1.0, 3, 30, 1), (0.01, 0.02, 40, 17, 0.5)]:
        mode = "triangular" if times == 1 else "triangular2"
        make = lambda o: torch_lr.CyclicLR(o, low, peak, up, down, mode, cycle_momentum=False)
        options = {"from": low, "peak": peak, "stepsUp": up, **({} if down is None else {"stepsDown": down}), "heightFactor": times}
        yield table("triangular", options, stepped(make, low), [up, up + (down or up)])
    for start, rate, steps in [(0.25, 0.1, 100), (0.001, 3e-4, 1000), (0.5, 1.0, 5)]:
        make = lambda o: torch_lr.LinearLR(o, start, 1.0, steps)
        yield table("linearWarmup", {"from": start * rate, "to": rate, "steps": steps}, closed(make, rate), [steps])

    def joined(optimizer):
        parts = [torch_lr.LinearLR(optimizer, 0.1, 1.0, 100), torch_lr.StepLR(optimizer, 200, 0.5), torch_lr.ExponentialLR(optimizer, 0.99)]
        return torch_lr.SequentialLR(optimizer, parts, [100, 600])

    parts = [
        {"schedule": "linearWarmup", "options": {"from": 0.01, "to": 0.1, "steps": 100}},
        {"schedule": "stepDecay", "options": {"from": 0.1, "factor": 0.5, "every": 200}},
        {"schedule": "exponentialDecay", "options": {"from": 0.1, "factor": 0.99}},
    ]
    yield table("joinSchedules", {"schedules": parts, "boundaries": [100, 600]}, stepped(joined, 0.1), [100, 300, 500, 600])


def of_optax():
    for rate, steps in [(0.1, 400), (1e-3, 1), (3e-4, 1000)]:
        yield table("linearWarmup", {"to": rate, "steps": steps}, optax_rates(optax.linear_schedule(0.0, rate, steps)), [steps])
    for rate, end, steps, power in [(0.1, 0.001, 600, 2.0), (0.05, 0.2, 300, 1.0), (1.0, 0.1, 1000, 1.5)]:
        rates = optax_rates(optax.polynomial_schedule(rate, end, power, steps))
        yield table("polynomialDecay", {"from": rate, "to": end, "steps": steps, "power": power}, rates, [steps])
    for rate, factor, every in [(0.1, 0.5, 100), (1.0, 0.96, 37)]:
        rates = optax_rates(optax.exponential_decay(rate, every, factor))
        yield table("exponentialDecay", {"from": rate, "factor": factor, "every": every}, rates, [every])
    for rate, end, steps in [(0.1, 0.0, 640), (0.2, 0.05, 100)]:
        rates = optax_rates(optax.cosine_decay_schedule(rate, steps, end / rate))
        yield table("cosineDecay", {"from": rate, "to": end, "steps": steps}, rates, [steps])
    for start, peak, end, warmup, total in [(0.0, 0.1, 0.0, 100, 1000), (0.001, 0.01, 1e-5, 30, 500)]:
        rates = optax_rates(optax.warmup_cosine_decay_schedule(start, peak, warmup, total, end))
        options = {"start": start, "peak": peak, "end": end, "warmupSteps": warmup, "totalSteps": total}
        yield table("warmupCosine", options, rates, [warmup, total])
    whole = optax.join_schedules([optax.linear_schedule(0.0, 0.1, 40), optax.cosine_decay_schedule(0.1, 960)], [40])
    parts = [
        {"schedule": "linearWarmup", "options": {"to": 0.1, "steps": 40}},
        {"schedule": "cosineDecay", "options": {"from": 0.1, "steps": 960}},
    ]
    yield table("joinSchedules", {"schedules": parts, "boundaries": [40]}, optax_rates(whole), [40])


def of_formulas():
    for rate, scale in [(0.1, 1), (1e-3, 400), (1.0, 12.5)]:
        rates = [rate * (1 + t / scale) ** -0.5 for t in range(LAST + 1)]
        yield table("inverseSquareRootDecay", {"from": rate, "timescale": scale}, rates, [])
    for width, warmup in [(512, 4000), (512, 400), (64, 1)]:
        rates = [width**-0.5 * min(max(t, 1e-300) ** -0.5, t * warmup**-1.5) for t in range(LAST + 1)]
        yield table("transformerSchedule", {"dModel": width, "warmupSteps": warmup}, rates, [warmup] if warmup < LAST else [])
    for beta2 in [0.999, 0.99, 0.5]:
        rates = [3e-4 * min(1, t * (1 - beta2) / 2) for t in range(LAST + 1)]
        yield table("untunedWarmup", {"to": 3e-4, "beta2": beta2}, rates, [round(2 / (1 - beta2))] if beta2 < 0.999 else [])
        rates = [3e-4 * (1 - math.exp(-t * (1 - beta2))) for t in range(LAST + 1)]
        yield table("untunedWarmup", {"to": 3e-4, "beta2": beta2, "shape": "exponential"}, rates, [])
    rates = [0.001 + 0.099 * (1 - math.exp(-t / 70.5)) for t in range(LAST + 1)]
    yield table("exponentialWarmup", {"from": 0.001, "to": 0.1, "timescale": 70.5}, rates, [])


def table(schedule, options, rates, corners, last=LAST):
    """All rates as one sum; singly those of the first 50 steps, of every 25th, and those around the corners."""
    around = {corner + offset for corner in [*corners, last] for offset in (-1, 0, 1)}
    steps = sorted(step for step in {*range(51), *range(0, LAST + 1, 25), *around} if step <= last)
    return {
        "schedule": schedule,
        "options": options,
        "steps": steps,
        "rates": [rates[step] for step in steps],
        "last": last,
        "sum": math.fsum(rates[: last + 1]),
    }


def optimizer_at(rate):
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=rate)


def stepped(make, rate, last=LAST):
    optimizer = optimizer_at(rate)
    scheduler = make(optimizer)
    rates = [optimizer.param_groups[0]["lr"]]
    for _ in range(last):
        optimizer.step()
        scheduler.step()
        rates.append(optimizer.param_groups[0]["lr"])
    return rates


def closed(make, rate, last=LAST):
    scheduler = make(optimizer_at(rate))
    rates = []
    for step in range(last + 1):
        scheduler.last_epoch = step
        rates.append(scheduler._get_closed_form_lr()[0])
    worst = max(abs(a - b) for a, b in zip(rates, stepped(make, rate, last), strict=True))
    assert worst <= 1e-9 * max(rates), f"closed form and steps differ by {worst}"
    return rates


def optax_rates(schedule):
    rates = schedule(jnp.arange(LAST + 1))
    assert rates.dtype == jnp.float64
    return [float(rate) for rate in rates]


# --- Plateaus ---

SETTINGS = [
    {"patience": 2, "factor": 0.8},
    {"patience": 0, "factor": 0.9, "threshold": 0},
    {"patience": 3, "cooldown": 4, "factor": 0.3},
    {"patience": 1, "threshold": 0.02, "thresholdMode": "absolute", "minimumRate": 0.004},
    {"patience": 4, "threshold": 0.05, "cooldown": 1, "mode": "max", "factor": 0.5},
    {"patience": 2, "threshold": 0.01, "thresholdMode": "absolute", "mode": "max", "factor": 0.7},
    {"patience": 1, "factor": 0.01},
    {},
]


def plateaus():
    """Fifty curves of 80 epochs, each under two of the settings: the epochs with a new rate, and that rate."""
    draw = random.Random(2021)
    return [plateau(curve(draw), [SETTINGS[i % len(SETTINGS)], SETTINGS[(3 * i + 1) % len(SETTINGS)]]) for i in range(50)]


def curve(draw):
    """A loss that falls by fits and starts, with noise, sometimes rising; one in five is not a number for an epoch."""
    falls = [(draw.randrange(80), draw.uniform(0.05, 0.5), draw.uniform(0.05, 1)) for _ in range(draw.randrange(1, 7))]
    noise, drift = draw.choice([0, 0.003, 0.05]), draw.choice([0, 0, 0.005])

    def value(t):
        fallen = sum(height * (1 - math.exp(-speed * (t - start))) for start, height, speed in falls if t > start)
        return round(3 - fallen + drift * t + draw.gauss(0, noise), 4)

    values = [value(t) for t in range(80)]
    if draw.random() < 0.2:
        values[draw.randrange(80)] = math.nan
    return values


def plateau(values, settings):
    runs = []
    for options in settings:
        optimizer = optimizer_at(0.1)
        scheduler = torch_lr.ReduceLROnPlateau(
            optimizer,
            mode=options.get("mode", "min"),
            factor=options.get("factor", 0.1),
            patience=options.get("patience", 10),
            threshold=options.get("threshold", 1e-4),
            threshold_mode={"relative": "rel", "absolute": "abs"}[options.get("thresholdMode", "relative")],
            cooldown=options.get("cooldown", 0),
            min_lr=options.get("minimumRate", 0),
        )
        changes = []
        for epoch, value in enumerate(values):
            before = optimizer.param_groups[0]["lr"]
            scheduler.step(value)
            after = optimizer.param_groups[0]["lr"]
            if after != before:
                changes.append([epoch, after])
        runs.append({"options": options, "changes": changes})
    return {"values": values, "runs": runs}
