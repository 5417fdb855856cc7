"""The only module that runs a `.tflite` file. A file is read once per process and checked against
its card; a missing or altered one, or a machine without the runtime, is `EstimatorUnavailable`.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from estimates.card import (
    CARD_FILE,
    MODEL_FILE,
    Card,
    CardError,
    Origin,
    read_card,
    sha256_of,
    stamp,
)
from estimates.errors import EstimatorUnavailable

INPUT_SHAPE = (1, 2)
OUTPUT_SHAPE = (1, 1)

_State = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Network:
    """A loaded file. One interpreter behind a lock: an answer takes microseconds."""

    interpreter: Any
    origin: Origin | None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, hr_change_bpm: float, sleep_quality_change: float) -> float:
        """The file's answer, in points of the mood item; safe to call from any thread."""
        import numpy as np

        sent = np.array([[hr_change_bpm, sleep_quality_change]], dtype=np.float32)
        with self.lock:
            self.interpreter.set_tensor(self.interpreter.get_input_details()[0]["index"], sent)
            self.interpreter.invoke()
            index = self.interpreter.get_output_details()[0]["index"]
            return float(self.interpreter.get_tensor(index)[0, 0])


@dataclass(frozen=True)
class Estimator:
    """A model that may be asked: its card, and the file that the card vouches for."""

    card: Card
    network: Network


_loaded: dict[Path, tuple[_State, Estimator]] = {}
_loading = threading.Lock()


def load(directory: Path) -> Estimator:
    """The model in `directory`, loaded once and again only after its files have changed.

    Raises EstimatorUnavailable where a file is missing, unreadable or not the one of its card.
    """
    with _loading:
        state = _state(directory)
        known = _loaded.get(directory)
        if known is not None and known[0] == state:
            return known[1]
        _loaded.pop(directory, None)
        estimator = _read(directory)
        _loaded[directory] = state, estimator
        return estimator


def _state(directory: Path) -> _State:
    try:
        found = [(directory / name).stat() for name in (MODEL_FILE, CARD_FILE)]
    except OSError as error:
        raise EstimatorUnavailable(f"{error.filename}: {error.strerror}") from None
    return tuple((status.st_mtime_ns, status.st_size) for status in found)


def _read(directory: Path) -> Estimator:
    try:
        card = read_card(directory)
        data = (directory / MODEL_FILE).read_bytes()
    except (CardError, OSError) as error:
        raise EstimatorUnavailable(str(error)) from None
    if sha256_of(data) != card.sha256:
        raise EstimatorUnavailable(f"{directory / MODEL_FILE}: is not the file of its card")
    loaded = network(data)
    if loaded.origin is not card.data_origin:
        raise EstimatorUnavailable(
            f"{directory}: the card says {card.data_origin.value} data, the file does not"
        )
    return Estimator(card, loaded)


def network(data: bytes) -> Network:
    """A file's bytes as a network. Raises EstimatorUnavailable where it is no 2-to-1 network."""
    try:
        from ai_edge_litert.interpreter import Interpreter, OpResolverType
    except ImportError as error:
        raise EstimatorUnavailable(f"the TFLite runtime is missing ({error})") from None
    try:
        interpreter = Interpreter(
            model_content=data,
            num_threads=1,
            # Nine parameters need no accelerator, and the reference path prints nothing.
            experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        )
        interpreter.allocate_tensors()
        shapes = [
            [tuple(int(size) for size in one["shape"]) for one in details]
            for details in (interpreter.get_input_details(), interpreter.get_output_details())
        ]
    except (ValueError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise EstimatorUnavailable(f"the file is no TFLite model ({reason})") from None
    if shapes != [[INPUT_SHAPE], [OUTPUT_SHAPE]]:
        raise EstimatorUnavailable(f"the model takes and gives {shapes}, not (1, 2) and (1, 1)")
    return Network(interpreter, _origin(interpreter))


def _origin(interpreter: Any) -> Origin | None:
    """What the file says by itself about its training data."""
    name = interpreter.get_input_details()[0]["name"]
    return next((origin for origin in Origin if stamp(origin) in name), None)
