"""The file that answers: right, checked, safe under threads, and never the site's downfall."""

from __future__ import annotations

import ast
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings

from estimates import runtime
from estimates.card import CARD_FILE, MODEL_FILE, CardError, read_card
from estimates.errors import EstimatorUnavailable
from estimates.selectors import SHIPPED
from tests.estimates.models import FORWARD, directory

AGREE = 1e-5


def points(card, count):
    """Inputs within the training range, the corners among them."""
    rng = np.random.default_rng(1)
    corners = [(hr, sleep) for hr in card.hr_range for sleep in card.sleep_range]
    inside = zip(rng.uniform(*card.hr_range, count), rng.uniform(*card.sleep_range, count))  # noqa: B905
    return corners + [(float(hr), float(sleep)) for hr, sleep in inside]


def in_numpy(weights, hr, sleep):
    """The network in float64, written as the paper draws it."""
    z = (np.array([hr, sleep]) - np.array(weights.centre)) / np.array(weights.scale)
    hidden = np.maximum(0, np.array(weights.hidden) @ z + np.array(weights.hidden_bias))
    return float(np.array(weights.output) @ hidden + weights.output_bias)


def test_forward_answer_is_the_published_one():
    """clinical.md section 6: h = (1.36, 0), y = 1.832."""
    estimator = runtime.load(FORWARD)
    assert estimator.network.answer(12, 3.3) == pytest.approx(1.832, abs=AGREE)
    assert estimator.card.weights.answer(12, 3.3) == pytest.approx(1.832, abs=1e-12)


def test_forward_answer_may_be_negative_because_the_output_is_linear():
    falling = runtime.load(SHIPPED).card.weights
    outside = falling.answer(-200, -9)
    assert outside == pytest.approx(in_numpy(falling, -200, -9), abs=1e-9)
    assert min(falling.answer(hr, -10) for hr in range(-200, 200, 10)) < 1


def test_shipped_file_and_its_weights_in_numpy_agree():
    estimator = runtime.load(SHIPPED)
    for hr, sleep in points(estimator.card, 2000):
        there = estimator.network.answer(hr, sleep)
        assert there == pytest.approx(in_numpy(estimator.card.weights, hr, sleep), abs=AGREE)
        assert estimator.card.weights.answer(hr, sleep) == pytest.approx(there, abs=AGREE)


def test_shipped_file_under_eight_threads_mixes_no_answers():
    estimator = runtime.load(SHIPPED)
    asked = points(estimator.card, 400) * 8
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda at: runtime.load(SHIPPED).network.answer(*at), asked))
    for (hr, sleep), answer in zip(asked, found, strict=True):
        assert answer == pytest.approx(in_numpy(estimator.card.weights, hr, sleep), abs=AGREE)


def test_shipped_file_is_a_few_kilobytes_and_says_that_it_is_simulated():
    assert (SHIPPED / MODEL_FILE).stat().st_size < 10_000
    card = read_card(SHIPPED)
    assert card.data_origin == "simulated"
    assert card.raw["stamp"] == "DATA ORIGIN: SIMULATED"
    assert "simulated" in card.version


def test_load_reads_a_file_once_and_again_after_it_changed(tmp_path):
    there = directory(tmp_path / "model")
    first = runtime.load(there)
    assert runtime.load(there) is first
    (there / CARD_FILE).write_text((there / CARD_FILE).read_text() + "\n")
    assert runtime.load(there) is not first


def test_load_altered_file_is_refused(tmp_path):
    there = directory(tmp_path / "model")
    runtime.load(there)
    data = bytearray((there / MODEL_FILE).read_bytes())
    data[-1] ^= 1
    (there / MODEL_FILE).write_bytes(bytes(data) + b"\0")
    with pytest.raises(EstimatorUnavailable, match="not the file of its card"):
        runtime.load(there)


@pytest.mark.parametrize("name", [MODEL_FILE, CARD_FILE])
def test_load_missing_file_is_refused(tmp_path, name):
    there = directory(tmp_path / "model")
    (there / name).unlink()
    with pytest.raises(EstimatorUnavailable, match="No such file"):
        runtime.load(there)


def test_load_without_the_runtime_is_refused(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    with pytest.raises(EstimatorUnavailable, match="runtime is missing"):
        runtime.load(directory(tmp_path / "model"))


@pytest.mark.parametrize("data", [b"", b"TFL3", b"\0" * 2000])
def test_network_of_what_is_no_model_is_refused(data):
    with pytest.raises(EstimatorUnavailable, match="no TFLite model"):
        runtime.network(data)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("data_origin", "people"),
        ("sha256", "abc"),
        ("network__scale", [1, 0]),
        ("network__hidden", [[1, 2]]),
        ("range__coverage", 1),
        ("range__half_width", None),
        ("training__hr_change_bpm", [0]),
        ("training__participants", "many"),
    ],
)
def test_card_with_a_wrong_value_is_refused(tmp_path, place, value):
    there = directory(tmp_path / "model", **{place: value})
    with pytest.raises(CardError, match="is no model card"):
        read_card(there)


def test_card_that_is_no_json_is_refused(tmp_path):
    (tmp_path / CARD_FILE).write_text("not a card")
    with pytest.raises(CardError, match="is no model card"):
        read_card(tmp_path)


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def test_runtime_and_tensorflow_are_each_imported_by_one_module_only():
    rooms = [p for p in Path(settings.BASE_DIR).glob("[a-z]*/**/*.py") if "tests" not in p.parts]
    users = {
        name: [p.relative_to(settings.BASE_DIR).as_posix() for p in rooms if name in imports(p)]
        for name in ("ai_edge_litert", "tensorflow")
    }
    assert users == {
        "ai_edge_litert": ["estimates/runtime.py"],
        "tensorflow": ["estimates/training/network.py"],
    }
