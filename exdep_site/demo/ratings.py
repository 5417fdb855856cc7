"""The demo's raters: trained ones, a signature under every rating, and visits that two scored.

Everything here is drawn from a stream of its own, so that nothing else of the demo changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.conf import settings
from django.contrib.auth.hashers import make_password

import protocol
from accounts.models import User
from accounts.roles import Role
from accounts.services import grant_role
from assessments.models import ArmGuess, Interview, RaterTraining, RatingAgreement, Response
from assessments.rater.rules import SECOND, is_discrepant
from assessments.scoring import score
from exdep_site.demo.staff import STUDY_BEGAN_BEFORE, Cast
from exdep_site.demo.visits import SUICIDE_ITEM
from protocol import Instrument

STREAM = 7  # of the seed: no other part of the demo draws from it
MEANING = "I held this interview; the scores are my own judgement."
SECOND_MEANING = "I was at this interview; the scores are my own judgement."
SECOND_RATERS = (("rater-two", "Sun Li"), ("rater-three", "Deng Yu"))
RESOLVED = "Listened to the recording once more together."
Keep = Callable[[type[Any], Sequence[Any]], None]


def write_ratings(cast: Cast, today: date, seed: int, keep: Keep) -> None:
    """Sign every rating that was drawn, and let a second rater score some of them."""
    rng = np.random.default_rng([seed, STREAM])
    seconds = _raters(cast, today)
    rows = Response.objects.filter(instrument__in=_scales()).exclude(submitted_at=None)
    first = list(rows.select_related("participant", "visit").order_by("pk"))
    share = rule.double_share if (rule := protocol.current().rating) else 0.0
    doubled = [row for row in first if rng.random() < share]
    second = [_second(row, seconds[row.participant.site_id], n, rng) for n, row in
              enumerate(doubled)]  # fmt: skip
    keep(Response, second)
    keep(Interview, [_interview(row, rng) for row in (*first, *second)])
    keep(RatingAgreement, _pairs(doubled, second))
    ArmGuess.objects.bulk_create(_guesses([*first, *second], rng))


def _scales() -> list[str]:
    return [code for code, found in protocol.instruments().items() if found.mode == "rater"]


def _raters(cast: Cast, today: date) -> dict[int, User]:
    """A second rater for each site, and everybody's training; by site."""
    password = make_password(settings.EXDEP_DEMO_PASSWORD)
    found = {}
    for site, (name, shown) in zip(cast.sites, SECOND_RATERS, strict=True):
        user = User(email=f"{name}@example.org", name=shown, password=password)
        user.full_clean()
        user.save()
        grant_role(
            user=user, role=Role.RATER, site=site, by=cast.people["admin"], reason="demo"
        )  # fmt: skip
        found[site.pk] = user
    for user in (cast.people["rater"], *found.values()):
        for scale in _scales():
            RaterTraining(
                rater=user, instrument=scale, trained_on=today - timedelta(days=STUDY_BEGAN_BEFORE),
                expires_on=today + timedelta(days=365), recorded_by=cast.people["coordinator"],
                evidence="Ten joint interviews with Dr Zhou Lan, ICC 0.86 (demo)",
            ).save()  # fmt: skip
    return found


def _second(row: Response, by: User, number: int, rng: np.random.Generator) -> Response:
    """Nearly the same scores; every ninth rater saw more in it than the first."""
    scale = protocol.instrument(row.instrument)
    answers = {key: _near(scale, key, value, rng) for key, value in row.answers.items()}
    if number % 9 == 0:
        answers = _higher(scale, answers, by=7)
    return Response(
        visit=row.visit, participant=row.participant, instrument=row.instrument,
        instrument_version=row.instrument_version, reading=SECOND, answers=answers, answered_by=by,
        submitted_at=row.submitted_at, updated_at=row.updated_at,
    )  # fmt: skip


def _near(scale: Instrument, key: str, value: int | None, rng: np.random.Generator) -> int | None:
    step = int(rng.choice([-1, 0, 0, 0, 0, 0, 0, 1]))
    if value is None or key == SUICIDE_ITEM:
        return value
    low, high = scale.item(key).range
    return min(high, max(low, value + step))


def _higher(scale: Instrument, answers: dict[str, int | None], *, by: int) -> dict[str, int | None]:
    """`by` points more in all, one an item, where there is room."""
    found, left = dict(answers), by
    for key, value in answers.items():
        if left and value is not None and key != SUICIDE_ITEM and value < scale.item(key).range[1]:
            found[key], left = value + 1, left - 1
    return found


def _interview(row: Response, rng: np.random.Generator) -> Interview:
    by = row.answered_by
    assert by is not None
    modes = (Interview.Mode.IN_PERSON, Interview.Mode.VIDEO, Interview.Mode.TELEPHONE)
    return Interview(
        response=row, mode=modes[int(rng.choice(3, p=[0.8, 0.15, 0.05]))],
        informant=Interview.Informant.PARTICIPANT, group_revealed=False, edit=1, signed_by=by,
        signed_name=by.name, signed_at=row.submitted_at,
        meaning=SECOND_MEANING if row.reading == SECOND else MEANING,
    )  # fmt: skip


def _pairs(doubled: list[Response], second: list[Response]) -> list[RatingAgreement]:
    """Of the pairs that differ too much the newest is left to be resolved."""
    rule, pairs = protocol.current().rating, []
    points = rule.discrepancy_points if rule else 0
    for one, two in zip(doubled, second, strict=True):
        scale = protocol.instrument(one.instrument)
        totals = score(scale, one.answers).total, score(scale, two.answers).total
        pair = RatingAgreement(
            visit=one.visit, first=one, second=two, created_at=two.updated_at,
            discrepant=bool(points) and is_discrepant(*totals, points),
        )  # fmt: skip
        pairs.append(pair)
    apart = sorted((pair for pair in pairs if pair.discrepant), key=lambda pair: pair.created_at)
    for pair in apart[:-1]:
        changed = {key: value for key, value in pair.second.answers.items()
                   if value != pair.first.answers[key]}  # fmt: skip
        pair.consensus, pair.words, pair.resolved_at = changed, RESOLVED, pair.created_at
        pair.proposed_by, pair.confirmed_by = pair.first.answered_by, pair.second.answered_by
    return pairs


def _guesses(rows: list[Response], rng: np.random.Generator) -> list[ArmGuess]:
    rule = protocol.current().rating
    asked = [row for row in rows if rule and row.visit.code in rule.guess_at]
    return [
        ArmGuess(
            participant=row.participant, visit=row.visit.code, by=row.answered_by,
            guess=ArmGuess.Guess.values[int(rng.choice(3, p=[0.3, 0.25, 0.45]))],
            at=row.updated_at,
        )
        for row in asked
    ]  # fmt: skip
