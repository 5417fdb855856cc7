"""From an export to training rows, and the procedure around the network (without TensorFlow)."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction

import protocol
from core import clock
from enrollment.models import Participant
from estimates import features, rules
from estimates.card import Origin
from estimates.training import evaluate, report
from estimates.training.data import DataError, TrainingData, read_export
from estimates.training.evaluate import Split, Tried
from tests import cast
from tests.estimates.models import FORWARD, shipped_card

STUDY = protocol.load("exdep12")


def person(study_id: str, **changes) -> dict[str, pd.DataFrame]:
    """One participant whose inputs are 20 bpm and 2 points, and whose mood rose from 4 to 6."""
    about = {"sex": "female", "age_years": 30, "education": "college", "site": "a", "allocated": 1}
    nights = [(day, 3) for day in range(-5, 0)] + [(day, 5) for day in range(80, 85)]
    pulse = [(72, 70, 85), (80, 70, 90), (85, 70, 95)]
    last = {"submitted_day": 85, "value": 6, **changes}
    return {
        "participants": pd.DataFrame([{"study_id": study_id, **about}]),
        "workouts": pd.DataFrame(
            [(study_id, *row) for row in pulse],
            columns=["study_id", "study_day", "hr_before_bpm", "hr_after_bpm"],
        ),
        "sleep_nights": pd.DataFrame(
            [(study_id, *row) for row in nights], columns=["study_id", "study_day", "quality"]
        ),
        "responses": pd.DataFrame(
            [
                {"study_id": study_id, "visit": visit, "instrument": "wellbeing", "item": "mood",
                 "submitted": 1, **answer}
                for visit, answer in (
                    ("week-0", {"submitted_day": -1, "value": 4}), ("week-12", last),
                )
            ]
        ),
    }  # fmt: skip


def export(target: Path, *people: dict[str, pd.DataFrame], **manifest: object) -> Path:
    target.mkdir()
    for name in ("participants", "workouts", "sleep_nights", "responses"):
        pd.concat([one[name] for one in people]).to_csv(target / f"{name}.csv", index=False)
    (target / "manifest.json").write_text(json.dumps(manifest))
    return target


def test_read_export_makes_the_contracts_inputs_and_label(tmp_path):
    data = read_export(export(tmp_path / "x", person("P1"), demo=False), STUDY)
    assert data.x.tolist() == [[20.0, 2.0]]
    assert data.y.tolist() == [2.0]
    assert data.rows.loc[0, ["mood_before", "sex", "age_band"]].tolist() == [4, "female", "18–30"]
    assert data.origin is Origin.STUDY


@pytest.mark.parametrize(
    ("changes", "flow"),
    [
        ({"value": None}, [1, 0, 0]),
        ({"submitted": 0}, [1, 0, 0]),
        # One day later the first workout has left the window, and two pairs are too few.
        ({"submitted_day": 86}, [1, 1, 0]),
    ],
)
def test_read_export_leaves_out_whoever_lacks_a_part(tmp_path, changes, flow):
    data = read_export(export(tmp_path / "x", person("P1", **changes), demo=False), STUDY)
    assert list(data.flow.values()) == flow
    assert len(data.rows) == flow[-1]


@pytest.mark.parametrize("manifest", [{"demo": True}, {}, {"demo": None}])
def test_read_export_counts_as_people_only_what_says_so(tmp_path, manifest):
    data = read_export(export(tmp_path / "x", person("P1"), **manifest), STUDY)
    assert data.origin is Origin.SIMULATED


def test_read_export_is_the_same_whatever_the_ids_are(tmp_path):
    one, two = person("P1"), person("P2", value=9)
    first = read_export(export(tmp_path / "x", one, two), STUDY)
    renamed = person("Z9"), person("A1", value=9)
    second = read_export(export(tmp_path / "y", *renamed), STUDY)
    assert first.sha256 == second.sha256
    assert first.y.tolist() == [2.0, 5.0]


def test_read_export_of_no_export_is_one_line(tmp_path):
    with pytest.raises(DataError, match=r"holds no export"):
        read_export(tmp_path, STUDY)
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(DataError, match=r"participants\.csv: cannot be read"):
        read_export(tmp_path, STUDY)


def seed_and_export(target: Path, moment) -> TrainingData:
    with time_machine.travel(moment, tick=False):
        call_command("seed_demo", participants=24, seed=5, verbosity=0)
        call_command("export_study", out=target, verbosity=0)
    return read_export(target, STUDY)


@pytest.mark.django_db
def test_training_sees_what_the_site_itself_computes_as_of_the_same_day(tmp_path, settings):
    settings.EXDEP_DEMO = True
    found = sorted(map(tuple, seed_and_export(tmp_path / "x", cast.NOW).x.tolist()))
    assert len(found) >= 4
    assert np.array(found) == pytest.approx(np.array(sorted(_live_inputs())), abs=1e-12)


@pytest.mark.django_db
def test_training_rows_do_not_depend_on_the_date_of_seeding(tmp_path, settings):
    settings.EXDEP_DEMO = True
    hashes = []
    for days in (0, 100, 263):
        with transaction.atomic():
            moment = cast.NOW + timedelta(days=days, hours=days % 17)
            hashes.append(seed_and_export(tmp_path / str(days), moment).sha256)
            transaction.set_rollback(True)
    assert len(set(hashes)) == 1


def _live_inputs() -> list[tuple[float, float]]:
    windows = STUDY.estimates
    assert windows is not None
    inputs = []
    for one in Participant.objects.exclude(day_one=None):
        answers = {
            response.visit.code: response
            for response in one.responses.filter(instrument="wellbeing").exclude(submitted_at=None)
        }
        if any(
            code not in answers or answers[code].answers["mood"] is None
            for code in ("week-0", "week-12")
        ):
            continue
        day = clock.local_date(answers["week-12"].submitted_at, one.tz)
        seen = features.observe(one, day, windows)
        if not rules.data_reasons(seen, windows):
            given = rules.inputs(seen)
            inputs.append((given.hr_change_bpm, given.sleep_quality_change))
    return inputs


# --- the procedure


def data_of(x, y) -> TrainingData:
    rows = pd.DataFrame({
        "hr_change_bpm": np.asarray(x)[:, 0], "sleep_quality_change": np.asarray(x)[:, 1],
        "mood_change": y, "mood_before": 4.0,
        "sex": ["female", "male"] * (len(y) // 2), "age_band": "18–30",
        "education": ["college"] * (len(y) - 3) + ["graduate"] * 3, "site": "a",
    })  # fmt: skip
    assert STUDY.estimates is not None
    return TrainingData(rows, {}, Origin.STUDY, "exdep12 1.0", STUDY.estimates)


def test_split_uses_every_row_once_in_the_stated_shares():
    parts = evaluate.split(np.arange(200), np.random.default_rng(0))
    assert [len(parts.learn), len(parts.watch), len(parts.calibrate)] == [105, 35, 60]
    everything = np.concatenate([parts.seen, parts.calibrate])
    assert sorted(everything.tolist()) == list(range(200))


@pytest.mark.parametrize(
    ("hidden", "bias", "dead"),
    [
        ([[1, 0], [0, 1]], [5, 5], [False, False]),
        ([[1, 0], [0, 1]], [-5, 5], [True, False]),
        ([[0, 0], [0, 0]], [0, 0], [True, True]),
    ],
)
def test_dead_units_are_those_that_answer_nobody(hidden, bias, dead):
    z = np.random.default_rng(0).uniform(-2, 2, (50, 2))
    assert evaluate.dead_units(np.array(hidden), np.array(bias), z).tolist() == dead


def test_dead_units_are_as_frequent_as_reckoned():
    """Zero biases, symmetric weights, inputs in [0, 1]: both dead in 1/16 of starts (.0632)."""
    rng = np.random.default_rng(7)
    z = rng.uniform(0, 1, (60, 2))
    z[0], z[1] = (0.0, 1.0), (1.0, 0.0)
    both = [evaluate.dead_units(rng.normal(size=(2, 2)), np.zeros(2), z).all() for _ in range(8000)]
    assert np.mean(both) == pytest.approx(1 / 16, abs=0.008)


def test_line_finds_anscombes_line():
    """Anscombe I: intercept 3.0000909, slope .5000909 (clinical.md section 5.2, F)."""
    x = np.array([10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5.0])
    y = np.array([8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68])
    assert evaluate.line(x[:, None], y) == pytest.approx([3.0000909, 0.5000909], abs=1e-7)


def tried(y, network, mean) -> Tried:
    answers = {name: np.tile(mean, (2, 1)) for name in evaluate.MODELS}
    answers["network"] = np.tile(network, (2, 1))
    return Tried(answers, np.ones((2, len(y)), dtype=bool))


def test_performance_of_perfect_answers_beats_the_mean_and_the_line():
    y = np.array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9.0])
    figures = evaluate.performance(data_of(np.zeros((10, 2)), y), tried(y, y, np.full(10, 4.5)))
    assert figures["network"] == {"mae": 0, "rmse": 0, "r2": 1}
    assert figures["mean_change"]["mae"] == 2.5
    assert figures["mean_change"]["r2"] == 0
    assert figures["calibration"] == {"intercept": 0, "slope": 1}
    assert (figures["beats_mean"], figures["beats_line"]) == (True, True)


def test_performance_of_equal_answers_beats_nothing():
    y = np.arange(10.0)
    figures = evaluate.performance(data_of(np.zeros((10, 2)), y), tried(y, y + 1, y + 1))
    assert figures["mean_change"]["network_misses_less_by"] == {"mean": 0, "low": 0, "high": 0}
    assert (figures["beats_mean"], figures["beats_line"]) == (False, False)


def test_groups_of_fewer_than_five_are_not_shown():
    y = np.arange(10.0)
    found = evaluate.by_group(data_of(np.zeros((10, 2)), y), tried(y, y + 1, y))
    assert found["sex"] == {"female": {"n": 5, "mae": 1.0}, "male": {"n": 5, "mae": 1.0}}
    assert found["education"]["graduate"] == {"n": "<5", "mae": None}


def test_an_input_that_is_the_same_for_everyone_is_refused():
    data = data_of(np.ones((10, 2)), np.arange(10.0))
    whole = Split(np.arange(6), np.arange(6, 8), np.arange(8, 10))
    with pytest.raises(evaluate.AllDead, match="same for everyone"):
        evaluate.train(data, [whole], starts=2, seed=1)


# --- commands and the report


def test_train_estimator_without_tensorflow_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    with pytest.raises(CommandError, match="`make model` makes one of its own") as refused:
        call_command("train_estimator", tmp_path, out=tmp_path / "model")
    assert refused.value.returncode == 1
    assert not (tmp_path / "model").exists()


@pytest.mark.django_db
def test_register_estimator_says_who_answers(settings, tmp_path, capsys):
    settings.EXDEP_DATA_DIR = str(tmp_path)
    call_command("register_estimator", FORWARD)
    assert capsys.readouterr().out == "forward answers from now on.\n"


@pytest.mark.django_db
def test_register_estimator_of_a_simulated_model_says_that_it_stays_silent(
    settings, tmp_path, capsys
):
    settings.EXDEP_DATA_DIR, settings.EXDEP_DEMO = str(tmp_path), False
    call_command("register_estimator", Path("estimates/shipped"))
    assert "It stays silent here: simulated_model." in capsys.readouterr().out


@pytest.mark.django_db
def test_register_estimator_of_nothing_is_one_line(tmp_path):
    with pytest.raises(CommandError, match="No such file") as refused:
        call_command("register_estimator", tmp_path)
    assert refused.value.returncode == 1


def test_report_writes_between_its_marks_and_touches_nothing_else(tmp_path):
    page = tmp_path / "model.md"
    page.write_text(
        f"before\n{report.BEGIN}\nearlier figures\n{report.END}\nafter\n", encoding="utf-8"
    )
    report.write(page, shipped_card())
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{report.BEGIN}\n")
    assert text.endswith(f"{report.END}\nafter\n")
    assert "earlier figures" not in text
    assert "Data origin: SIMULATED" in text
    with pytest.raises(OSError, match="no place for the figures"):
        report.write(Path(__file__).with_name("__init__.py"), shipped_card())


def test_model_page_shows_the_shipped_models_figures(settings):
    text = (settings.BASE_DIR / "docs" / "model.md").read_text(encoding="utf-8")
    assert "\n".join(report.figures(shipped_card())) in text
