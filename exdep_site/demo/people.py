"""Who takes part in the demo study. Pure.

Counts are the source paper's for 100 people (age, sex, arm, education, illness duration, treatment
history) and its shares rounded by largest remainder for any other number. What the paper leaves
open (spread, correlations, how many leave) is ours. Another study's people are the same, in its
length, ages, strata and ratio. The paper says of its own results that they
come from simulated data; the group means here repeat them for the demo only.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import TypeVar

import numpy as np

from exdep_site.demo.order import Begun, Design, design_of, put_in_order
from protocol import Study

K = TypeVar("K", bound=Hashable)

SMALLEST = 4
EXERCISE, CONTROL = "exercise", "control"
PARTICIPANT_ACCOUNT, CONTROL_ACCOUNT = "participant", "control"
# Study days of the demo accounts today: both lie in week 7 (days 43 to 49) of 12.
ACCOUNT_DAY = {PARTICIPANT_ACCOUNT: 45, CONTROL_ACCOUNT: 46}

WEEKS = 12  # every day here is one of a study of this length; of others they are scaled
# Who finished has a study day from here on.
FINISHED_FROM = 96
AGES = {(18, 30): 0.30, (31, 40): 0.35, (41, 50): 0.25, (51, 60): 0.10}
EDUCATION = {"high_school": 0.2, "college": 0.2, "undergraduate": 0.4, "graduate": 0.2}
# Tenths of a year: under 1, 1 to 2, 2 to 3, over 3 years; 0.8 to 4.2 in all.
ILLNESS_TENTHS = {(8, 9): 0.10, (10, 19): 0.25, (20, 30): 0.30, (31, 42): 0.35}
TREATMENT = {"medication": 0.4, "counselling": 0.3, "none": 0.3}

# Changes from week 0 to week 12. Mood and sleep quality: the paper's. HDRS: ours, it gives none.
MOOD_GAIN = {EXERCISE: 2.0, CONTROL: 0.1}
SLEEP_GAIN = {EXERCISE: 3.3, CONTROL: 0.1}
HDRS_FALL = {EXERCISE: 8.0, CONTROL: 1.5}


class Stage(Enum):
    """How far someone has come today."""

    FINISHED = "finished"
    MIDWAY = "midway"
    LEFT = "left"


STAGES = {Stage.FINISHED: 0.62, Stage.MIDWAY: 0.28, Stage.LEFT: 0.10}


@dataclass(frozen=True)
class Traits:
    """What makes one person's numbers. Gains are reached in week 12; scales as in the contract.

    `mood_noise` is added at weeks 0, 6 and 12. Heart rates in bpm, `weight_kg` in kilograms,
    `adherence` and `diary_rate` are probabilities of a session done and of a night written.
    """

    mood_start: float
    mood_gain: float
    mood_noise: tuple[float, float, float]
    sleep_start: float
    sleep_gain: float
    hdrs_start: float
    hdrs_fall: float
    hr_rise: float
    resting_hr: int
    weight_kg: float
    adherence: float
    diary_rate: float
    walks_per_week: float
    wears_tracker: bool
    hour: float


@dataclass(frozen=True)
class Person:
    """One synthetic participant. `number` counts from 1 in the order of allocation.

    `day` is the study day today; `left_on` the days from day 1 to the withdrawal; `account` the
    name before the @ of their demo sign-in, or empty.
    """

    number: int
    site: int
    arm: str
    sex: str
    age: int
    education: str
    illness_years: Decimal
    treatment: str
    stage: Stage
    day: int
    left_on: int | None
    account: str
    traits: Traits

    @property
    def horizon(self) -> int:
        """The last day with entries, counted from day 1 as 0: yesterday, or the day they left."""
        yesterday = self.day - 2
        return yesterday if self.left_on is None else min(yesterday, self.left_on - 1)


@dataclass(frozen=True)
class Frame:
    """What of a study's protocol shapes its people: length, ages, and how they are allocated."""

    weeks: int = WEEKS
    age: tuple[int, int] = (18, 60)
    design: Design = field(default_factory=Design)


def frame_of(study: Study) -> Frame:
    """The frame of a study of the demo."""
    return Frame(study.weeks, study.eligibility.age, design_of(study))


