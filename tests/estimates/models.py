"""Models of the tests: cards, directories, and what a participant logged."""

from __future__ import annotations

import json
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from enrollment.models import ConsentRecord, Participant
from estimates.card import CARD_FILE
from estimates.selectors import SHIPPED
from logging_app.models import SleepNight, Workout
from tests import cast

FORWARD = Path(__file__).resolve().parent / "forward"
TODAY = date(2026, 3, 18)


def directory(target: Path, source: Path = FORWARD, **changes: Any) -> Path:
    """A copy of a model whose card is changed at dotted places, as `training__participants=5`."""
    shutil.copytree(source, target)
    path = target / CARD_FILE
    card = json.loads(path.read_text(encoding="utf-8"))
    for place, value in changes.items():
        *parents, last = place.split("__")
        node = card
        for parent in parents:
            node = node[parent]
        node[last] = value
    path.write_text(json.dumps(card), encoding="utf-8")
    return target


def shipped_card() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SHIPPED / CARD_FILE).read_text(encoding="utf-8"))
    return found


def patient(name: str = "patient", *, estimates: bool = True, **fields: Any) -> Participant:
    """Someone in study week 7 who (as asked) agreed to estimates."""
    person = cast.participant(name, **fields)
    ConsentRecord.objects.filter(participant=person).update(estimates=estimates)
    return person


def workout(
    person: Participant,
    started_at: datetime,
    before: int | None = 70,
    after: int | None = 94,
    **fields: Any,
) -> Workout:
    return Workout.objects.create(
        participant=person, modality="aerobic", activity="fast_walking", zone=person.zone,
        started_at=started_at, duration_min=30, hr_before_bpm=before, hr_after_bpm=after, **fields,
    )  # fmt: skip


def noon(day: date) -> datetime:
    """Noon of a date in Shanghai, where the tests' participants are."""
    return cast.NOW + timedelta(days=(day - TODAY).days)


def log_enough(person: Participant, *, quality: int = 6, before: int = 3) -> None:
    """Three rises of 24 bpm, and sleep that is `quality` now and `before` at the start."""
    for back in (1, 4, 13):
        workout(person, noon(TODAY - timedelta(days=back)))
    nights(person, [TODAY - timedelta(days=back) for back in range(5)], quality)
    assert person.day_one is not None
    nights(person, [person.day_one - timedelta(days=back) for back in range(1, 6)], before)


def nights(person: Participant, mornings: list[date], quality: int | None) -> None:
    SleepNight.objects.bulk_create(
        SleepNight(participant=person, date=day, zone=person.zone, quality=quality)
        for day in mornings
    )
