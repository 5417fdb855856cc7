"""When a total calls for a safety review. Pure; the limits are the protocol's (clinical notes 1.7).

A total is only ever compared with the same instrument's baseline. A baseline of 0 has no percent:
there the points alone decide.
"""

from __future__ import annotations

from protocol import Worsening


def is_worse(rule: Worsening, total: int, baseline: int | None) -> bool:
    """Whether `total` reaches one of the rule's limits. Higher totals are worse."""
    return reaches(rule, total) or (baseline is not None and _rose(rule, total, baseline))


def reaches(rule: Worsening, total: int) -> bool:
    """Whether a total is high enough as such, whatever it was before."""
    return rule.at_least is not None and total >= rule.at_least


def _rose(rule: Worsening, total: int, baseline: int) -> bool:
    rise = total - baseline
    by_points = rule.points is not None and rise >= rule.points
    by_percent = rule.percent is not None and baseline > 0 and rise * 100 >= rule.percent * baseline
    return by_points or by_percent
