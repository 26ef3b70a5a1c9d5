"""What the PyTorch twins share: the start that our side wrote, and the result they write. Standard library and torch only.

A twin is one function, `run_arm(context) -> dict of metrics`, PyTorch as its users write it; `main(run_arm)` calls it for
every run of the manifest. Files are safetensors; shapes, layouts and names are PyTorch's, images are [rows, channels, height,
width].

    PYTHONPATH=recipes python recipes/classification/baseline.py --work <folder that compare wrote>
"""

import argparse
import ctypes
import datetime
import json
import math
import os
import platform
import struct
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import torch

TYPES = {"F32": torch.float32, "F64": torch.float64, "I32": torch.int32, "U8": torch.uint8}


def main(run_arm):
    """Runs every arm and seed of `--work`/manifest.json and writes twin.json and a twin.safetensors beside each start."""
    end_with_parent()
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=Path, required=True)
    work = parser.parse_args().work
    manifest = json.loads((work / "manifest.json").read_text())
    device = prepare(manifest)
    began, started = datetime.datetime.now(datetime.timezone.utc), time.perf_counter()
    runs, seconds = [], []
    for run in manifest["runs"]:
        start = time.perf_counter()
        torch.manual_seed(run["seed"])
        data = run_arm(Context(manifest, run, work, device))
        seconds.append(time.perf_counter() - start)
        runs.append({"arm": run["arm"], "seed": run["seed"], "data": data})
        print(f"{run['arm']} seed {run['seed']}: {seconds[-1]:.2f} s", file=sys.stderr, flush=True)
    result = {
        **{key: manifest[key] for key in ("schemaVersion", "recipe", "mode", "options", "seeds")},
        "environment": environment(device),
        "runs": runs,
        "verdicts": [],
        "figures": [],
        "timings": {"startedAt": began.isoformat(), "totalSeconds": time.perf_counter() - started, "runs": seconds},
    }
    (work / "twin.json").write_text(json.dumps(plain(result), allow_nan=False))


class Context:
    """One arm with one seed."""

    def __init__(self, manifest, run, work, device):
        self.options, self.arm, self.arm_name, self.seed = manifest["options"], run["settings"], run["arm"], run["seed"]
        self.device = device
        self._trainings = [Training(work / each["folder"], each, device) for each in run["trainings"]]

    def training(self, name):
        """The next training of that name, in the order in which our side made them."""
        for index, training in enumerate(self._trainings):
            if training.name == name:
                return self._trainings.pop(index)
        raise KeyError(f"our side made no (further) training {name!r} in arm {self.arm_name}")


