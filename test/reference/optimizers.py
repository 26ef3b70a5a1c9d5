"""Trajectories of optimizers: PyTorch's own classes, optax's where PyTorch has none (LARS, LAMB, Lion, rates inside).

Each run is a configuration in the option names of this package, and what it does to three problems in float32. All
parameters have the layout of TensorFlow.js ([in, out], HWIO, features flattened as HWC). Rates are such that a run whose
start is off by one part in 2^23 stays within the tests' tolerance, or else the generator says so: where it does not, a
comparison would measure rounding, not the optimizer.
"""

import jax
import numpy
import optax
import torch
from torch.nn import functional

torch.set_num_threads(1)

FUNCTION_STEPS = [1, 2, 5, 10, 100, 400, 1000]
LOSS_STEPS = [0, 1, 2, 5, 10, 20, 40, 60, 80, 100, 125, 150, 175, 200, 225, 250, 275, 300, 350, 400]
# How far such a run may go in values and losses: the tolerances of the tests.
TAME = {"functions": (2e-6, 0), "mlp": (2e-5, 5e-6), "cnn": (5e-3, 1e-4)}

# Options of this package by the names that PyTorch has for them; "decay" is RMSProp's alpha and Adadelta's rho.
NAMES = {
    "epsilon": "eps", "weightDecay": "weight_decay", "initialAccumulator": "initial_accumulator_value",
    "learningRateDecay": "lr_decay", "momentumDecay": "momentum_decay",
}  # fmt: skip
CLASSES = {
    "sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamW": torch.optim.AdamW, "adagrad": torch.optim.Adagrad,
    "adadelta": torch.optim.Adadelta, "rmsProp": torch.optim.RMSprop, "adamax": torch.optim.Adamax,
    "nadam": torch.optim.NAdam, "radam": torch.optim.RAdam,
}  # fmt: skip

BIAS = {"weight": "bias"}
HALVE = {"every": 30, "factor": 0.8}

