"""Writes `forward/`: the network whose answer at (12, 3.3) is published (clinical.md section 6).

    .venv-train/bin/python -m tests.estimates.make_forward_fixture

Needs TensorFlow. The card's other figures are nobody's: only its weights and its hash are used.
"""

from __future__ import annotations

import json
from pathlib import Path

from estimates.card import CARD_FILE, MODEL_FILE, Origin, Weights, sha256_of
from estimates.training.network import as_tflite
from tests.estimates.cards import card_of

HERE = Path(__file__).resolve().parent / "forward"
WEIGHTS = Weights(
    centre=(0.0, 0.0),
    scale=(1.0, 1.0),
    hidden=((0.05, 0.2), (-0.1, 0.3)),
    hidden_bias=(0.1, 0.0),
    output=(1.2, 0.7),
    output_bias=0.2,
)


if __name__ == "__main__":
    file = as_tflite(WEIGHTS, Origin.STUDY)
    HERE.mkdir(exist_ok=True)
    (HERE / MODEL_FILE).write_bytes(file)
    card = card_of(WEIGHTS, sha256=sha256_of(file))
    (HERE / CARD_FILE).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
