"""`batch-size` in PyTorch: one net, batches of 1 to 1500 digits, and the learning rate scaled with the batch."""

import torch
from twin import accuracy, main

ROWS, SMALL = 1500, 20


def run_arm(context):
    arm, epochs = context.arm, context.options["epochs"]
    training = context.training(arm["order"])
    model = training.load(torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.Tanh(), torch.nn.Linear(32, 10)))
    optimizer = torch.optim.SGD(model.parameters(), lr=arm["rate"])
    warmup = arm["warmup"]
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1, step / warmup) if warmup else 1)
    loss_function = torch.nn.CrossEntropyLoss()
    train = training.data.train
    per_epoch = ROWS // arm["batchSize"]
    losses = {}
    for update, (inputs, targets) in enumerate(training.batches(model, optimizer), 1):
        optimizer.zero_grad()
        loss = loss_function(model(inputs), targets)
        loss.backward()
        optimizer.step()
        schedule.step()
        training.record(loss)
        if update % per_epoch == 0:
            with torch.no_grad():
                losses[update] = loss_function(model(train.inputs), train.targets).item()
    return {
        "lossAtEqualEpochs": losses.get(epochs * per_epoch, float("nan")),
        "lossAtEqualUpdates": losses.get(epochs * ROWS // SMALL, float("nan")),
        "accuracy": accuracy(model, training.data.test),
    }


if __name__ == "__main__":
    main(run_arm)
