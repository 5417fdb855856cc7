"""The workouts API, version 1. Fields, units and codes: CONTRACT."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.pagination import NewestFirst
from core.serializers import OffsetDateTimeField, StrictSerializer
from enrollment.guard import OWN_DATA
from enrollment.models import Participant
from enrollment.selectors import (
    account,
    gate_facts,
    own_participant,
    renewed_consent_was_pending,
)
from logging_app import selectors, services
from logging_app.models import SET_FIELDS, StoppedBecause, StrengthSet, Workout
from logging_app.selectors.numbers import (
    Numbers,
    RatesOn,
    numbers,
    rates_of_a_day,
    rates_of_any_day,
)


class StrengthSetSerializer(StrictSerializer, serializers.ModelSerializer):
    class Meta:
        model = StrengthSet
        fields = SET_FIELDS


class WorkoutSerializer(StrictSerializer, serializers.ModelSerializer):
    """One workout as written and read back."""

    edit = serializers.IntegerField(min_value=1, max_value=2_000_000_000, default=1)
    started_at = OffsetDateTimeField()
    device_time = OffsetDateTimeField(required=False, allow_null=True)
    symptoms = serializers.ListField(
        child=serializers.CharField(max_length=40), max_length=40, required=False, allow_null=True
    )
    stopped_because = serializers.ChoiceField(
        choices=StoppedBecause.choices, required=False, allow_null=True
    )
    sets = StrengthSetSerializer(many=True, required=False, allow_null=True)
    tracker_file = serializers.CharField(required=False, allow_null=True)
    study_week = serializers.SerializerMethodField()
    session_key = serializers.SerializerMethodField()
    hr_reserve_percent_mean = serializers.SerializerMethodField()
    hr_reserve_percent_max = serializers.SerializerMethodField()
    in_prescribed_zone = serializers.SerializerMethodField()
    load = serializers.SerializerMethodField()
    made_while_consent_pending = serializers.SerializerMethodField()
    version = serializers.IntegerField(source="edit", read_only=True)

    class Meta:
        model = Workout
        fields = (
            "id", "edit", *services.ENTRY_FIELDS, "sets", "tracker_file",
            "study_week", "session_key", "hr_reserve_percent_mean", "hr_reserve_percent_max",
            "in_prescribed_zone", "load", "made_while_consent_pending", "sources", "received_at",
            "version", "voided_at", "void_reason",
        )  # fmt: skip
        read_only_fields = ("id", "sources", "received_at", "voided_at", "void_reason")

    def get_fields(self) -> dict[str, Any]:
        """Looked up in the model once; each request has copies of them."""
        return deepcopy(_workout_fields())

    def validate_tracker_file(self, value: str | None) -> None:
        if value is not None:
            raise serializers.ValidationError(_("There is no tracker file with this id."))

    def _participant(self) -> Participant:
        participant: Participant = self.context["participant"]
        return participant

    def get_study_week(self, workout: Workout) -> int | None:
        return selectors.study_week(workout, self._participant())

    def get_session_key(self, workout: Workout) -> str | None:
        return selectors.session_key(workout)

    def get_hr_reserve_percent_mean(self, workout: Workout) -> float | None:
        return self._numbers(workout).hr_mean_percent

    def get_hr_reserve_percent_max(self, workout: Workout) -> float | None:
        return self._numbers(workout).hr_max_percent

    def get_in_prescribed_zone(self, workout: Workout) -> bool | None:
        """Null without heart-rate samples, as of an entry that was typed."""
        return self._numbers(workout).in_zone

    def get_load(self, workout: Workout) -> int | None:
        """Effort × minutes."""
        return self._numbers(workout).load

    def get_made_while_consent_pending(self, workout: Workout) -> bool:
        """Made before a renewed consent was signed, and accepted after it."""
        made = workout.device_time or workout.started_at
        pending: bool = self.context["pending"](made)
        return pending

    def _numbers(self, workout: Workout) -> Numbers:
        return numbers(workout, self.context["rates"])

    def to_representation(self, workout: Workout) -> dict[str, Any]:
        shown = super().to_representation(workout)
        lines = self.context.get("sets")
        lines = workout.strength_sets.all() if lines is None else lines
        shown["sets"] = StrengthSetSerializer(lines, many=True).data
        shown["tracker_file"] = None
        shown["stopped_because"] = workout.stopped_because or None
        return shown


@cache
def _workout_fields() -> dict[str, Any]:
    return super(WorkoutSerializer, WorkoutSerializer()).get_fields()


def _context(request: Request, participant: Participant, rates: RatesOn) -> dict[str, Any]:
    facts = gate_facts(account(request), participant, clock.now())
    pending = renewed_consent_was_pending(participant, facts.signed_at)
    return {"participant": participant, "rates": rates, "pending": pending}


class NewestFirstWorkouts(NewestFirst):
    ordering = ("-started_at", "pk")


class WorkoutList(APIView):
    """My workouts, newest first, by pages."""

    needs = OWN_DATA
    pagination_class = NewestFirstWorkouts

    @extend_schema(operation_id="workouts_list", responses=WorkoutSerializer(many=True))
    def get(self, request: Request) -> Response:
        participant = own_participant(request)
        pages = self.pagination_class()
        rows = pages.paginate_queryset(selectors.workouts(participant), request, view=self)
        context = _context(request, participant, rates_of_any_day(participant))
        found = WorkoutSerializer(rows, many=True, context=context)
        return pages.get_paginated_response(found.data)


class WorkoutDetail(APIView):
    """One workout by the uuid that the phone made, so that a resend is the same row."""

    needs = OWN_DATA

    @extend_schema(operation_id="workouts_read", responses=WorkoutSerializer)
    def get(self, request: Request, uuid: UUID) -> Response:
        participant = own_participant(request)
        context = _context(request, participant, rates_of_a_day(participant))
        found = selectors.own_workout(participant, uuid)
        return Response(WorkoutSerializer(found, context=context).data)

    @extend_schema(
        operation_id="workouts_write",
        request=WorkoutSerializer,
        responses={200: WorkoutSerializer, 201: WorkoutSerializer},
    )
    def put(self, request: Request, uuid: UUID) -> Response:
        participant = own_participant(request)
        context = _context(request, participant, rates_of_a_day(participant))
        sent = WorkoutSerializer(data=request.data, context=context)
        sent.is_valid(raise_exception=True)
        entry = dict(sent.validated_data)
        recorded = services.record_workout(
            participant=participant, uuid=uuid, sets=entry.pop("sets", None) or (),
            edit=entry.pop("edit"), entry=entry, by=account(request), now=clock.now(),
        )  # fmt: skip
        status = 201 if recorded.created else 200
        context["sets"] = recorded.sets
        return Response(sent.to_representation(recorded.workout), status=status)

    @extend_schema(
        operation_id="workouts_void",
        parameters=[OpenApiParameter("reason", str, required=True)],
        responses={204: None},
    )
    def delete(self, request: Request, uuid: UUID) -> Response:
        services.void_workout(
            participant=own_participant(request), uuid=uuid, by=account(request), now=clock.now(),
            reason=request.query_params.get("reason", ""),
        )  # fmt: skip
        return Response(status=204)
