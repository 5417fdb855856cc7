"""The sleep API, version 1. Fields, units and codes: CONTRACT."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.errors import Refused
from core.pagination import NewestFirst
from core.serializers import OffsetDateTimeField, StrictSerializer
from enrollment.guard import OWN_DATA
from enrollment.models import Participant
from enrollment.selectors import account, own_participant, renewed_consent_was_pending
from logging_app import sleep
from logging_app.models import SleepNight
from logging_app.nights import presenters, rules, selectors, services

MORNING = OpenApiParameter("date", OpenApiTypes.DATE, OpenApiParameter.PATH)


@extend_schema_field({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$"})
class ClockField(serializers.Field):
    """A local clock time, `HH:MM`. Seconds and offsets are refused: a diary knows neither."""

    default_error_messages = {"invalid": _("Write the time as HH:MM, as in 22:30.")}  # noqa: RUF012

    def to_internal_value(self, data: Any) -> time:
        if not isinstance(data, str) or not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", data, re.A):
            self.fail("invalid")
        return time.fromisoformat(data)

    def to_representation(self, value: time) -> str:
        return f"{value:%H:%M}"


class NightSerializer(StrictSerializer, serializers.ModelSerializer):
    """One night as written and read back. Minutes are elapsed; null is unknown."""

    edit = serializers.IntegerField(min_value=1, max_value=2_000_000_000, default=1)
    in_bed_at = ClockField(required=False, allow_null=True)
    tried_to_sleep_at = ClockField(required=False, allow_null=True)
    woke_at = ClockField(required=False, allow_null=True)
    out_of_bed_at = ClockField(required=False, allow_null=True)
    device_time = OffsetDateTimeField(required=False, allow_null=True)
    time_in_bed_min = serializers.SerializerMethodField()
    total_sleep_min = serializers.SerializerMethodField()
    sleep_efficiency_percent = serializers.SerializerMethodField()
    sleep_efficiency_attempt_percent = serializers.SerializerMethodField()
    late_entry = serializers.SerializerMethodField()
    made_while_consent_pending = serializers.SerializerMethodField()
    version = serializers.IntegerField(source="edit", read_only=True)

    class Meta:
        model = SleepNight
        fields = (
            "date", "edit", *rules.ENTRY_FIELDS, "device_time",
            "time_in_bed_min", "total_sleep_min",
            "sleep_efficiency_percent", "sleep_efficiency_attempt_percent", "late_entry",
            "made_while_consent_pending", "received_at", "version",
        )  # fmt: skip
        read_only_fields = ("date", "received_at")

    def get_time_in_bed_min(self, night: SleepNight) -> int | None:
        return self._sleep(night).time_in_bed_min

    def get_total_sleep_min(self, night: SleepNight) -> int | None:
        return self._sleep(night).total_sleep_min

    def get_sleep_efficiency_percent(self, night: SleepNight) -> float | None:
        """Sleep in percent of the time in bed."""
        return self._sleep(night).sleep_efficiency_percent

    def get_sleep_efficiency_attempt_percent(self, night: SleepNight) -> float | None:
        """Sleep in percent of the time from trying to sleep to getting up."""
        return self._sleep(night).sleep_efficiency_attempt_percent

    def get_late_entry(self, night: SleepNight) -> bool:
        """Received more than 24 hours after getting up (after noon where that is unknown)."""
        return sleep.is_late(selectors.diary_night(night), night.received_at)

    def get_made_while_consent_pending(self, night: SleepNight) -> bool:
        """Slept before a renewed consent was signed, and accepted after it."""
        pending: bool = self.context["pending"](sleep.got_up_at(selectors.diary_night(night)))
        return pending

    def _sleep(self, night: SleepNight) -> sleep.Sleep:
        return sleep.reckon(selectors.diary_night(night))


def _serializer(participant: Participant, *args: Any, **kwargs: Any) -> NightSerializer:
    context = {"pending": renewed_consent_was_pending(participant)}
    return NightSerializer(*args, context=context, **kwargs)


class NewestFirstNights(NewestFirst):
    ordering = "-date"


class NightList(APIView):
    """My nights, newest first, by pages."""

    needs = OWN_DATA
    pagination_class = NewestFirstNights

    @extend_schema(operation_id="sleep_list", responses=NightSerializer(many=True))
    def get(self, request: Request) -> Response:
        participant = own_participant(request)
        pages = self.pagination_class()
        rows = pages.paginate_queryset(selectors.nights(participant), request, view=self)
        return pages.get_paginated_response(_serializer(participant, rows, many=True).data)


class NightDetail(APIView):
    """The night that ended on this date; one a morning, so that a resend is the same row."""

    needs = OWN_DATA

    @extend_schema(operation_id="sleep_read", parameters=[MORNING], responses=NightSerializer)
    def get(self, request: Request, date: date) -> Response:
        participant = own_participant(request)
        return Response(_serializer(participant, selectors.own_night(participant, date)).data)

    @extend_schema(
        operation_id="sleep_write",
        parameters=[MORNING],
        request=NightSerializer,
        responses={200: NightSerializer, 201: NightSerializer},
    )
    def put(self, request: Request, date: date) -> Response:
        participant = own_participant(request)
        sent = NightSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        entry = dict(sent.validated_data)
        _ask_back(request, participant, date, entry)
        recorded = services.record_night(
            participant=participant, morning=date, edit=entry.pop("edit"),
            device_time=entry.pop("device_time", None), entry=entry,
            by=account(request), now=clock.now(),
        )  # fmt: skip
        status = 201 if recorded.created else 200
        return Response(_serializer(participant, recorded.night).data, status=status)


class Unlikely(Refused):
    """Worth asking about before it is kept: only where a person is there to answer (`X-Ask`)."""

    code = "unlikely"
    status = 409


def _ask_back(request: Request, participant: Participant, date: date, entry: Any) -> None:
    if request.headers.get("X-Ask"):
        slip = selectors.unlikely(participant, date, entry, clock.now())
        if slip is not None:
            raise Unlikely(presenters.is_this_right(slip))


class MorningConverter:
    """A date in an address, `YYYY-MM-DD`; one that no calendar has leads nowhere."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        return value if isinstance(value, str) else value.isoformat()