def quota(size: int, shares: Mapping[K, float]) -> dict[K, int]:
    """`size` split by `shares` (which sum to 1), rounded by largest remainder."""
    exact = {key: round(size * share, 9) for key, share in shares.items()}
    counts = {key: int(value) for key, value in exact.items()}
    by_remainder = sorted(exact, key=lambda key: counts[key] - exact[key])
    for key in by_remainder[: size - sum(counts.values())]:
        counts[key] += 1
    return counts


def cohort(size: int, seed: int, frame: Frame | None = None) -> list[Person]:
    """`size` people (at least SMALLEST), in the order of allocation. ValueError for fewer."""
    if size < SMALLEST:
        raise ValueError(f"a study of the demo has at least {SMALLEST} participants")
    frame = frame or Frame()
    rng = np.random.default_rng(seed)
    cells = _spread_out(quota(size, _cells(frame.design.ratio)))
    arms = [arm for _, arm in cells]
    stages = _stages(rng, arms)
    accounts = _accounts(arms, stages)
    sites = _sites(arms, accounts)
    days, left = _days(rng, arms, stages, accounts)
    begun = [
        Begun(
            frame.design.stratum(cells[i][0]), arms[i], stages[i].value, days[i], left[i],
            fixed=bool(accounts[i]),
        )
        for i in range(size)
    ]  # fmt: skip
    put_in_order(begun, seed, frame.design)
    for one in begun:
        _in_weeks(one, frame.weeks)
    ages = _shuffled(rng, quota(size, AGES))
    illness = _shuffled(rng, quota(size, ILLNESS_TENTHS))
    education = _shuffled(rng, quota(size, EDUCATION))
    treatment = _shuffled(rng, quota(size, TREATMENT))
    traits = _traits(rng, arms, stages, accounts)
    order = sorted(range(size), key=lambda i: (-begun[i].day, begun[i].place, i))
    return [
        Person(
            number=number,
            site=sites[i],
            arm=arms[i],
            sex=cells[i][0],
            # Whoever turns 18 in the year of day 1 may be screened at 17, the year before.
            age=_fitting(max(19, _within(rng, ages[i])), frame.age),
            education=education[i],
            illness_years=Decimal(_within(rng, illness[i])) / 10,
            treatment=treatment[i],
            stage=stages[i],
            day=begun[i].day,
            left_on=begun[i].left_on,
            account=accounts[i],
            traits=traits[i],
        )
        for number, i in enumerate(order, start=1)
    ]


def _cells(ratio: Mapping[str, int]) -> dict[tuple[str, str], float]:
    """Shares by sex and arm; in this order, so that two people left over differ in both."""
    exercise = ratio[EXERCISE] / sum(ratio.values()) / 2
    control = ratio[CONTROL] / sum(ratio.values()) / 2
    return {
        ("female", EXERCISE): exercise,
        ("male", CONTROL): control,
        ("female", CONTROL): control,
        ("male", EXERCISE): exercise,
    }


def _in_weeks(one: Begun, weeks: int) -> None:
    """Move the days of a study of WEEKS to one of `weeks`; nobody changes places."""
    scale = weeks / WEEKS
    if scale == 1:
        return
    if one.day < FINISHED_FROM or scale > 1:
        one.day = round(one.day * scale)
    if one.left_on is not None:
        one.left_on = int(one.left_on * scale)


def _fitting(age: int, limits: tuple[int, int]) -> int:
    """An age that the study takes: as drawn where it does, else one inside its limits."""
    low, high = limits
    return age if low < age <= high else low + 1 + age % (high - low)


def _spread_out(counts: Mapping[K, int]) -> list[K]:
    return [key for key, count in counts.items() for _ in range(count)]


def _shuffled(rng: np.random.Generator, counts: Mapping[K, int]) -> list[K]:
    keys = _spread_out(counts)
    return [keys[i] for i in rng.permutation(len(keys))]


def _within(rng: np.random.Generator, band: tuple[int, int]) -> int:
    return int(rng.integers(band[0], band[1] + 1))


def _stages(rng: np.random.Generator, arms: Sequence[str]) -> list[Stage]:
    stages = [Stage.FINISHED] * len(arms)
    for arm in (EXERCISE, CONTROL):
        places = [i for i, other in enumerate(arms) if other == arm]
        for place, stage in zip(places, _shuffled(rng, quota(len(places), STAGES)), strict=True):
            stages[place] = stage
    return stages


def _accounts(arms: Sequence[str], stages: Sequence[Stage]) -> list[str]:
    """The first of each arm who is midway signs in to the demo."""
    accounts = [""] * len(arms)
    for arm, name in ((EXERCISE, PARTICIPANT_ACCOUNT), (CONTROL, CONTROL_ACCOUNT)):
        accounts[list(zip(arms, stages, strict=True)).index((arm, Stage.MIDWAY))] = name
    return accounts


