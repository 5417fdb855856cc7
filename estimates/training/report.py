"""The figures of `docs/model.md`, written anew between two marks from a model's card."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

BEGIN = "<!-- figures: written by `make model` -->"
END = "<!-- end of the figures -->"
NAMES = {
    "network": "the network",
    "straight_line": "straight line on the same two inputs",
    "mean_change": "the mean change, for everyone",
    "mood_before": "straight line on the mood before",
}


def write(path: Path, card: dict[str, Any]) -> None:
    """Replace what stands between the marks. Raises OSError where there are none."""
    text = path.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise OSError(f"{path}: has no place for the figures ({BEGIN} … {END})")
    body = "\n".join(figures(card))
    path.write_text(f"{before}{BEGIN}\n{body}\n{END}{after}", encoding="utf-8")


def figures(card: dict[str, Any]) -> Iterator[str]:
    """The tables, line by line."""
    training, span, made = card["training"], card["range"], card["made_with"]
    yield f"\n**Data origin: {card['data_origin'].upper()}.** Version `{card['version']}`,"
    yield f"file SHA-256 `{card['sha256']}`, data SHA-256 `{training['data_sha256']}`.\n"
    yield from _table("participants", "n", training["flow"].items())
    yield f"\nOf these {training['learned_from']} to learn from, {training['watched_to_stop']} to"
    yield f"stop by and {training['calibrated_on']} to set the width of the range.\n"
    yield from _performance(card["performance"])
    yield f"\nRange: ± {span['half_width']} points at {100 * span['coverage']:.0f} %; the mean"
    yield f"change alone would need ± {span['half_width_of_mean']}. On those it had not seen the"
    yield f"range held {100 * span['observed_coverage']:.1f} % of the answers.\n"
    yield f"Inputs seen in training: heart-rate change {_span(training['hr_change_bpm'])} bpm,"
    yield f"sleep-quality change {_span(training['sleep_quality_change'])} points. Outside them,"
    yield "or too far from their common centre, it abstains.\n"
    yield from _groups(card["groups"])
    libraries = ", ".join(f"{name} {version}" for name, version in made["libraries"].items())
    yield f"\nMade with seed {made['seed']}, {made['starts']} starts"
    yield f"({made['starts_with_dead_units']} of them ended with a dead unit and were passed over),"
    yield f"{made['repeats']} × {made['folds']} folds; {libraries}."


def _performance(found: dict[str, Any]) -> Iterator[str]:
    yield (
        "| on the same folds | MAE | RMSE | R² | "
        "the network misses less by (95 % interval; below 0 it misses more) |"
    )
    yield "|---|---|---|---|---|"
    for key, name in NAMES.items():
        row = found[key]
        less = row.get("network_misses_less_by")
        shown = f"{less['mean']:.3f} ({less['low']:.3f} to {less['high']:.3f})" if less else ""
        yield f"| {name} | {row['mae']:.3f} | {row['rmse']:.3f} | {row['r2']:.3f} | {shown} |"
    line = found["calibration"]
    yield f"\nCalibration of the network: intercept {line['intercept']:.3f},"
    yield f"slope {line['slope']:.3f}. Against the mean change it is"
    yield f"{'better' if found['beats_mean'] else 'no better'}; against the straight line it is"
    yield f"{'better' if found['beats_line'] else 'no better'}."


def _groups(groups: dict[str, Any]) -> Iterator[str]:
    yield "| group | level | n | MAE of the network |"
    yield "|---|---|---|---|"
    for group, levels in groups.items():
        for level, cell in levels.items():
            shown = "not shown" if cell["mae"] is None else f"{cell['mae']:.2f}"
            yield f"| {group.replace('_', ' ')} | {level} | {cell['n']} | {shown} |"


def _table(first: str, second: str, rows: Any) -> Iterator[str]:
    yield f"| {first} | {second} |"
    yield "|---|---|"
    for name, value in rows:
        yield f"| {name} | {value} |"


def _span(pair: list[float]) -> str:
    return f"{pair[0]:.1f} to {pair[1]:.1f}"
