"""What the rules share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from protocol.programme import Pair
from protocol.questionnaire import Instrument
from protocol.study import Study

Problem = tuple[str, str]
StudyRule = Callable[[Study, Mapping[str, Instrument]], Iterator[Problem]]
InstrumentRule = Callable[[Instrument], Iterator[Problem]]


def twice(codes: Iterable[str]) -> Iterator[str]:
    """Each code that stands more than once, once."""
    seen: set[str] = set()
    told: set[str] = set()
    for code in codes:
        if code in seen and code not in told:
            told.add(code)
            yield code
        seen.add(code)


def inside(inner: Pair, outer: Pair) -> bool:
    """Whether a range lies in another, ends included."""
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def listed(names: Iterable[str]) -> str:
    """Names for a sentence."""
    return ", ".join(sorted(names)) or "none"


def spoken(pair: Pair) -> str:
    """A range as it stands in the file."""
    return f"[{pair[0]}, {pair[1]}]"