def _sites(arms: Sequence[str], accounts: Sequence[str]) -> list[int]:
    """Half at each site; who signs in to the demo is at the first, where its instructor works."""
    sites = [i % 2 for i in range(len(arms))]
    for i, (account, arm) in enumerate(zip(accounts, arms, strict=True)):
        if account and sites[i] != 0:
            free = [j for j, site in enumerate(sites) if site == 0 and not accounts[j]]
            other = min(free, key=lambda j: arms[j] != arm)
            sites[i], sites[other] = 0, sites[i]
    return sites


def _days(
    rng: np.random.Generator,
    arms: Sequence[str],
    stages: Sequence[Stage],
    accounts: Sequence[str],
) -> tuple[list[int], list[int | None]]:
    days = [0] * len(arms)
    left: list[int | None] = [None] * len(arms)
    midway = [i for i, stage in enumerate(stages) if stage is Stage.MIDWAY and not accounts[i]]
    for place, day in zip(midway, np.linspace(5, 75, len(midway)), strict=True):
        days[place] = int(day)
    for place, other in zip(midway, rng.permutation(midway), strict=True):
        days[place], days[int(other)] = days[int(other)], days[place]
    for i, stage in enumerate(stages):
        if accounts[i]:
            days[i] = ACCOUNT_DAY[accounts[i]]
        elif stage is Stage.FINISHED:
            days[i] = int(rng.integers(FINISHED_FROM, 231))
        elif stage is Stage.LEFT:
            gone = int(rng.integers(9, 76))
            left[i], days[i] = gone, gone + 2 + int(rng.integers(3, 120))
    return days, left


def _traits(
    rng: np.random.Generator,
    arms: Sequence[str],
    stages: Sequence[Stage],
    accounts: Sequence[str],
) -> list[Traits]:
    """One hidden improvement per person moves mood, sleep, HDRS and the rise of the heart rate."""
    groups = [(arm, stage) for arm, stage in zip(arms, stages, strict=True)]

    def centred() -> list[float]:
        return _centred(rng, groups)

    hidden, own_mood, own_sleep, own_hdrs, own_hr = (centred() for _ in range(5))
    mood_noise = list(zip(centred(), centred(), centred(), strict=True))
    sleep_start, mood_start, hdrs_start = centred(), centred(), centred()
    found = []
    for i, arm in enumerate(arms):
        better = hidden[i]
        shown = bool(accounts[i])
        adherence = float(rng.beta(9, 2)) * (0.7 if stages[i] is Stage.LEFT else 1)
        found.append(
            Traits(
                mood_start=3.9 + 0.8 * mood_start[i],
                mood_gain=MOOD_GAIN[arm] + 0.8 * better + 0.3 * own_mood[i],
                mood_noise=tuple(0.4 * noise for noise in mood_noise[i]),  # type: ignore[arg-type]
                sleep_start=3.6 + 0.7 * sleep_start[i],
                sleep_gain=SLEEP_GAIN[arm] + 0.75 * better + 0.3 * own_sleep[i],
                hdrs_start=22 + 2.5 * hdrs_start[i],
                hdrs_fall=HDRS_FALL[arm] + 2.2 * better + 2.0 * own_hdrs[i],
                hr_rise=32 + 6 * better + 2.5 * own_hr[i],
                resting_hr=int(rng.integers(62, 83)),
                weight_kg=float(np.clip(rng.normal(66, 10), 46, 98)),
                adherence=0.85 if shown else float(np.clip(adherence, 0.25, 0.97)),
                diary_rate=0.8 if shown else float(rng.uniform(0.1, 0.5)),
                walks_per_week=0.0 if shown or rng.random() < 0.6 else 0.4,
                wears_tracker=shown or bool(rng.random() < 0.7),
                hour=float(rng.uniform(7, 18)),
            )
        )
    return found


def _centred(rng: np.random.Generator, groups: Sequence[Hashable]) -> list[float]:
    """Standard normal draws with mean 0 in each group, so that group means hold for any seed."""
    drawn = rng.standard_normal(len(groups))
    for group in dict.fromkeys(groups):
        places = [i for i, other in enumerate(groups) if other == group]
        drawn[places] -= drawn[places].mean()
    return [float(value) for value in drawn]
