"""In which order the demo's people were allocated, so that their arms are the list's. Pure.

The cohort is drawn with its arms; here everyone gets a day such that within each stratum the arms
follow a list as `make_allocation_list` draws it. People who finished began first, those midway
last, and those who left stand where the list has room.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, pairwise

from enrollment.rules.allocation import Slot, draw_list
from protocol import Study

PLACES = 50  # of each stratum: the caps of the source paper's study
ARMS = ("exercise", "control")
EVERYONE = "all"
# Days between the last of those who finished (96) and the first of those midway (75).
BETWEEN = 85
FINISHED, MIDWAY, LEFT = "finished", "midway", "left"


@dataclass(frozen=True)
class Design:
    """How the study's list is drawn: its strata (the sexes, or everyone) and each arm's share."""

    strata: tuple[str, ...] = ("female", "male")
    ratio: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(ARMS, 1))

    def stratum(self, sex: str) -> str:
        """Where somebody of this sex stands in the list."""
        return sex if sex in self.strata else EVERYONE


def design_of(study: Study) -> Design:
    """The list of a study whose one factor is the sex, or that has none."""
    by_sex = study.strata is not None and study.strata.factors == ("sex",)
    ratio = {arm.code: arm.ratio for arm in study.arms}
    return Design(ratio=ratio) if by_sex else Design((EVERYONE,), ratio)


@dataclass
class Begun:
    """One person before the order is known. `day` is today's study day; `fixed` keeps it."""

    stratum: str
    arm: str
    stage: str
    day: int
    left_on: int | None
    fixed: bool
    place: int = 0


def places(strata: Iterable[str], design: Design) -> dict[str, int]:
    """The places of the demo's list: PLACES, or as many as there are people."""
    counts = Counter(strata)
    return {stratum: max(PLACES, counts[stratum]) for stratum in design.strata}


def list_seed(seed: int, attempt: int) -> bytes:
    """The seed of the demo's list. A real study's is secret; this one is not."""
    return f"the demo's list, {seed}, {attempt}".encode()


def seed_followed(people: Sequence[tuple[str, str]], seed: int, design: Design) -> bytes:
    """The seed of the list that people (stratum and arm, in the order of allocation) follow."""
    for attempt in count():
        of_each = places((s for s, _ in people), design)
        drawn = draw_list(list_seed(seed, attempt), of_each, design.ratio)
        if all(
            [arm for name, arm in people if name == stratum] == _first(drawn, stratum, people)
            for stratum in design.strata
        ):
            return list_seed(seed, attempt)
    raise AssertionError("count() does not end")


def _first(drawn: Sequence[Slot], stratum: str, people: Sequence[tuple[str, str]]) -> list[str]:
    size = sum(name == stratum for name, _ in people)
    return [slot.arm for slot in drawn if slot.stratum == stratum][:size]


def put_in_order(people: Sequence[Begun], seed: int, design: Design) -> None:
    """Give everyone their place, day and day of leaving, as a list has it.

    Lists are tried until one has each stratum's arms in the right numbers where people stand.
    """
    for attempt in count():
        of_each = places((p.stratum for p in people), design)
        drawn = draw_list(list_seed(seed, attempt), of_each, design.ratio)
        plans = {
            stratum: _plan(
                [person for person in people if person.stratum == stratum],
                [slot.arm for slot in drawn if slot.stratum == stratum],
            )
            for stratum in design.strata
        }
        if None not in plans.values():
            for plan in plans.values():
                _keep(plan or [])
            return


@dataclass
class _Place:
    person: Begun
    day: int
    left_on: int | None


def _plan(people: list[Begun], arms: list[str]) -> list[_Place] | None:
    """Who takes which place of one stratum, or None where the list does not fit the people."""
    arms = arms[: len(people)]
    if Counter(arms) != Counter(person.arm for person in people):
        return None
    split = _split(people, arms)
    if split is None:
        return None
    early = _seats(people, arms[:split], FINISHED, take_left=_early_left(people, arms[:split]))
    taken = {id(person) for person in early}
    rest = [person for person in people if id(person) not in taken]
    late = _seats(rest, arms[split:], MIDWAY, take_left=Counter(_arms(rest, LEFT)))
    placed = [_Place(person, person.day, person.left_on) for person in (*early, *late)]
    _give_days(placed, split)
    return placed if _is_possible(placed) else None


def _arms(people: Sequence[Begun], stage: str) -> list[str]:
    return [person.arm for person in people if person.stage == stage]


def _split(people: list[Begun], arms: list[str]) -> int | None:
    """A number of first places that holds everyone who finished and, besides, only who left."""
    finished, left = Counter(_arms(people, FINISHED)), Counter(_arms(people, LEFT))
    fitting = [
        n
        for n in range(finished.total(), finished.total() + left.total() + 1)
        if all(finished[arm] <= Counter(arms[:n])[arm] <= finished[arm] + left[arm] for arm in ARMS)
    ]
    return fitting[len(fitting) // 2] if fitting else None


def _early_left(people: list[Begun], arms: list[str]) -> Counter[str]:
    return Counter(arms) - Counter(_arms(people, FINISHED))


def _seats(
    people: list[Begun], arms: list[str], stage: str, *, take_left: Counter[str]
) -> list[Begun]:
    """One person for each place: those who left first among their arm's places, then the others
    by how long ago they began."""
    queues = {
        arm: [p for p in people if p.arm == arm and p.stage == LEFT][: take_left[arm]]
        + sorted((p for p in people if p.arm == arm and p.stage == stage), key=lambda p: -p.day)
        for arm in ARMS
    }
    return [queues[arm].pop(0) for arm in arms]


def _give_days(placed: list[_Place], split: int) -> None:
    """Days fall from place to place; who left began on the day of the place before or after."""
    for part, first in ((placed[:split], None), (placed[split:], BETWEEN)):
        own = iter(sorted((p.day for p in part if p.person.stage != LEFT), reverse=True))
        for place in part:
            place.day = next(own) if place.person.stage != LEFT else -1
        known = [place.day for place in part if place.day > 0]
        before = first or max(known, default=BETWEEN)
        for place in part:
            place.day = before = place.day if place.day > 0 else before
    _fix(placed)
    for place in placed:
        if place.left_on is not None:
            place.left_on = min(place.left_on, place.day - 4)


def _fix(placed: list[_Place]) -> None:
    """Who signs in to the demo keeps the day; the others make room."""
    for at, place in enumerate(placed):
        if place.person.fixed:
            place.day = place.person.day
            for other in placed[:at]:
                other.day = max(other.day, place.day)
            for other in placed[at + 1 :]:
                other.day = min(other.day, place.day)


def _is_possible(placed: list[_Place]) -> bool:
    falls = all(a.day >= b.day for a, b in pairwise(placed))
    kept = all(place.day == place.person.day for place in placed if place.person.fixed)
    return falls and kept and all(p.left_on is None or p.left_on >= 9 for p in placed)


def _keep(placed: list[_Place]) -> None:
    for number, place in enumerate(placed):
        place.person.place, place.person.day = number, place.day
        place.person.left_on = place.left_on
