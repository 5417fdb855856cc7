"""`GET /api/v1/today/`: the week of the participant who asks. Fields: CONTRACT."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assessments.rules import Due
from core import clock
from enrollment.guard import OWN_DATA
from enrollment.selectors import own_participant
from exdep_site.pages.today import Today, today
from logging_app.checkins.rules import Window
from logging_app.selectors import WeekSession


def _pair(*, allow_null: bool = False) -> serializers.ListField:
    """[lowest, highest], both whole numbers."""
    return serializers.ListField(
        child=serializers.IntegerField(), min_length=2, max_length=2, allow_null=allow_null
    )


class IntensitySerializer(serializers.Serializer):
    hrr_percent = _pair(allow_null=True)
    hr_bpm = _pair(allow_null=True)
    effort = _pair()


class SessionSerializer(serializers.Serializer):
    key = serializers.CharField()
    modality = serializers.CharField()
    activities = serializers.ListField(child=serializers.CharField())
    minutes = _pair()
    intensity = IntensitySerializer()
    done_by = serializers.UUIDField(allow_null=True)


class DueSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices=["assessment", "check_in"])
    visit = serializers.CharField(allow_null=True)
    instrument = serializers.CharField(allow_null=True)
    # Unknown before allocation.
    opens = serializers.DateField(allow_null=True)
    closes = serializers.DateField(allow_null=True)


class TodaySerializer(serializers.Serializer):
    date = serializers.DateField()
    study_day = serializers.IntegerField(allow_null=True)
    study_week = serializers.IntegerField(allow_null=True)
    sessions = SessionSerializer(many=True)
    due = DueSerializer(many=True)
    sleep_due = serializers.BooleanField()
    pending_consent = serializers.BooleanField()


class TodayView(APIView):
    """What this week asks of me, what is done, and what is due."""

    needs = OWN_DATA

    @extend_schema(operation_id="today_read", responses=TodaySerializer)
    def get(self, request: Request) -> Response:
        return Response(
            TodaySerializer(as_answer(today(own_participant(request), clock.now()))).data
        )


def as_answer(found: Today) -> dict[str, Any]:
    return {
        "date": found.day.date,
        "study_day": found.day.day,
        "study_week": found.day.week,
        "sessions": [_session(session) for session in found.sessions],
        "due": [_due(due) for due in found.due] + _check_in(found.check_in.due),
        "sleep_due": found.sleep_due,
        "pending_consent": found.pending_consent,
    }


def _session(session: WeekSession) -> dict[str, Any]:
    plan = session.plan
    return {
        "key": plan.key,
        "modality": plan.modality,
        "activities": plan.activities,
        "minutes": plan.minutes,
        "intensity": {
            "hrr_percent": plan.hrr_percent,
            "hr_bpm": session.hr_bpm,
            "effort": plan.effort,
        },
        "done_by": session.done_by,
    }


def _due(due: Due) -> dict[str, Any]:
    return {
        "kind": "assessment", "visit": due.visit, "instrument": due.instrument,
        "opens": due.opens, "closes": due.closes,
    }  # fmt: skip


def _check_in(window: Window | None) -> list[dict[str, Any]]:
    if window is None:
        return []
    return [{
        "kind": "check_in", "visit": None, "instrument": None,
        "opens": window.opens, "closes": window.closes,
    }]  # fmt: skip
