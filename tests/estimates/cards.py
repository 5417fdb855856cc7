"""A card for a network of the tests."""

from __future__ import annotations

from typing import Any

from estimates.card import Weights


def card_of(weights: Weights, *, sha256: str, **changes: Any) -> dict[str, Any]:
    """A whole card: 40 people, inputs (0, −2) to (60, 8), range ± 1.5 where the mean's is 2."""
    figures = {"mae": 0.8, "rmse": 1.0, "r2": 0.2}
    less = {"network_misses_less_by": {"mean": 0.1, "low": 0.05, "high": 0.15}}
    card: dict[str, Any] = {
        "version": "forward",
        "sha256": sha256,
        "data_origin": "study",
        "network": {
            "centre": weights.centre, "scale": weights.scale, "hidden": weights.hidden,
            "hidden_bias": weights.hidden_bias, "output": weights.output,
            "output_bias": weights.output_bias,
        },
        "training": {
            "participants": 40,
            "hr_change_bpm": [0, 60],
            "sleep_quality_change": [-2, 8],
            "centre": [25, 3],
            "inverse_covariance": [[0.002, 0], [0, 0.05]],
            "distance_squared_limit": 7.3778,
        },
        "range": {
            "coverage": 0.9, "half_width": 1.5, "half_width_of_mean": 2.0,
            "observed_coverage": 0.91,
        },
        "performance": {
            "network": figures, "mean_change": {**figures, **less},
            "straight_line": {**figures, **less}, "mood_before": {**figures, **less},
            "beats_mean": True, "beats_line": False,
        },
    }  # fmt: skip
    return {**card, **changes}
