"""Metrics of scikit-learn 1.9.1, in float64 from float32 outputs; the calibration error from its formula, in NumPy.

    pip install scikit-learn==1.9.1
"""

import warnings

import numpy as np
import sklearn
from sklearn import metrics
from sklearn.exceptions import UndefinedMetricWarning

AVERAGES = ["macro", "micro", "weighted"]
SCORES = {"precision": metrics.precision_score, "recall": metrics.recall_score, "f1": metrics.f1_score}
BINS = [1, 5, 15]


def generate():
    rng = np.random.default_rng(0)
    return {
        "scikitLearn": sklearn.__version__,
        "classification": [
            classes("four classes", *draw(rng, [60], 4)),
            classes("positions", *draw(rng, [8, 5], 3)),
            classes("one class predicted that is no target, one that is neither", *with_gaps(rng)),
        ],
        "binary": [
            binary("tied scores", np.round(4 * rng.normal(size=40)) / 4, rng.integers(0, 2, 40)),
            binary("rare positives", rng.normal(size=50), (np.arange(50) % 10 == 0).astype(int)),
            binary("two scores only", np.where(rng.random(30) < 0.5, -1.5, 0.5), rng.integers(0, 2, 30)),
        ],
        "regression": [
            regression("one output", rng.normal(size=(25, 1)), 0.5),
            regression("far from 0", 1e4 + rng.normal(size=(25, 1)), 0.5),
            regression("three outputs", rng.normal(size=(20, 3)) * [1, 5, 0.1], 1),
            regression("worse than the mean", rng.normal(size=(20, 2)), 3),
            regression("a constant target, missed", np.column_stack([rng.normal(size=12), np.full(12, 2.5)]), 0.3),
            regression("a constant target, met", np.full((12, 1), 2.5), 0),
        ],
    }


def draw(rng, shape, count):
    """Targets of all classes, and logits that favour them a little; no two logits of a row are equal."""
    targets = rng.integers(0, count, shape)
    return 1.5 * np.eye(count)[targets] + rng.normal(size=[*shape, count]), targets


def with_gaps(rng):
    logits, targets = draw(rng, [40], 6)
    targets = targets % 4
    logits[:, 5] = -9 - rng.random(40)
    return logits, targets


def classes(title, logits, targets):
    logits = logits.astype(np.float32)
    count = logits.shape[-1]
    labels = np.arange(count)
    rows, flat = logits.reshape(-1, count), targets.reshape(-1)
    predicted = rows.argmax(-1)
    exact = rows.astype(np.float64)
    probabilities = np.exp(exact - exact.max(-1, keepdims=True))
    probabilities /= probabilities.sum(-1, keepdims=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UndefinedMetricWarning)
        return {
            "title": title,
            "logits": array(logits),
            "targets": array(targets),
            "accuracy": metrics.accuracy_score(flat, predicted),
            "topK": [metrics.top_k_accuracy_score(flat, rows, k=k, labels=labels) for k in range(1, count)],
            "averages": {
                score: {average: of(flat, predicted, average=average) for average in AVERAGES}
                for score, of in SCORES.items()
            },
            "perClass": {
                score: of(flat, predicted, average=None, labels=labels).tolist() for score, of in SCORES.items()
            },
            "support": np.bincount(flat, minlength=count).tolist(),
            "confusionMatrix": metrics.confusion_matrix(flat, predicted, labels=labels).tolist(),
            "auc": auc(flat, probabilities, labels),
            "calibrationError": calibration(probabilities.max(-1), predicted == flat),
        }


def auc(targets, probabilities, labels):
    """Of one class against the rest; None where a class has no target, which scikit-learn does not take."""
    if len(np.unique(targets)) < len(labels):
        return None
    return metrics.roc_auc_score(targets, probabilities, multi_class="ovr", labels=labels)


def binary(title, logits, targets):
    logits = logits.astype(np.float32)
    predicted = (logits > 0).astype(int)
    probabilities = 1 / (1 + np.exp(-logits.astype(np.float64)))
    return {
        "title": title,
        "logits": array(logits[:, None]),
        "targets": array(targets),
        "accuracy": metrics.accuracy_score(targets, predicted),
        "class1": {score: of(targets, predicted, zero_division=0) for score, of in SCORES.items()},
        "confusionMatrix": metrics.confusion_matrix(targets, predicted, labels=[0, 1]).tolist(),
        "auc": metrics.roc_auc_score(targets, logits),
        "calibrationError": calibration(np.maximum(probabilities, 1 - probabilities), predicted == targets),
    }


def calibration(confidences, right):
    """Guo et al. 2017, equations 3 and 5, by number of bins."""
    errors = {}
    for bins in BINS:
        error = 0.0
        for m in range(1, bins + 1):
            inside = (confidences > (m - 1) / bins) & (confidences <= m / bins)
            if inside.any():
                error += inside.mean() * abs(right[inside].mean() - confidences[inside].mean())
        errors[str(bins)] = float(error)
    return errors


def regression(title, targets, noise):
    targets = targets.astype(np.float32)
    rng = np.random.default_rng(len(title))
    predictions = (targets + noise * rng.normal(size=targets.shape)).astype(np.float32)
    return {
        "title": title,
        "predictions": array(predictions),
        "targets": array(targets),
        "rSquared": metrics.r2_score(targets.astype(np.float64), predictions.astype(np.float64)),
    }


def array(values):
    """A float32 in the 9 digits that keep its bits."""
    flat = values.reshape(-1).tolist()
    return {"shape": list(values.shape), "values": [float(f"{value:.9g}") for value in flat]}
