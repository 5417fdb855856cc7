"""The network in TensorFlow: trained on many starts at once, and written as a `.tflite` file.

TensorFlow is imported when it is first needed, so that the site runs without it.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from estimates.card import Origin, Weights, stamp

Floats = NDArray[np.float64]

STEPS = 3000
LEARNING_RATE = 0.02
PENALTY = 2e-2
# Weights are kept to so many decimals: the file then survives the last bits of another processor.
DECIMALS = 4


class TensorFlowMissing(Exception):  # noqa: N818
    """TensorFlow is not in this environment."""


def tensorflow() -> Any:
    """TensorFlow, quiet and deterministic. Raises TensorFlowMissing with one line on what to do."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    try:
        import tensorflow as tf
    except ImportError:
        raise TensorFlowMissing(
            "TensorFlow is not in this environment; `make model` makes one of its own "
            "(requirements/train.txt)"
        ) from None
    logging.getLogger("tensorflow").setLevel(logging.WARNING)
    tf.config.experimental.enable_op_determinism()
    return tf


@dataclass(frozen=True)
class Fits:
    """Many trained networks of one shape: first axis the job, second the start.

    `hidden` is (jobs, starts, 2, 2), `hidden_bias` and `output` (jobs, starts, 2),
    `output_bias` (jobs, starts), `loss` the validation's mean squared error (jobs, starts).
    """

    hidden: Floats
    hidden_bias: Floats
    output: Floats
    output_bias: Floats
    loss: Floats

    def weights(self, job: int, start: int, centre: Floats, scale: Floats) -> Weights:
        """One network, rounded, with the input normalisation of its job."""

        def kept(values: Floats) -> Any:
            return np.round(values, DECIMALS).tolist()

        hidden = kept(self.hidden[job, start])
        return Weights(
            centre=tuple(kept(centre)),
            scale=tuple(kept(scale)),
            hidden=(tuple(hidden[0]), tuple(hidden[1])),
            hidden_bias=tuple(kept(self.hidden_bias[job, start])),
            output=tuple(kept(self.output[job, start])),
            output_bias=float(kept(self.output_bias[job, start])),
        )


def fit(x: Floats, y: Floats, learn: Floats, watch: Floats, *, starts: int, seed: int) -> Fits:
    """Train `starts` networks for every job, each stopped where its validation error was least.

    `x` is (jobs, n, 2), normalised; `y` is (n,); `learn` and `watch` are (jobs, n) of 0 and 1 that
    say which rows a job learns from and which it watches to stop. Full batches, Adam, L2.
    """
    tf = tensorflow()
    jobs = x.shape[0]
    rng = np.random.default_rng(seed)
    shape = (jobs, starts)
    first = [
        rng.normal(0, 0.7, (*shape, 2, 2)),
        rng.normal(0, 0.5, (*shape, 2)),
        rng.normal(0, 0.7, (*shape, 2)),
        np.full(shape, y.mean()),
    ]
    weights = [tf.Variable(value, dtype=tf.float64) for value in first]
    best = [tf.Variable(value, dtype=tf.float64) for value in first]
    least = tf.Variable(np.full(shape, np.inf), dtype=tf.float64)
    means = [tf.Variable(tf.zeros_like(w)) for w in weights]
    squares = [tf.Variable(tf.zeros_like(w)) for w in weights]
    xs, ys = tf.constant(x), tf.constant(y)
    learned, watched = tf.constant(learn), tf.constant(watch)

    def answers() -> Any:
        hidden = tf.einsum("jni,jshi->jsnh", xs, weights[0]) + weights[1][:, :, None, :]
        return tf.einsum("jsnh,jsh->jsn", tf.nn.relu(hidden), weights[2]) + weights[3][..., None]

    def error(found: Any, mask: Any) -> Any:
        total = tf.reduce_sum(tf.square(found - ys) * mask[:, None, :], axis=2)
        return total / tf.reduce_sum(mask, axis=1)[:, None]

    @tf.function  # type: ignore[untyped-decorator,unused-ignore]
    def run() -> None:
        for step in tf.range(1, STEPS + 1):
            with tf.GradientTape() as tape:
                found = answers()
                penalty = sum(tf.reduce_sum(tf.square(w)) for w in (weights[0], weights[2]))
                loss = tf.reduce_sum(error(found, learned)) + PENALTY * penalty
            watching = error(found, watched)
            better = watching < least
            least.assign(tf.where(better, watching, least))
            for kept, now in zip(best, weights, strict=True):
                shown = tf.reshape(better, (*shape, *(1 for _ in now.shape[2:])))
                kept.assign(tf.where(shown, now, kept))
            slopes = tape.gradient(loss, weights)
            time = tf.cast(step, tf.float64)
            for w, g, m, v in zip(weights, slopes, means, squares, strict=True):
                m.assign(0.9 * m + 0.1 * g)
                v.assign(0.999 * v + 0.001 * tf.square(g))
                mean, square = m / (1 - 0.9**time), v / (1 - 0.999**time)
                w.assign_sub(LEARNING_RATE * mean / (tf.sqrt(square) + 1e-8))

    run()
    hidden, hidden_bias, output, output_bias = (kept.numpy() for kept in best)
    return Fits(hidden, hidden_bias, output, output_bias, least.numpy())


def as_tflite(weights: Weights, origin: Origin) -> bytes:
    """The network as a `.tflite` file: the same weights give the same bytes.

    Takes (1, 2) float32 `[hr_change_bpm, sleep_quality_change]` and gives (1, 1) float32. The
    input's name is stamped with where the training data come from.
    """
    tf = tensorflow()

    def constant(values: Any, shape: tuple[int, int]) -> Any:
        return tf.reshape(tf.constant(values, dtype=tf.float32), shape)

    def estimate(inputs: Any) -> Any:
        z = (inputs - constant(weights.centre, (1, 2))) / constant(weights.scale, (1, 2))
        hidden = tf.linalg.matmul(z, constant(weights.hidden, (2, 2)), transpose_b=True)
        hidden = tf.nn.relu(hidden + constant(weights.hidden_bias, (1, 2)))
        out = tf.linalg.matmul(hidden, constant(weights.output, (2, 1)))
        return out + constant([weights.output_bias], (1, 1))

    module = tf.Module()
    function = tf.function(estimate)
    concrete = function.get_concrete_function(tf.TensorSpec([1, 2], tf.float32, name=stamp(origin)))
    converter = tf.lite.TFLiteConverter.from_concrete_functions([concrete], module)
    return bytes(converter.convert())
