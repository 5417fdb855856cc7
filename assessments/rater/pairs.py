"""Reads of visits that two raters scored: what the two still resolve, and how well they agree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

import protocol
from accounts.models import User
from accounts.roles import Role
from assessments.agreement import Icc, intraclass, kappa_of
from assessments.models import Interview, RatingAgreement, Response
from assessments.rater.selectors import sites_filter
from assessments.scoring import score
from core.errors import NotFound
from protocol import Instrument

# Who sees how well raters agree. Raters do not: it would tell them their own earlier scores.
READERS = frozenset({Role.STATISTICIAN, Role.COORDINATOR, Role.CLINICIAN})


@dataclass(frozen=True)
class Line:
    """Agreement on one item, or on the total (`key` ""). What cannot be reckoned is missing."""

    key: str
    label: str
    pairs: int
    icc: dict[str, Icc]
    kappa: float | None


@dataclass(frozen=True)
class Agreement:
    """Agreement on one scale."""

    scale: Instrument
    lines: list[Line]


def to_resolve(user: User) -> QuerySet[RatingAgreement]:
    """The pairs of `user` that differ too much and are not resolved."""
    rows = RatingAgreement.objects.filter(discrepant=True, resolved_at=None)
    return _of(user, rows)


def pair_of(user: User, pk: int) -> RatingAgreement:
    """One of `to_resolve`. Raises NotFound, also once it is resolved."""
    row = to_resolve(user).filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def _of(user: User, rows: QuerySet[RatingAgreement]) -> QuerySet[RatingAgreement]:
    mine = Q(first__answered_by=user) | Q(second__answered_by=user)
    here = sites_filter(user, [Role.RATER], "visit__participant__site")
    rows = rows.filter(mine, here).exclude(visit__participant__unblindings__shown_to=user)
    return rows.select_related("visit__participant", "first", "second", "proposed_by")


def visible_pairs(user: User) -> QuerySet[RatingAgreement]:
    """The pairs at the sites where `user` reads them, the newest first."""
    rows = RatingAgreement.objects.filter(
        sites_filter(user, READERS, "visit__participant__site")
    ).filter(first__voided_at=None, second__voided_at=None)
    return rows.select_related(
        "visit__participant", "first", "second", "confirmed_by"
    ).order_by("-created_at")  # fmt: skip


def told_in_interviews(user: User) -> QuerySet[Interview]:
    """Interviews in which the group was revealed: another rater takes that person's next visit."""
    rows = Interview.objects.filter(
        sites_filter(user, READERS, "response__participant__site"), group_revealed=True
    )
    return rows.select_related(
        "response__participant", "response__visit", "response__answered_by"
    ).order_by("-response__updated_at")  # fmt: skip


def agreement(pairs: Iterable[RatingAgreement]) -> list[Agreement]:
    """Agreement on each version of a scale of these pairs: the total first, then item by item."""
    by_scale: dict[tuple[str, str], list[RatingAgreement]] = {}
    for pair in pairs:
        scale = pair.first.questionnaire
        by_scale.setdefault((scale.code, scale.version), []).append(pair)
    return [_on_scale(protocol.instrument(*one), rows) for one, rows in sorted(by_scale.items())]


def _on_scale(scale: Instrument, rows: list[RatingAgreement]) -> Agreement:
    answers = [(row.first.answers, row.second.answers) for row in rows]
    totals = [(_total(row.first), _total(row.second)) for row in rows]
    low, high = scale.scoring.total_range or (0, 0)
    lines = [_line("", str(scale.title), _whole(totals), low, high)]
    for item in scale.items:
        both = [
            (one.get(item.key), two.get(item.key))
            for one, two in answers
            if _scored(item, one.get(item.key)) and _scored(item, two.get(item.key))
        ]
        lines.append(_line(item.key, str(item.text), _whole(both), *item.range))
    return Agreement(scale, lines)


def _total(response: Response) -> int | None:
    return score(response.questionnaire, response.answers).total


def _scored(item: protocol.Item, value: int | None) -> bool:
    return value is not None and item.is_scored(value)


def _whole(pairs: Iterable[tuple[int | None, int | None]]) -> list[tuple[int, int]]:
    return [(one, two) for one, two in pairs if one is not None and two is not None]


def _line(key: str, label: str, pairs: list[tuple[int, int]], low: int, high: int) -> Line:
    return Line(key, label, len(pairs), intraclass(pairs), kappa_of(pairs, low, high))
