"""The lecture's optimizers in PyTorch: torch's own, and the two whose lecture form torch does not have."""

import torch


class RootMeanSquare(torch.optim.Optimizer):
    """θ ← θ − η/σ g; σ² is the mean of all g² so far (Adagrad), or with `decay` a running mean from the first on (RMSProp)."""

    def __init__(self, params, lr, decay=None, eps=1e-8):
        super().__init__(params, {"lr": lr, "decay": decay, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                t, square = state.get("t", 0), state.get("square", torch.zeros_like(p))
                kept = t / (t + 1) if group["decay"] is None else group["decay"] if t else 0.0
                square = square * kept + p.grad * (1 - kept) * p.grad
                state.update(t=t + 1, square=square)
                p -= p.grad * group["lr"] / (square.sqrt() + group["eps"])


OPTIMIZERS = {
    "gd": lambda p, lr: torch.optim.SGD(p, lr),
    "momentum": lambda p, lr: torch.optim.SGD(p, lr, momentum=0.9),
    "adagradMean": lambda p, lr: RootMeanSquare(p, lr, eps=1e-10),
    "adagradSum": lambda p, lr: torch.optim.Adagrad(p, lr),
    "rmsProp": lambda p, lr: RootMeanSquare(p, lr, decay=0.9),
    "adam": lambda p, lr: torch.optim.Adam(p, lr),
    "radam": lambda p, lr: torch.optim.RAdam(p, lr),
}