class Training:
    """One call of `context.train` or `context.minimize`: its start, and the record of what happens here."""

    def __init__(self, folder, description, device):
        self.name, self._folder, self._device = description["name"], folder, device
        self._detail = description.get("detail")  # the update of which everything is recorded, from 0
        tensors, metadata = read_safetensors(folder / "start.safetensors")
        self._start = {key: value.to(device) for key, value in tensors.items()}
        self._snapshots = set(json.loads(metadata["snapshots"]))
        self.updates = int(metadata["updates"])
        self.data = SimpleNamespace(**{part: self._part(part) for part in ("train", "validation", "test")})
        self._losses, self._rates, self._kept, self._seconds = [], [], {}, 0.0

    def _part(self, part):
        if f"{part}/inputs" not in self._start:
            return None
        inputs, targets = self._start[f"{part}/inputs"], self._start[f"{part}/targets"]
        if inputs.dim() == 4:
            inputs = inputs.permute(0, 3, 1, 2).contiguous()
        return SimpleNamespace(inputs=inputs, targets=targets.long() if targets.dtype == torch.int32 else targets)

    def load(self, model):
        """Gives `model` our initial weights: its modules, in order, get those of our layers. Returns the model."""
        model.to(self._device)
        ours = [(name, value) for name, value in self._start.items() if name.startswith("weight/")]
        own = [(name, value) for name, value in model.state_dict().items() if not name.endswith("num_batches_tracked")]
        if [tuple(value.shape) for _, value in ours] != [tuple(value.shape) for _, value in own]:
            shapes = lambda pairs: ", ".join(f"{name} {list(value.shape)}" for name, value in pairs)
            raise ValueError(f"training {self.name!r}: ours has {shapes(ours)}; the twin has {shapes(own)}")
        with torch.no_grad():
            for (_, value), (_, target) in zip(ours, own):
                target.copy_(value)
        self._names = {name: ours_name.removeprefix("weight/") for (ours_name, _), (name, _) in zip(ours, own)}
        return model

    def start(self):
        """Where our `minimize` began: a leaf tensor [parameters]."""
        return self._start["start"].clone().requires_grad_()

    def batches(self, model, optimizer=None):
        """The inputs and targets of each update, in the order of our side. Call `record` at the end of each."""
        order, offsets = self._start["order"].long(), self._start["offsets"].tolist()
        self._state = lambda: {self._names[name]: value for name, value in model.state_dict().items() if name in self._names}
        self._model = model
        train = self.data.train
        return self._updates(optimizer, lambda step: self._rows(train, order[offsets[step] : offsets[step + 1]]))

    def steps(self, parameters, optimizer=None):
        """The numbers of the updates of a minimization. Call `record` at the end of each."""
        self._state = lambda: {"parameters": parameters}
        self._model, self._parameters, self._names = None, parameters, {}
        return self._updates(optimizer, lambda step: step)

    @staticmethod
    def _rows(part, rows):
        return part.inputs[rows], part.targets[rows]

    def _updates(self, optimizer, batch):
        started = time.perf_counter()
        overhead = 0.0
        for step in range(self.updates):
            self._rates.append(optimizer.param_groups[0]["lr"] if optimizer else math.nan)
            rows = batch(step)
            if step == self._detail:
                self._begin_detail(rows)
            yield rows
            if step == self._detail:
                self._end_detail()
            if len(self._losses) != step + 1:
                raise RuntimeError(f"training {self.name!r}: record(loss) must be called once in every update")
            if step + 1 in self._snapshots:
                paused = time.perf_counter()
                self._keep_weights(step + 1)
                overhead += time.perf_counter() - paused
        if self._device.type == "cuda":
            torch.cuda.synchronize()
        self._seconds = time.perf_counter() - started - overhead
        self._keep_weights(self.updates)
        losses = torch.stack(self._losses).float() if self._losses else torch.zeros(0)
        rates = torch.tensor(self._rates, dtype=torch.float64)
        tensors = {"learningRate": rates, "loss": losses, **self._kept}
        write_safetensors(self._folder / "twin.safetensors", tensors, {"seconds": str(self._seconds)})

    def _keep_weights(self, updates):
        for name, value in self._state().items():
            self._kept[f"after/{updates}/{name}"] = value.detach().clone()

    def _begin_detail(self, rows):
        """Keeps the batch, the weights and, by hooks, what each module gives, of one update."""
        if self._model:
            self._kept["detail/targets/"] = rows[1].to(torch.float32)
        self._kept["detail/learningRate/"] = torch.tensor([self._rates[-1]], dtype=torch.float64)
        self._before = {name: value.detach().clone() for name, value in self._state().items()}
        for name, value in self._before.items():
            self._kept[f"detail/before/{name}"] = value
        taken = lambda _module, inputs: self._keep_images("detail/inputs/", inputs[0])
        self._hooks, owner, count = [self._model.register_forward_pre_hook(taken)] if self._model else [], "", 0
        for name, module in self._model.named_modules() if self._model else []:
            if "parametrizations" in name or any(child != "parametrizations" for child, _ in module.named_children()):
                continue
            own = [ours for theirs, ours in self._names.items() if theirs.startswith(f"{name}.")]
            if own:
                owner, count = own[0].split(".")[0], 0
            key, count = f"detail/forward/{owner}" + (f"|{count}" if count else ""), count + 1
            given = lambda _module, _inputs, output, key=key: self._keep_images(key, output)
            self._hooks.append(module.register_forward_hook(given))

    def _keep_images(self, key, values):
        """With channels last, as our side has them; of several calls the first."""
        if key not in self._kept:
            self._kept[key] = (values.permute(0, 2, 3, 1) if values.dim() == 4 else values).detach().clone()

    def _end_detail(self):
        for hook in self._hooks:
            hook.remove()
        self._kept["detail/loss/"] = self._losses[-1].reshape(1).float()
        leaves = dict(self._model.named_parameters()) if self._model else {"parameters": self._parameters}
        for name, parameter in leaves.items():
            if parameter.grad is not None:
                self._kept[f"detail/gradient/{self._names.get(name, name)}"] = parameter.grad.detach().clone()
        for name, value in self._state().items():
            self._kept[f"detail/update/{name}"] = value.detach() - self._before[name]

    def record(self, loss):
        """Keeps the loss of the update that ends; nothing is read from the device until the training ends."""
        self._losses.append(loss.detach().reshape(()))


