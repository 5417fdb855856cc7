"""A model's card: what it was trained on, its weights, its ranges and how well it does.

`card.json` lies beside `model.tflite` and names its SHA-256. `docs/model.md` explains each field.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

MODEL_FILE = "model.tflite"
CARD_FILE = "card.json"

Pair = tuple[float, float]


class Origin(StrEnum):
    """Where the training data come from."""

    SIMULATED = "simulated"
    STUDY = "study"


def stamp(origin: Origin) -> str:
    """The name of a file's input: a file says by itself what it was trained on."""
    return f"inputs_{origin.value}_data"


class CardError(ValueError):
    """A card that cannot be used; its text is one line that says why."""


@dataclass(frozen=True)
class Weights:
    """The network: two inputs, two hidden units with ReLU, one linear output; 9 parameters.

    `centre` and `scale` are the input normalisation, in the units of the inputs.
    """

    centre: Pair
    scale: Pair
    hidden: tuple[Pair, Pair]
    hidden_bias: Pair
    output: Pair
    output_bias: float

    def answer(self, hr_change_bpm: float, sleep_quality_change: float) -> float:
        """The network in double precision: what the file must answer to 1e-5."""
        z = (
            (hr_change_bpm - self.centre[0]) / self.scale[0],
            (sleep_quality_change - self.centre[1]) / self.scale[1],
        )
        total = self.output_bias
        for row, bias, out in zip(self.hidden, self.hidden_bias, self.output, strict=True):
            total += out * max(0.0, row[0] * z[0] + row[1] * z[1] + bias)
        return total


@dataclass(frozen=True)
class Card:
    """The part of `card.json` that the site reads; `raw` is all of it."""

    version: str
    sha256: str
    data_origin: Origin
    participants: int
    coverage: float
    observed_coverage: float | None
    half_width: float
    half_width_of_mean: float
    beats_mean: bool
    beats_line: bool
    mean_absolute_error: float
    hr_range: Pair
    sleep_range: Pair
    centre: Pair
    inverse_covariance: tuple[Pair, Pair]
    distance_squared_limit: float
    weights: Weights
    raw: dict[str, Any]


def read_card(directory: Path) -> Card:
    """The card of a model's directory. Raises CardError with one line on what is wrong."""
    path = directory / CARD_FILE
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return _card(raw)
    except OSError as error:
        raise CardError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise CardError(f"{path}: is no model card ({type(error).__name__}: {error})") from None


def _card(raw: dict[str, Any]) -> Card:
    network, training, ranges = raw["network"], raw["training"], raw["range"]
    card = Card(
        version=str(raw["version"]),
        sha256=str(raw["sha256"]),
        data_origin=Origin(raw["data_origin"]),
        participants=int(training["participants"]),
        coverage=_finite(ranges["coverage"]),
        observed_coverage=_maybe(ranges["observed_coverage"]),
        half_width=_finite(ranges["half_width"]),
        half_width_of_mean=_finite(ranges["half_width_of_mean"]),
        beats_mean=bool(raw["performance"]["beats_mean"]),
        beats_line=bool(raw["performance"]["beats_line"]),
        mean_absolute_error=_finite(raw["performance"]["network"]["mae"]),
        hr_range=_pair(training["hr_change_bpm"]),
        sleep_range=_pair(training["sleep_quality_change"]),
        centre=_pair(training["centre"]),
        inverse_covariance=_square(training["inverse_covariance"]),
        distance_squared_limit=_finite(training["distance_squared_limit"]),
        weights=Weights(
            centre=_pair(network["centre"]),
            scale=_pair(network["scale"]),
            hidden=_square(network["hidden"]),
            hidden_bias=_pair(network["hidden_bias"]),
            output=_pair(network["output"]),
            output_bias=_finite(network["output_bias"]),
        ),
        raw=raw,
    )
    if len(card.version) not in range(1, 65) or len(card.sha256) != 64:
        raise ValueError("version or sha256 has a wrong length")
    if not 0 < card.coverage < 1 or 0 in card.weights.scale:
        raise ValueError("coverage or scale is out of range")
    return card


def sha256_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _finite(value: object) -> float:
    number = float(value)  # type: ignore[arg-type]
    if isinstance(value, bool) or not math.isfinite(number):
        raise ValueError(f"{value!r} is no number")
    return number


def _maybe(value: object) -> float | None:
    return None if value is None else _finite(value)


def _pair(values: list[float]) -> Pair:
    first, second = values
    return _finite(first), _finite(second)


def _square(values: list[list[float]]) -> tuple[Pair, Pair]:
    first, second = values
    return _pair(first), _pair(second)
