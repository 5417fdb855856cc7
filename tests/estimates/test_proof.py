"""Long proofs: the shipped file can be made again, and TensorFlow agrees with it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings

from estimates import runtime
from estimates.card import MODEL_FILE, read_card, sha256_of
from estimates.selectors import SHIPPED

IN_TENSORFLOW = """
import json, sys
from pathlib import Path
from estimates.card import read_card
from estimates.training.network import tensorflow
tf = tensorflow()
w = read_card(Path(sys.argv[1])).weights
x = tf.constant(json.load(sys.stdin), dtype=tf.float32)
z = (x - tf.constant([w.centre])) / tf.constant([w.scale])
h = tf.nn.relu(tf.linalg.matmul(z, tf.constant(w.hidden), transpose_b=True) + [w.hidden_bias])
y = tf.linalg.matmul(h, tf.constant([w.output]), transpose_b=True) + w.output_bias
print(json.dumps(y.numpy()[:, 0].tolist()))
"""


def clean_environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("EXDEP_")}
    return {k: v for k, v in kept.items() if k not in {"DJANGO_SETTINGS_MODULE", "SECRET_KEY"}}


def make_model(target: Path) -> str:
    done = subprocess.run(
        ["make", "model", f"MODEL_OUT={target}", "MODEL_REPORT="],
        cwd=settings.BASE_DIR, env=clean_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return sha256_of((target / MODEL_FILE).read_bytes())


@pytest.mark.proof
def test_make_model_twice_in_fresh_processes_gives_the_shipped_file(tmp_path):
    shipped = sha256_of((SHIPPED / MODEL_FILE).read_bytes())
    made = [make_model(tmp_path / name) for name in ("first", "second")]
    print(f"make model: {made[0]}, {made[1]}; shipped {shipped}")  # noqa: T201
    assert made == [shipped, shipped]
    assert read_card(tmp_path / "first").raw == read_card(SHIPPED).raw


@pytest.mark.proof
def test_tensorflow_agrees_with_the_shipped_file_inside_the_training_range():
    card = read_card(SHIPPED)
    rng = np.random.default_rng(3)
    asked = np.column_stack(
        [rng.uniform(*card.hr_range, 5000), rng.uniform(*card.sleep_range, 5000)]
    )
    subprocess.run(["make", ".venv-train/.installed-trainer"], cwd=settings.BASE_DIR, check=True)
    done = subprocess.run(
        [".venv-train/bin/python", "-c", IN_TENSORFLOW, str(SHIPPED)],
        cwd=settings.BASE_DIR, env=clean_environment(), input=json.dumps(asked.tolist()),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    there = np.array(json.loads(done.stdout))
    answer = runtime.load(SHIPPED).network.answer
    here = np.array([answer(float(hr), float(sleep)) for hr, sleep in asked])
    apart = float(np.abs(there - here).max())
    print(f"TensorFlow and the file are at most {apart:.1e} apart in {len(asked)} places")  # noqa: T201
    assert apart <= 1e-5
