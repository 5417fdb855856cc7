"""How good the procedure is: repeated K-fold by participant, beside simpler models.

Every fold goes through the whole procedure of the shipped model (learn, stop, calibrate), so that
the errors and the coverage are those of people whom it has never seen. NumPy only but for `fit`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from estimates.card import Weights
from estimates.rules import conformal_half_width
from estimates.training import network
from estimates.training.data import GROUPS, TrainingData

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

FOLDS = 5
REPEATS = 10
LEARN, WATCH = 0.525, 0.175
SMALLEST_CELL = 5
MODELS = ("network", "straight_line", "mean_change", "mood_before")


@dataclass(frozen=True)
class Split:
    """Which rows a model learns from, which it watches to stop, which set the range's width."""

    learn: Places
    watch: Places
    calibrate: Places

    @property
    def seen(self) -> Places:
        return np.concatenate([self.learn, self.watch])


@dataclass(frozen=True)
class Chosen:
    """The start that a job kept, and what became of all its starts."""

    weights: Weights
    starts: int
    starts_with_dead_units: int


class AllDead(ValueError):  # noqa: N818
    """No start of a job has two units that answer to anything."""


def split(places: Places, rng: np.random.Generator) -> Split:
    """Shuffled rows in three parts: 52.5 % learn, 17.5 % watch, 30 % calibrate."""
    mixed = rng.permutation(places)
    first = round(LEARN * len(mixed))
    second = first + round(WATCH * len(mixed))
    return Split(mixed[:first], mixed[first:second], mixed[second:])


def train(data: TrainingData, splits: Sequence[Split], *, starts: int, seed: int) -> list[Chosen]:
    """The best network of each split, by the rows it watched; dead ones are passed over."""
    x, y = data.x, data.y
    centres = np.array([np.round(x[s.seen].mean(axis=0), network.DECIMALS) for s in splits])
    scales = np.array([np.round(x[s.seen].std(axis=0), network.DECIMALS) for s in splits])
    if not scales.all():
        raise AllDead("an input is the same for everyone")
    z = (x[None] - centres[:, None]) / scales[:, None]
    learn, watch = np.zeros((2, len(splits), len(y)))
    for job, parts in enumerate(splits):
        learn[job, parts.learn], watch[job, parts.watch] = 1, 1
    fits = network.fit(z, y, learn, watch, starts=starts, seed=seed)
    return [
        _choose(fits, job, z[job, parts.learn], centres[job], scales[job], starts)
        for job, parts in enumerate(splits)
    ]


def _choose(
    fits: network.Fits, job: int, z: Floats, centre: Floats, scale: Floats, starts: int
) -> Chosen:
    dead = np.array([dead_units(fits.hidden[job, s], fits.hidden_bias[job, s], z).any()
                     for s in range(starts)])  # fmt: skip
    if dead.all():
        raise AllDead(f"all {starts} starts end with a unit that never answers")
    best = int(np.argmin(np.where(dead, np.inf, fits.loss[job])))
    return Chosen(fits.weights(job, best, centre, scale), starts, int(dead.sum()))


def dead_units(hidden: Floats, bias: Floats, z: Floats) -> NDArray[np.bool_]:
    """Which hidden units are 0 for every row: they give the same answer to everyone."""
    return np.asarray((z @ hidden.T + bias <= 0).all(axis=0))


def answers(weights: Weights, x: Floats) -> Floats:
    return np.array([weights.answer(float(a), float(b)) for a, b in x])


def line(x: Floats, y: Floats) -> Floats:
    """Least squares with an intercept."""
    return np.asarray(np.linalg.lstsq(_with_one(x), y, rcond=None)[0])


def _with_one(x: Floats) -> Floats:
    return np.column_stack([np.ones(len(x)), x])


@dataclass(frozen=True)
class Tried:
    """Answers for those not seen, (repeats, n) each, and whether the range held the truth."""

    answers: dict[str, Floats]
    held: NDArray[np.bool_]