# optimizer, rates on functions, mlp and cnn, options; parts beside the optimizer: schedule, clip, average.
RUNS = [
    *[("sgd", (5e-4, 0.5, 0.2), options) for options in [{}, {"weightDecay": 0.1}, {"momentum": 0.0}]],
    *[
        ("sgd", (1e-4, 0.05, 0.02), {"momentum": momentum, **options})
        for momentum, options in [
            (0.9, {}), (0.5, {}), (0.9, {"dampening": 0.5}), (0.9, {"nesterov": True}), (0.9, {"dialect": "lecture"}),
            (0.9, {"nesterov": True, "weightDecay": 0.01}), (0.9, {"dampening": 0.3, "weightDecay": 0.01}),
            (0.9, {"weightDecay": 0.05, "groups": [{**BIAS, "weightDecay": 0}]}),
            (0.9, {"groups": [{**BIAS, "momentum": 0.5, "learningRate": 0.1}]}),
        ]
    ],
    ("sgd", (1e-4, 0.05, 0.02), {"momentum": 0.9}, {"schedule": HALVE}),
    ("sgd", (1e-4, 0.05, 0.02), {"momentum": 0.9, "dialect": "lecture"}, {"schedule": HALVE}),
    ("sgd", (1e-3, 0.5, 0.2), {}, {"clip": 0.1}),
    ("sgd", (5e-4, 0.5, 0.2), {}, {"average": 0.9}),
    *[
        ("adam", (5e-4, 0.003, 0.005), options)
        for options in [
            {}, {"beta1": 0.5}, {"beta1": 0.0}, {"beta2": 0.99}, {"epsilon": 1e-3},
            {"epsilon": 1e-6}, {"amsgrad": True}, {"amsgrad": True, "beta2": 0.9}, {"weightDecay": 0.05},
            {"amsgrad": True, "weightDecay": 0.01}, {"weightDecay": 0.05, "groups": [{**BIAS, "weightDecay": 0}]},
            {"groups": [{**BIAS, "beta1": 0.5, "beta2": 0.99, "epsilon": 1e-4}]},
        ]
    ],
    ("adam", (1e-4, 0.001, 0.005), {"beta1": 0.8, "beta2": 0.9}),
    ("adamW", (1e-4, 0.001, 0.005), {"beta1": 0.7, "beta2": 0.95, "weightDecay": 0.1}),
    ("adam", (5e-4, 0.003, 0.005), {}, {"schedule": HALVE}),
    ("adam", (5e-4, 0.003, 0.005), {"epsilon": 1e-2}, {"clip": 0.1}),
    ("adam", (5e-4, 0.003, 0.005), {"beta1": 0.8}, {"average": 0.99}),
    *[
        ("adamW", (5e-4, 0.003, 0.005), options)
        for options in [
            {}, {"weightDecay": 0.5}, {"weightDecay": 0}, {"amsgrad": True, "weightDecay": 0.1}, {"epsilon": 1e-4},
            {"weightDecay": 0.5, "groups": [{**BIAS, "weightDecay": 0}]},
            {"weightDecay": 0.2, "groups": [{**BIAS, "learningRate": 0.001}]},
        ]
    ],
    ("adamW", (5e-4, 0.003, 0.005), {"weightDecay": 0.5}, {"schedule": HALVE}),
    ("adamW", (5e-4, 0.003, 0.005), {}, {"schedule": HALVE, "clip": 1, "average": 0.95}),
    *[
        ("adagrad", (0.02, 0.03, 0.05), options)
        for options in [
            {}, {"initialAccumulator": 0.1}, {"learningRateDecay": 0.01}, {"epsilon": 1e-3}, {"weightDecay": 0.05},
            {"dialect": "tfjs"}, {"dialect": "tfjs", "initialAccumulator": 1, "epsilon": 1e-3},
        ]
    ],
    ("adagrad", (5e-4, 0.003, 0.005), {"dialect": "lecture", "epsilon": 1e-20}),
    ("adagrad", (0.02, 0.03, 0.05), {}, {"schedule": HALVE}),
    *[
        ("adadelta", (0.1, 1.0, 1.0), options)
        for options in [{}, {"decay": 0.95}, {"epsilon": 1e-7}, {"decay": 0.99, "weightDecay": 0.01}]
    ],
    *[
        ("rmsProp", (2e-4, 0.001, 0.001), options)
        for options in [
            {}, {"epsilon": 1e-3}, {"momentum": 0.5}, {"momentum": 0.2, "decay": 0.98},
            {"weightDecay": 0.05}, {"dialect": "lecture"}, {"dialect": "lecture", "decay": 0.95}, {"dialect": "tfjs"},
            {"dialect": "tfjs", "momentum": 0.5, "decay": 0.98, "epsilon": 1e-4}, {"centered": True, "epsilon": 1e-2},
            {"centered": True, "momentum": 0.5, "epsilon": 1e-2, "decay": 0.995},
        ]
    ],
    ("rmsProp", (2e-4, 3e-4, 0.001), {"decay": 0.9}),
    ("rmsProp", (2e-4, 0.001, 0.001), {"momentum": 0.5}, {"schedule": HALVE}),
    ("rmsProp", (2e-4, 0.001, 0.001), {"momentum": 0.5, "dialect": "tfjs"}, {"schedule": HALVE}),
    *[
        ("adamax", (5e-4, 0.003, 0.005), options)
        for options in [{}, {"beta1": 0.8, "beta2": 0.99}, {"epsilon": 1e-3}, {"weightDecay": 0.05}]
    ],
    *[
        ("nadam", (5e-4, 0.003, 0.005), options)
        for options in [
            {}, {"momentumDecay": 0.04}, {"beta1": 0.8, "beta2": 0.99}, {"epsilon": 1e-3}, {"weightDecay": 0.05},
        ]
    ],
    *[
        ("radam", (5e-4, 0.003, 0.005), options)
        for options in [{}, {"beta1": 0.8, "beta2": 0.99}, {"epsilon": 1e-3}, {"weightDecay": 0.05}]
    ],
    *[
        ("lars", (0.1, 0.3, 0.3), options)
        for options in [
            {}, {"trust": 0.002, "momentum": 0.5}, {"nesterov": True}, {"epsilon": 0.1, "weightDecay": 0.01},
            {"weightDecay": 0.1, "groups": [{**BIAS, "weightDecay": 0}]},
        ]
    ],
    *[
        ("lamb", (5e-4, 0.002, 0.002), options)
        for options in [
            {}, {"weightDecay": 0.1}, {"beta1": 0.8, "beta2": 0.99, "epsilon": 1e-4},
            {"weightDecay": 0.1, "groups": [{**BIAS, "weightDecay": 0, "learningRate": 0.001}]},
        ]
    ],
    *[("lion", (3e-4, 0.001, 5e-4), options) for options in [{}, {"beta1": 0.95, "beta2": 0.98}]],
    # Powers of two: 1 - rate * decay is exact, which optax does not use (it takes rate * decay * weights away).
    ("lion", (2**-12, 2**-10, 2**-11), {"weightDecay": 0.5}),
    ("lion", (2**-12, 2**-10, 2**-11), {"weightDecay": 0.5}, {"schedule": {"every": 100, "factor": 0.5}}),
]  # fmt: skip


