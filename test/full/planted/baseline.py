"""The twin of `planted`. The variable PLANTED names a difference to make, one that people make."""

import os

import torch
from twin import main

PLANTED = os.environ.get("PLANTED", "")


class UncorrectedAdam(torch.optim.Optimizer):
    """Adam without its bias correction."""

    def __init__(self, parameters, lr):
        super().__init__(parameters, {"lr": lr})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for parameter in group["params"]:
                state = self.state.setdefault(parameter, {"m": torch.zeros_like(parameter), "v": torch.zeros_like(parameter)})
                state["m"].lerp_(parameter.grad, 0.1)
                state["v"].mul_(0.999).addcmul_(parameter.grad, parameter.grad, value=0.001)
                parameter.addcdiv_(state["m"], state["v"].sqrt().add_(1e-8), value=-group["lr"])


class BiasedBatchNorm(torch.nn.BatchNorm1d):
    """Running variance from the biased variance of the batch."""

    def forward(self, inputs):
        before = self.running_var.clone()
        outputs = super().forward(inputs)
        self.running_var = 0.9 * before + 0.1 * inputs.detach().var(0, unbiased=False)
        return outputs


def run_arm(context):
    training = context.training("digits")
    norm = BiasedBatchNorm(16) if PLANTED == "variance" else torch.nn.BatchNorm1d(16)
    layers = [torch.nn.Linear(64, 16, bias=False), norm, torch.nn.Tanh(), torch.nn.Linear(16, 10)]
    model = training.load(torch.nn.Sequential(*layers))
    if PLANTED == "correction":
        optimizer = UncorrectedAdam(model.parameters(), lr=0.01)
    else:
        optimizer = torch.optim.Adam(model.parameters(), lr=0.01, eps=1e-3 if PLANTED == "epsilon" else 1e-8)
    late = 1 if PLANTED == "schedule" else 0
    warmup = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min((step + late) / 20, 1))
    loss_function = torch.nn.CrossEntropyLoss(label_smoothing=0.1 if PLANTED == "smoothing" else 0)
    previous = None
    for inputs, targets in training.batches(model, optimizer):
        if PLANTED == "order":
            previous, (inputs, targets) = (inputs, targets), previous or (inputs, targets)
        optimizer.zero_grad()
        loss = loss_function(model(inputs), targets)
        loss.backward()
        optimizer.step()
        warmup.step()
        training.record(loss)
    return {"loss": loss.item()}


if __name__ == "__main__":
    main(run_arm)