def cross_validate(data: TrainingData, *, starts: int, seed: int) -> Tried:
    """Repeated K-fold by participant of the network and the baselines on the same folds."""
    rng = np.random.default_rng(seed)
    count, coverage = len(data.y), data.windows.coverage
    jobs: list[tuple[int, Places, Split]] = []
    for repeat in range(REPEATS):
        for test in np.array_split(rng.permutation(count), FOLDS):
            jobs.append((repeat, test, split(np.setdiff1d(np.arange(count), test), rng)))
    chosen = train(data, [parts for _, _, parts in jobs], starts=starts, seed=seed)
    found = {name: np.empty((REPEATS, count)) for name in MODELS}
    held = np.empty((REPEATS, count), dtype=bool)
    x, y, before = data.x, data.y, data.rows[["mood_before"]].to_numpy(dtype=np.float64)
    for (repeat, test, parts), one in zip(jobs, chosen, strict=True):
        seen = parts.seen
        found["network"][repeat, test] = answers(one.weights, x[test])
        found["straight_line"][repeat, test] = _with_one(x[test]) @ line(x[seen], y[seen])
        found["mood_before"][repeat, test] = _with_one(before[test]) @ line(before[seen], y[seen])
        found["mean_change"][repeat, test] = y[seen].mean()
        missed = y[parts.calibrate] - answers(one.weights, x[parts.calibrate])
        width = conformal_half_width(missed.tolist(), coverage)
        held[repeat, test] = np.abs(y[test] - found["network"][repeat, test]) <= width
    return Tried(found, held)


def performance(data: TrainingData, tried: Tried) -> dict[str, Any]:
    """MAE, RMSE, R² of each model, the paired differences, and the network's calibration line."""
    y = data.y
    figures: dict[str, Any] = {name: _figures(y, tried.answers[name]) for name in MODELS}
    missed = {name: np.abs(tried.answers[name] - y).mean(axis=0) for name in MODELS}
    for name in MODELS[1:]:
        figures[name]["network_misses_less_by"] = _interval(missed[name] - missed["network"])
    intercept, slope = line(tried.answers["network"].mean(axis=0)[:, None], y)
    figures["calibration"] = {"intercept": _kept(intercept), "slope": _kept(slope)}
    for name, key in (("mean_change", "beats_mean"), ("straight_line", "beats_line")):
        figures[key] = figures[name]["network_misses_less_by"]["low"] > 0
    return figures


def _figures(y: Floats, found: Floats) -> dict[str, float]:
    """Means over the repeats."""
    missed = found - y
    return {
        "mae": _kept(np.abs(missed).mean()),
        "rmse": _kept(np.sqrt((missed**2).mean(axis=1)).mean()),
        "r2": _kept((1 - (missed**2).mean(axis=1) / y.var()).mean()),
    }


def _interval(differences: Floats) -> dict[str, float]:
    """Mean difference per participant with its 95 % interval (normal)."""
    mean = float(differences.mean())
    half = 1.96 * float(differences.std(ddof=1)) / math.sqrt(len(differences))
    return {"mean": _kept(mean), "low": _kept(mean - half), "high": _kept(mean + half)}


def by_group(data: TrainingData, tried: Tried) -> dict[str, Any]:
    """The network's mean absolute error in each group; fewer than 5 people are not shown."""
    missed = pd.Series(np.abs(tried.answers["network"] - data.y).mean(axis=0))
    found: dict[str, Any] = {}
    for group in GROUPS:
        cells = missed.groupby(data.rows[group])
        found[group] = {
            str(level): {"n": len(rows), "mae": _kept(rows.mean())}
            if len(rows) >= SMALLEST_CELL else {"n": f"<{SMALLEST_CELL}", "mae": None}
            for level, rows in cells
        }  # fmt: skip
    return found


def _kept(value: Any) -> float:
    return round(float(value), 4)