def end_with_parent():
    """A pipe that our side holds open closes when it dies, in whatever way: then this process ends too."""
    pipe = os.environ.get("TFJS_RECIPES_PARENT")
    if pipe:
        wait = lambda: (os.read(int(pipe), 1), os._exit(1))
        threading.Thread(target=wait, daemon=True).start()


def prepare(manifest):
    """One way of computing on both sides: as many threads, no TF32, the same bits every time."""
    torch.set_num_threads(manifest["threads"])
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.use_deterministic_algorithms(True, warn_only=True)
    return torch.device(manifest["device"])


def environment(device):
    is_gpu = device.type == "cuda"
    backend = {
        "name": "pytorch",
        "device": torch.cuda.get_device_name(device) if is_gpu else f"CPU ({platform.machine()})",
        "isGpu": is_gpu,
        "threads": torch.get_num_threads(),
        "others": [],
    }
    versions = {"torch": torch.__version__, "python": platform.python_version(), **({"cuda": torch.version.cuda} if is_gpu else {})}
    return {
        "package": {"name": "torch", "version": torch.__version__},
        "backend": backend,
        "versions": versions,
        "platform": f"{platform.system().lower()} {platform.machine()}",
    }


def accuracy(model, part):
    """The share of rows whose largest logit is the right one, in evaluation mode."""
    model.eval()
    with torch.no_grad():
        right = (model(part.inputs).argmax(1) == part.targets).double().mean().item()
    model.train()
    return right


def read_safetensors(path):
    bytes_ = path.read_bytes()
    (length,) = struct.unpack("<Q", bytes_[:8])
    header = json.loads(bytes_[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        flat = torch.frombuffer(bytearray(bytes_[begin:end]), dtype=TYPES[entry["dtype"]]) if end > begin else torch.zeros(0)
        tensors[name] = flat.reshape(entry["shape"])
    return tensors, metadata


def write_safetensors(path, tensors, metadata):
    header, parts, offset = {"__metadata__": metadata}, [], 0
    names = {dtype: name for name, dtype in TYPES.items()}
    for name, tensor in sorted(tensors.items(), key=lambda item: -item[1].element_size()):
        part = bytes_of(tensor)
        header[name] = {"dtype": names[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [offset, offset + len(part)]}
        parts.append(part)
        offset += len(part)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(parts))


def bytes_of(tensor):
    flat = tensor.detach().cpu().contiguous()
    return ctypes.string_at(flat.data_ptr(), flat.numel() * flat.element_size()) if flat.numel() else b""


def plain(value):
    """JSON has no NaN and no infinity: they become strings, as our side writes them."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value
