"""Prints what TensorBoard makes of a folder: {tag: [[step, value], ...]}, NaN and infinities as strings."""

import json
import math
import sys

from tensorboard.backend.event_processing import plugin_event_accumulator
from tensorboard.util import tensor_util

# 0: keep every point, where TensorBoard itself takes a sample.
accumulator = plugin_event_accumulator.EventAccumulator(
    sys.argv[1], size_guidance={plugin_event_accumulator.TENSORS: 0}
)
accumulator.Reload()


def value(event):
    number = tensor_util.make_ndarray(event.tensor_proto).item()
    return number if math.isfinite(number) else repr(number)


tags = accumulator.PluginTagToContent("scalars")
print(json.dumps({tag: [[e.step, value(e)] for e in accumulator.Tensors(tag)] for tag in tags}))
