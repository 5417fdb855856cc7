"""What a score's change comes to. Pure; cuts and differences stand in the instrument's file.

Response is a fall of at least half from baseline; remission a total at or below a named cut
(Frank 1991, Riedel 2010, Sawamura 2018 for the HDRS-17). No one difference is agreed to matter, so
that a change is told against every reference the file names, and by none alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from protocol import Band, Difference, Instrument, RemissionCut, Study

# A fall of at least this percentage of the baseline is a response.
RESPONSE_PERCENT = 50


@dataclass(frozen=True)
class Severity:
    """A band and the scheme that names it. The two are never shown apart."""

    scheme: str
    title: str
    band: Band


class Reached(StrEnum):
    """Where an improvement lies against one reference difference."""

    LESS = "less"
    WITHIN = "within"
    MORE = "more"


@dataclass(frozen=True)
class Against:
    """An improvement against one source's difference."""

    difference: Difference
    reached: Reached


def severity(study: Study, instrument: Instrument, total: int) -> Severity | None:
    """The band of a total by the scheme that the study names for this instrument; else by the only
    scheme that its file has; None where there is none, or several and none is named."""
    named = study.eligibility.severity
    scheme = None
    if named is not None and named.instrument == instrument.code:
        scheme = instrument.scheme(named.scheme)
    elif len(instrument.schemes) == 1:
        scheme = instrument.schemes[0]
    if scheme is None:
        return None
    return Severity(scheme.scheme, str(scheme.title), instrument.band(scheme.scheme, total))


def improvement(baseline: int | None, later: int | None) -> int | None:
    """Points that the total fell; below 0 where it rose; None where one of the two is missing."""
    return None if baseline is None or later is None else baseline - later


def is_response(baseline: int | None, later: int | None) -> bool | None:
    """Whether the total fell by half or more; None where a total is missing, or began at 0."""
    fell = improvement(baseline, later)
    if fell is None or not baseline:
        return None
    return fell * 100 >= baseline * RESPONSE_PERCENT


def is_remission(cut: RemissionCut, total: int | None) -> bool | None:
    """Whether a total lies at or below a named cut; None where it is missing."""
    return None if total is None else total <= cut.at_most


def against(instrument: Instrument, points: int | None) -> tuple[Against, ...]:
    """An improvement of `points` against every reference difference of the instrument."""
    if points is None:
        return ()
    return tuple(Against(one, _reached(one, points)) for one in instrument.differences)


def _reached(difference: Difference, points: int) -> Reached:
    low, high = difference.points
    if points < low:
        return Reached.LESS
    return Reached.MORE if points > high else Reached.WITHIN