class Optax:
    """An optax transformation with the face of a PyTorch optimizer."""

    def __init__(self, parameters, transformation):
        self.parameters, self.update = parameters, jax.jit(transformation.update)
        self.state = transformation.init([p.detach().numpy() for p in parameters])

    def step(self):
        values = [p.detach().numpy() for p in self.parameters]
        updates, self.state = self.update([p.grad.numpy() for p in self.parameters], self.state, values)
        for parameter, update in zip(self.parameters, updates):
            parameter.data += torch.from_numpy(numpy.array(update))


def optax_transformation(optimizer, rate, o):
    decay = o.get("weightDecay", 0)
    if optimizer == "lars":
        return optax.lars(rate, decay, trust_coefficient=o.get("trust", 1e-3), eps=o.get("epsilon", 0),
                          momentum=o.get("momentum", 0.9), nesterov=o.get("nesterov", False))  # fmt: skip
    if optimizer == "lamb":
        return optax.lamb(rate, o.get("beta1", 0.9), o.get("beta2", 0.999), o.get("epsilon", 1e-6), weight_decay=decay)
    if optimizer == "lion":
        return optax.lion(rate, o.get("beta1", 0.9), o.get("beta2", 0.99), weight_decay=decay)
    if optimizer == "sgd":
        return optax.chain(optax.scale_by_learning_rate(rate), optax.trace(o["momentum"]))
    if optimizer == "adagrad":
        return optax.adagrad(rate, o.get("initialAccumulator", 0.1), o.get("epsilon", 1e-7))
    return optax.rmsprop(rate, o.get("decay", 0.9), o.get("epsilon", 1e-7), momentum=o.get("momentum"))


def from_optax(optimizer, options):
    return optimizer not in CLASSES or options.get("dialect") == "tfjs" or (optimizer, options.get("dialect")) == ("sgd", "lecture")


def torch_options(optimizer, options):
    found = {NAMES.get(name, name): value for name, value in options.items() if name not in ("dialect", "weight")}
    if "decay" in found:
        found["alpha" if optimizer == "rmsProp" else "rho"] = found.pop("decay")
    if "beta1" in found or "beta2" in found:
        found["betas"] = (found.pop("beta1", 0.9), found.pop("beta2", 0.999))
    if "learningRate" in found:
        found["lr"] = found.pop("learningRate")
    return found


