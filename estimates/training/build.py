"""Train, calibrate, evaluate, and write a model's directory: `model.tflite` and `card.json`."""

from __future__ import annotations

import importlib.metadata
import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from estimates.card import CARD_FILE, MODEL_FILE, Origin, read_card, sha256_of
from estimates.rules import conformal_half_width, too_wide
from estimates.training import evaluate, network
from estimates.training.data import DataError, TrainingData

STARTS = 32
STARTS_PER_FOLD = 8
# Fewer cannot give a finite 90 % range on the calibration part and something to learn from.
FEWEST = 34
# The 97.5 % point of a squared Mahalanobis distance in two dimensions: χ²(2) = −2 ln 0.025.
DISTANCE_SQUARED_LIMIT = round(-2 * math.log(0.025), 4)
LIBRARIES = ("tensorflow-cpu", "numpy", "pandas")


def build(data: TrainingData, out: Path, *, seed: int) -> dict[str, Any]:
    """Train on `data` and write both files to `out`. The same data and seed give the same files.

    Raises DataError for too few people, evaluate.AllDead, and network.TensorFlowMissing.
    """
    count = len(data.rows)
    if count < FEWEST:
        raise DataError(
            f"{count} participants have both inputs and both answers; a model needs {FEWEST}"
        )
    parts = evaluate.split(np.arange(count), np.random.default_rng(seed))
    [chosen] = evaluate.train(data, [parts], starts=STARTS, seed=seed)
    tried = evaluate.cross_validate(data, starts=STARTS_PER_FOLD, seed=seed + 1)
    file = network.as_tflite(chosen.weights, data.origin)
    card = _card(data, parts, chosen, tried, sha256_of(file), seed)
    out.mkdir(parents=True, exist_ok=True)
    (out / MODEL_FILE).write_bytes(file)
    text = json.dumps(card, indent=2, ensure_ascii=False) + "\n"
    (out / CARD_FILE).write_text(text, encoding="utf-8")
    return {**card, "too_wide": too_wide(read_card(out))}


def _card(
    data: TrainingData,
    parts: evaluate.Split,
    chosen: evaluate.Chosen,
    tried: evaluate.Tried,
    sha256: str,
    seed: int,
) -> dict[str, Any]:
    w, x, y = chosen.weights, data.x, data.y
    coverage = data.windows.coverage
    missed = y[parts.calibrate] - evaluate.answers(w, x[parts.calibrate])
    missed_by_mean = y[parts.calibrate] - y[parts.seen].mean()
    return {
        "version": f"{data.protocol.replace(' ', '-')}-{data.origin.value}-{sha256[:8]}",
        "sha256": sha256,
        "data_origin": data.origin.value,
        "protocol": data.protocol,
        "network": {
            "inputs": ["hr_change_bpm", "sleep_quality_change"],
            "centre": w.centre,
            "scale": w.scale,
            "hidden": w.hidden,
            "hidden_bias": w.hidden_bias,
            "output": w.output,
            "output_bias": w.output_bias,
        },
        "training": {
            "participants": len(parts.seen),
            "learned_from": len(parts.learn),
            "watched_to_stop": len(parts.watch),
            "calibrated_on": len(parts.calibrate),
            "flow": data.flow,
            "data_sha256": data.sha256,
            **_seen(x[parts.seen]),
            "mood_change": {"mean": _kept(y.mean()), "sd": _kept(y.std(ddof=1))},
        },
        "range": {
            "method": "split conformal, |residual|",
            "coverage": coverage,
            "half_width": _up(conformal_half_width(missed.tolist(), coverage)),
            "half_width_of_mean": _up(conformal_half_width(missed_by_mean.tolist(), coverage)),
            "observed_coverage": _kept(tried.held.mean()),
        },
        "performance": evaluate.performance(data, tried),
        "groups": evaluate.by_group(data, tried),
        "made_with": {
            "seed": seed,
            "starts": chosen.starts,
            "starts_with_dead_units": chosen.starts_with_dead_units,
            "folds": evaluate.FOLDS,
            "repeats": evaluate.REPEATS,
            "steps": network.STEPS,
            "learning_rate": network.LEARNING_RATE,
            "penalty": network.PENALTY,
            "libraries": {name: importlib.metadata.version(name) for name in LIBRARIES},
        },
        "stamp": "DATA ORIGIN: SIMULATED" if data.origin is Origin.SIMULATED else "",
    }


def _seen(x: evaluate.Floats) -> dict[str, Any]:
    """The ranges, centre and spread of the inputs that the model saw."""
    low, high = x.min(axis=0), x.max(axis=0)
    inverse = np.linalg.inv(np.cov(x, rowvar=False))
    return {
        "hr_change_bpm": [_kept(low[0]), _kept(high[0])],
        "sleep_quality_change": [_kept(low[1]), _kept(high[1])],
        "centre": [_kept(value) for value in x.mean(axis=0)],
        "inverse_covariance": [[round(float(v), 6) for v in row] for row in inverse],
        "distance_squared_limit": DISTANCE_SQUARED_LIMIT,
    }


def _kept(value: Any) -> float:
    return round(float(value), 4)


def _up(value: float) -> float:
    """Rounded up, so that the range keeps its coverage."""
    return math.ceil(value * 10_000) / 10_000
