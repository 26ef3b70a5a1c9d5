"""Makes the golden files of this folder: numbers from PyTorch, from optax where PyTorch has none, or from a formula.

    pip install -r test/reference/requirements.txt
    python test/reference/generate.py            # all families
    python test/reference/generate.py schedules  # one

Each family is a module with `generate() -> dict`; its numbers go to `<family>.json` with the versions that made them.
Tests read the JSON only: they need no Python.
"""

import importlib
import json
import math
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
FAMILIES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "generate")


def plain(value):
    """Numbers and lists as JSON has them; non-finite numbers as strings, float32 in as few digits as keep its bits."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")
    return value


def versions():
    import torch

    found = {"python": sys.version.split()[0], "torch": torch.__version__}
    try:
        import optax

        found["optax"] = optax.__version__
    except ImportError:
        pass
    return found


def main(names):
    for name in names or FAMILIES:
        data = {"generator": f"test/reference/{name}.py", "versions": versions(), **importlib.import_module(name).generate()}
        target = FOLDER / f"{name}.json"
        target.write_text(json.dumps(plain(data), separators=(",", ":")) + "\n")
        print(f"{target.name}: {target.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    sys.path.insert(0, str(FOLDER))
    main(sys.argv[1:])