def steppers(optimizer, options, rate, parts, parameters):
    """What makes one update: a list of things with `step`; `parameters` is a dict by path."""
    own = {name: value for name, value in options.items() if name != "groups"}
    members = {path: next((g for g in options.get("groups", []) if path.endswith(g["weight"])), {}) for path in parameters}
    schedule = parts.get("schedule")
    if from_optax(optimizer, options):
        def rate_of(group):
            own_rate = group.get("learningRate")
            if own_rate is None and schedule is not None:
                return lambda count: rate * schedule["factor"] ** (count // schedule["every"])
            return own_rate or rate

        return [Optax([p], optax_transformation(optimizer, rate_of(members[path]), {**own, **members[path]})) for path, p in parameters.items()]
    made = CLASSES[optimizer](
        [{"params": [p], **torch_options(optimizer, members[path] and {**own, **members[path]})} for path, p in parameters.items()],
        lr=rate, foreach=False, **torch_options(optimizer, own),
    )  # fmt: skip
    if options.get("dialect") == "lecture":
        if optimizer == "rmsProp":  # s starts from the first squared gradient
            for p in parameters.values():
                made.state[p] = {"step": torch.tensor(0.0), "square_avg": p.grad.square()}
        else:  # η / √mean = η √(t + 1) / √sum
            return [made, torch.optim.lr_scheduler.LambdaLR(made, lambda t: (t + 1) ** 0.5)]
    return [made] + ([torch.optim.lr_scheduler.StepLR(made, schedule["every"], schedule["factor"])] if schedule else [])


def function_gradient(w):
    """Rows: a parabola, Rosenbrock's function, a bowl 100 times as steep in y, and a parabola with tiny gradients."""
    (x0, y0), (x, y), (x2, y2), (x3, y3) = w.detach().unbind()
    d = y - x * x
    rows = [(x0, y0), (-2 * (1 - x) - 400 * x * d, 200 * d), (x2, 100 * y2), (1e-5 * x3, 1e-5 * y3)]
    return torch.stack([torch.stack(row) for row in rows])


def classes(logits_of, inputs, labels):
    def loss(parameters):
        return functional.cross_entropy(logits_of(parameters, inputs), labels)

    return loss


def mlp(p, x):
    hidden = torch.tanh(x @ p["dense:0/kernel"] + p["dense:0/bias"])
    return hidden @ p["dense:1/kernel"] + p["dense:1/bias"]


def cnn(p, x):
    maps = torch.relu(functional.conv2d(x.permute(0, 3, 1, 2), p["conv2d:0/kernel"].permute(3, 2, 0, 1)))
    features = functional.avg_pool2d(maps, 2).permute(0, 2, 3, 1).flatten(1)
    return features @ p["dense:0/kernel"] + p["dense:0/bias"]


def problems():
    draw = torch.Generator().manual_seed(4)
    normal = lambda scale, *shape: (torch.randn(shape, generator=draw) * scale).round(decimals=4)
    functions = {"start": {"parameters": torch.tensor([[0.3, -0.4], [-0.3, 0.4], [0.4, 0.25], [0.04, -0.06]])}, "loss": None}
    # Every point comes twice, a third of them with two labels: no net can bring the loss near 0, where updates are noise.
    points, images = normal(1, 12, 3).repeat(2, 1), normal(1, 16, 6, 6, 1)
    labels = (points @ normal(1, 3, 3)).argmax(1)
    labels[:4] = (labels[:4] + 1) % 3
    kinds = torch.arange(16) % 3
    images += kinds[:, None, None, None] * torch.linspace(-0.5, 0.5, 6)[:, None]
    images = images.round(decimals=4)
    dense = lambda n, inputs, outputs: {f"dense:{n}/kernel": normal(inputs**-0.5, inputs, outputs), f"dense:{n}/bias": normal(0.1, outputs)}
    return {
        "functions": {**functions, "snapshots": FUNCTION_STEPS},
        "mlp": {"start": {**dense(0, 3, 5), **dense(1, 5, 3)}, "inputs": points, "labels": labels,
                "loss": classes(mlp, points, labels), "snapshots": [1, 2, 5, 10, 100, 400]},
        "cnn": {"start": {"conv2d:0/kernel": normal(1 / 3, 3, 3, 1, 2), **dense(0, 8, 3)}, "inputs": images, "labels": kinds,
                "loss": classes(cnn, images, kinds), "snapshots": [1, 10, 100, 400]},
    }  # fmt: skip


def trajectory(problem, scale, optimizer, rate, options, parts):
    """Losses at LOSS_STEPS and, at the problem's snapshots, all parameters (their averages, where asked) in one list."""
    parameters = {path: (value * scale).requires_grad_() for path, value in problem["start"].items()}
    losses, values, averages, made = {}, {}, None, None
    for step in range(problem["snapshots"][-1] + 1):
        if problem["loss"] is None:
            for p in parameters.values():
                p.grad = function_gradient(p)
        else:
            loss = problem["loss"](parameters)
            if step in LOSS_STEPS:
                losses[step] = loss.item()
            for p in parameters.values():
                p.grad = None
            loss.backward()
        if "clip" in parts:
            torch.nn.utils.clip_grad_norm_(parameters.values(), parts["clip"])
        made = made or steppers(optimizer, options, rate, parts, parameters)
        for each in made:
            each.step()
        if "average" in parts:
            current = [p.detach().clone() for p in parameters.values()]
            if averages is None:
                averages = current
            else:
                torch.optim.swa_utils.get_ema_multi_avg_fn(parts["average"])(averages, current, step)
        if step + 1 in problem["snapshots"]:
            shown = averages or [p.detach() for p in parameters.values()]
            values[step + 1] = torch.cat([p.flatten() for p in shown]).tolist()
    return losses, values


def short(values):
    """As many digits as keep the bits of float32."""
    return [float(str(numpy.float32(value))) for value in values]


def run(problems, optimizer, rates, options, parts=None):
    parts = parts or {}
    found = {"optimizer": optimizer, "options": options, **parts}
    for (name, problem), rate in zip(problems.items(), rates):
        (losses, values), (other_losses, others) = [
            trajectory(problem, scale, optimizer, rate, options, parts) for scale in (1, 1 + 2**-23)
        ]
        far = max(abs(a - b) for step in values for a, b in zip(values[step], others[step]))
        far_loss = max((abs(losses[step] - other_losses[step]) for step in losses), default=0)
        if not (far <= TAME[name][0] and far_loss <= TAME[name][1]):
            print(f"not tame: {optimizer} {options} {parts} on {name}: {far:.2g}, loss {far_loss:.2g}")
        found[name] = {
            "learningRate": rate,
            **({"losses": short(losses.values())} if losses else {}),
            "values": {step: short(value) for step, value in values.items()},
        }
    return found


def generate():
    made = problems()
    given = lambda tensor: {"shape": list(tensor.shape), "values": short(tensor.flatten().tolist())}
    return {
        "lossSteps": LOSS_STEPS,
        "problems": {
            name: {
                "start": {path: given(value) for path, value in problem["start"].items()},
                **({"inputs": given(problem["inputs"]), "labels": problem["labels"].tolist()} if problem["loss"] else {}),
            }
            for name, problem in made.items()
        },
        "runs": [run(made, *each) for each in RUNS],
    }
