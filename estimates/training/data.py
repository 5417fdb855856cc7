"""From an export's directory to the rows a model is trained on, one per participant."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from estimates import rules
from estimates.card import Origin
from protocol import EstimateRules, Study

COLUMNS = ("hr_change_bpm", "sleep_quality_change", "mood_change", "mood_before")
GROUPS = ("sex", "age_band", "education", "site")
AGE_BANDS = ((18, 30), (31, 40), (41, 50), (51, 60))
# By study id: the study day it was given on, and the answer.
Answers = dict[str, tuple[int, float]]

FILES = ("participants", "workouts", "sleep_nights", "responses")


class DataError(ValueError):
    """An export that no model can be trained on; its text is one line."""


@dataclass(frozen=True)
class TrainingData:
    """The complete rows in an order of their own (never that of the ids), and what became of all.

    `rows` has COLUMNS and GROUPS; `flow` counts people at each step, in order.
    """

    rows: pd.DataFrame
    flow: dict[str, int]
    origin: Origin
    protocol: str
    windows: EstimateRules

    @property
    def x(self) -> NDArray[np.float64]:
        """The two inputs, (n, 2), in bpm and points."""
        return self.rows[list(COLUMNS[:2])].to_numpy(dtype=np.float64)

    @property
    def y(self) -> NDArray[np.float64]:
        """The label, (n,): the mood item at the last visit minus week 0."""
        return self.rows["mood_change"].to_numpy(dtype=np.float64)

    @property
    def sha256(self) -> str:
        """The rows' hash: the same people with the same answers have the same one."""
        text = self.rows.to_csv(index=False, float_format="%.9g", lineterminator="\n")
        return hashlib.sha256(text.encode()).hexdigest()


def read_export(directory: Path, study: Study) -> TrainingData:
    """The training data of a conduct export. Raises DataError with one line on what is missing.

    The label is the mood outcome at the programme's last visit minus week 0, the inputs are those
    of the 14 days that end on the day it was answered (CONTRACT, "POST /api/v1/estimates/").
    """
    windows = study.estimates
    if windows is None:
        raise DataError(f"the protocol {study.name} makes no estimates")
    manifest = _manifest(directory)
    tables = {name: _table(directory, name) for name in FILES}
    people = tables["participants"]
    people = people[people["allocated"] == 1].set_index("study_id")
    first, last = _mood(tables["responses"], study)
    labelled = [study_id for study_id in people.index if study_id in first and study_id in last]
    workouts = _by_person(tables["workouts"], ["study_day", "hr_before_bpm", "hr_after_bpm"])
    nights = _by_person(tables["sleep_nights"], ["study_day", "quality"])
    found = []
    for study_id in labelled:
        (_, before), (day, after) = first[study_id], last[study_id]
        given = _inputs(day, workouts(study_id), nights(study_id), windows)
        if given is not None:
            values = (given.hr_change_bpm, given.sleep_quality_change, after - before, before)
            found.append((*values, *_groups(people.loc[study_id])))
    rows = pd.DataFrame(found, columns=[*COLUMNS, *GROUPS])
    return TrainingData(
        rows=rows.sort_values([*COLUMNS, *GROUPS], ignore_index=True),
        flow={
            "allocated": len(people),
            "answered the mood item at both visits": len(labelled),
            "and logged enough for both inputs": len(rows),
        },
        # Only an export that says it is no demo's can count as people.
        origin=Origin.STUDY if manifest.get("demo") is False else Origin.SIMULATED,
        protocol=f"{study.name} {study.version}",
        windows=windows,
    )


def _manifest(directory: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise DataError(f"{directory}: holds no export (no manifest.json to read)") from None
    if not isinstance(manifest, dict):
        raise DataError(f"{directory}: its manifest.json is no manifest")
    return manifest


def _table(directory: Path, name: str) -> pd.DataFrame:
    path = directory / f"{name}.csv"
    try:
        return pd.read_csv(path, dtype={"study_id": "string", "item": "string"})
    except (OSError, ValueError):
        raise DataError(
            f"{path}: cannot be read; the model is trained on a conduct export in CSV"
        ) from None


def _mood(responses: pd.DataFrame, study: Study) -> tuple[Answers, Answers]:
    """The mood item at week 0 and at the programme's last visit, by study id."""
    outcome = study.outcome("mood")
    rows = responses[
        (responses["instrument"] == outcome.instrument)
        & (responses["item"] == outcome.item)
        & (responses["submitted"] == 1)
    ].dropna(subset=["value", "submitted_day"])
    codes = {visit.week: visit.code for visit in study.enabled_visits}

    def at(visit: str) -> Answers:
        kept = rows[rows["visit"] == visit]
        return {
            str(study_id): (int(day), float(value))
            for study_id, day, value in zip(
                kept["study_id"], kept["submitted_day"], kept["value"], strict=True
            )
        }

    return at(codes[0]), at(codes[study.weeks])


def _by_person(
    table: pd.DataFrame, columns: list[str]
) -> Callable[[str], list[tuple[float | None, ...]]]:
    groups = {str(key): rows[columns] for key, rows in table.groupby("study_id")}

    def rows_of(study_id: str) -> list[tuple[float | None, ...]]:
        found = groups.get(study_id)
        if found is None:
            return []
        return [
            tuple(None if pd.isna(value) else float(value) for value in row)
            for row in found.itertuples(index=False)
        ]

    return rows_of


def _inputs(
    study_day: int,
    workouts: list[tuple[float | None, ...]],
    nights: list[tuple[float | None, ...]],
    windows: EstimateRules,
) -> rules.Inputs | None:
    """The inputs as of a study day, by the rules the site itself uses; None where too little."""
    seen = rules.observed(
        today=rules.day_index(study_day),
        rules=windows,
        workouts=[(rules.day_index(int(d)), b, a) for d, b, a in workouts if d is not None],
        nights=[(rules.day_index(int(d)), q) for d, q in nights if d is not None],
    )
    return None if rules.data_reasons(seen, windows) else rules.inputs(seen)


def _groups(person: pd.Series[Any]) -> tuple[str, ...]:
    age = person["age_years"]
    band = next((f"{a}–{b}" for a, b in AGE_BANDS if a <= age <= b), "other")
    return str(person["sex"]), band, str(person["education"]), str(person["site"])
