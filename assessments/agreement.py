"""How well two raters agree: intraclass correlations and weighted kappa. Pure.

Intraclass correlations after Shrout & Fleiss (1979), Psychological Bulletin 86: 420-428, by their
names: (1,1) each target by other judges, (2,1) judges drawn at random, (3,1) these judges only, and
(·,k) of the mean of k judges; limits for (2,·) after McGraw & Wong (1996), Psychological Methods 1:
30-46. Weighted kappa after Cohen (1968), Psychological Bulletin 70: 213-220.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]
CONFIDENCE = 0.95
LEAST_FREEDOM = 0.1  # below it the limits are wider than any scale


@dataclass(frozen=True)
class Icc:
    """One coefficient with its limits at 95 % confidence; NaN where it, or they, have no value."""

    kind: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class _Anova:
    """Mean squares of a table of n targets by k judges."""

    n: int
    k: int
    between: float
    judges: float
    error: float
    within: float


def intraclass(scores: Sequence[Sequence[float]]) -> dict[str, Icc]:
    """The six coefficients of a table: a row for each target, a column for each judge.

    Empty where they cannot be reckoned: fewer than two targets or judges, or no variance at all.
    """
    table = np.asarray(scores, dtype=float)
    if table.ndim != 2 or min(table.shape) < 2 or np.ptp(table) == 0:
        return {}
    found = _anova(table)
    single = (_one_way(found), _random_judges(found), _fixed_judges(found))
    means = (_mean_of(one, found) for one in single)
    return {one.kind: one for one in (*single, *means)}


def _anova(table: Matrix) -> _Anova:
    n, k = table.shape
    middle = table.mean()
    rows = k * float(((table.mean(axis=1) - middle) ** 2).sum())
    columns = n * float(((table.mean(axis=0) - middle) ** 2).sum())
    whole = float(((table - middle) ** 2).sum())
    rest = max(whole - rows - columns, 0.0)
    # What is only a rounding error of the sums is nothing.
    rest = 0.0 if rest < 1e-12 * whole else rest
    return _Anova(
        n=n, k=k, between=rows / (n - 1), judges=columns / (k - 1),
        error=rest / ((n - 1) * (k - 1)), within=(rest + columns) / (n * (k - 1)),
    )  # fmt: skip


def _one_way(a: _Anova) -> Icc:
    value = (a.between - a.within) / (a.between + (a.k - 1) * a.within)
    return _with_limits("1,1", value, a, a.within, a.n * (a.k - 1))


def _fixed_judges(a: _Anova) -> Icc:
    bottom = a.between + (a.k - 1) * a.error
    value = (a.between - a.error) / bottom if bottom else math.nan
    return _with_limits("3,1", value, a, a.error, (a.n - 1) * (a.k - 1))


def _with_limits(kind: str, value: float, a: _Anova, noise: float, freedom: float) -> Icc:
    """The limits by F, which (1,1) and (3,1) have in the same form."""
    if not noise:
        return Icc(kind, value, value, value)
    ratio, tail, n = a.between / noise, (1 + CONFIDENCE) / 2, a.n - 1
    low = ratio / f_quantile(tail, n, freedom)
    high = ratio * f_quantile(tail, freedom, n)
    return Icc(kind, value, (low - 1) / (low + a.k - 1), (high - 1) / (high + a.k - 1))


def _random_judges(a: _Anova) -> Icc:
    n, k = a.n, a.k
    bottom = a.between + (k - 1) * a.error + k * (a.judges - a.error) / n
    value = (a.between - a.error) / bottom if bottom > 0 else math.nan
    if not a.error or not bottom > 0:
        return Icc("2,1", value, math.nan, math.nan)
    ratio, rest = a.judges / a.error, n * (1 + (k - 1) * value) - k * value
    top = (k - 1) * (n - 1) * (k * value * ratio + rest) ** 2
    under = (n - 1) * (k * value * ratio) ** 2 + rest**2
    freedom = top / under if under else 0.0
    if freedom < LEAST_FREEDOM:
        return Icc("2,1", value, math.nan, math.nan)
    tail = (1 + CONFIDENCE) / 2
    noise = k * a.judges + (k * n - k - n) * a.error
    above = f_quantile(tail, n - 1, freedom)
    below = f_quantile(tail, freedom, n - 1)
    low = n * (a.between - above * a.error) / (above * noise + n * a.between)
    high = n * (below * a.between - a.error) / (noise + n * below * a.between)
    return Icc("2,1", value, low, high)


def _mean_of(single: Icc, a: _Anova) -> Icc:
    """The coefficient of the mean of all k judges, by Spearman and Brown."""
    kind = single.kind.replace(",1", f",{a.k}")
    return Icc(kind, *(_stepped_up(x, a.k) for x in (single.value, single.low, single.high)))


def _stepped_up(value: float, k: int) -> float:
    bottom = 1 + (k - 1) * value
    return k * value / bottom if bottom > 0 else math.nan


def quadratic(categories: int) -> Matrix:
    """Disagreement that counts by the square of its distance."""
    steps = np.arange(categories)
    return np.asarray((steps[:, None] - steps[None, :]) ** 2, dtype=float)


def weighted_kappa(counts: Sequence[Sequence[float]], weights: Matrix) -> float | None:
    """Cohen's weighted kappa of a square table (first judge by second), with disagreement weights.

    None where chance alone would agree wholly: both judges used one category.
    """
    table = np.asarray(counts, dtype=float)
    shares = table / table.sum()
    by_chance = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    expected = float((weights * by_chance).sum())
    return 1 - float((weights * shares).sum()) / expected if expected else None


def kappa_of(pairs: Sequence[tuple[int, int]], low: int, high: int) -> float | None:
    """Quadratic weighted kappa of pairs of whole scores from `low` to `high`; None without any."""
    size = high - low + 1
    counts = np.zeros((size, size))
    for first, second in pairs:
        counts[first - low, second - low] += 1
    return weighted_kappa(counts.tolist(), quadratic(size)) if pairs else None


def f_quantile(share: float, top: float, bottom: float) -> float:
    """The value below which `share` of the F distribution lies, by halving to 1e-12 of it."""
    low, high = 0.0, 1.0
    while _f_below(high, top, bottom) < share:
        low, high = high, high * 2
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if _f_below(middle, top, bottom) < share else (low, middle)
    return (low + high) / 2


def _f_below(x: float, top: float, bottom: float) -> float:
    return _incomplete_beta(top / 2, bottom / 2, top * x / (top * x + bottom))


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function, by Lentz's continued fraction."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(b, a, 1 - x)
    scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(scale + a * math.log(x) + b * math.log1p(-x)) / a
    return front * (_fraction(a, b, x) - 1)


def _fraction(a: float, b: float, x: float, terms: int = 400) -> float:
    tiny = 1e-300
    value, c, d = 1.0, 1.0, 0.0
    for m in range(terms):
        half = m // 2
        if m == 0:
            part = 1.0
        elif m % 2:
            part = -(a + half) * (a + b + half) * x / ((a + m - 1) * (a + m))
        else:
            part = half * (b - half) * x / ((a + m - 1) * (a + m))
        d = 1 / ((1 + part * d) or tiny)
        c = (1 + part / c) or tiny
        value *= c * d
        if m and abs(c * d - 1) < 1e-15:
            break
    return value
