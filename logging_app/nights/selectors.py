"""Reads of the diary."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.forms.models import model_to_dict
from django.shortcuts import get_object_or_404

import protocol
from enrollment.models import Participant
from logging_app import sleep
from logging_app.models import SleepNight
from logging_app.nights import rules

MORNINGS_SHOWN = 14


def nights(participant: Participant) -> QuerySet[SleepNight]:
    """A participant's nights, newest first."""
    return participant.nights.all()


def own_night(participant: Participant, morning: date) -> SleepNight:
    """The night that ended on `morning`; Http404 where nothing was written."""
    return get_object_or_404(participant.nights, date=morning)


def night_or_none(participant: Participant, morning: date) -> SleepNight | None:
    """The night that ended on `morning`, or None where nothing was written."""
    return participant.nights.filter(date=morning).first()


def entry(night: SleepNight) -> dict[str, Any]:
    """What was written, by field."""
    return model_to_dict(night, rules.ENTRY_FIELDS)


def diary_night(night: SleepNight) -> sleep.Night:
    """A stored night as the formulas read it."""
    return rules.night_of(night.date, ZoneInfo(night.zone), entry(night))


def last_mornings(participant: Participant, today: date) -> list[tuple[date, SleepNight | None]]:
    """The last two weeks, this morning first, each with what was written."""
    mornings = [today - timedelta(days=back) for back in range(MORNINGS_SHOWN)]
    written = {night.date: night for night in participant.nights.filter(date__in=mornings)}
    return [(morning, written.get(morning)) for morning in mornings]


def asks_whole_diary(participant: Participant, morning: date) -> bool:
    """Whether this participant is asked all eight questions on a morning."""
    return rules.asks_whole_diary(protocol.current(), morning, participant.day_one)


def may_be_told(morning: date, today: date) -> bool:
    """Whether a morning has come on the participant's day `today`, and is not too long ago to be
    meant."""
    return not rules.wrong_morning(morning, today=today)


def unlikely(
    participant: Participant, morning: date, entry: Mapping[str, Any], now: datetime
) -> rules.Unlikely | None:
    """What is worth asking about before an entry is kept, or None."""
    stored = night_or_none(participant, morning)
    zone = ZoneInfo(stored.zone) if stored else participant.tz
    return rules.unlikely(rules.night_of(morning, zone, entry), now=now)
