"""The workouts API, version 1. Fields, units and codes: CONTRACT."""

from __future__ import annotations

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
from enrollment.selectors import account, own_participant, renewed_consent_was_pending
from logging_app import selectors, services
from logging_app.models import SET_FIELDS, StrengthSet, Workout


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
    sets = StrengthSetSerializer(many=True, required=False, allow_null=True)
    tracker_file = serializers.CharField(required=False, allow_null=True)
    study_week = serializers.SerializerMethodField()
    session_key = serializers.SerializerMethodField()
    hr_reserve_percent_mean = serializers.SerializerMethodField()
    hr_reserve_percent_max = serializers.SerializerMethodField()
    in_prescribed_zone = serializers.SerializerMethodField()
    made_while_consent_pending = serializers.SerializerMethodField()
    version = serializers.IntegerField(source="edit", read_only=True)

    class Meta:
        model = Workout
        fields = (
            "id", "edit", *services.ENTRY_FIELDS, "sets", "tracker_file",
            "study_week", "session_key", "hr_reserve_percent_mean", "hr_reserve_percent_max",
            "in_prescribed_zone", "made_while_consent_pending", "sources", "received_at",
            "version", "voided_at", "void_reason",
        )  # fmt: skip
        read_only_fields = ("id", "sources", "received_at", "voided_at", "void_reason")

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
        return self._reserve(workout).mean

    def get_hr_reserve_percent_max(self, workout: Workout) -> float | None:
        return self._reserve(workout).highest

    def get_in_prescribed_zone(self, workout: Workout) -> bool | None:
        """Null: the zone is judged from heart-rate samples, and a typed entry has none."""
        return None

    def get_made_while_consent_pending(self, workout: Workout) -> bool:
        """Made before a renewed consent was signed, and accepted after it."""
        made = workout.device_time or workout.started_at
        pending: bool = self.context["pending"](made)
        return pending

    def _reserve(self, workout: Workout) -> selectors.Reserve:
        return selectors.reserve(workout, self.context["rates"](workout))

    def to_representation(self, workout: Workout) -> dict[str, Any]:
        shown = super().to_representation(workout)
        shown["sets"] = StrengthSetSerializer(workout.strength_sets.all(), many=True).data
        shown["tracker_file"] = None
        return shown


def _serializer(participant: Participant, *args: Any, **kwargs: Any) -> WorkoutSerializer:
    assessed = selectors.rates_by_day(participant)
    pending = renewed_consent_was_pending(participant)
    context = {"participant": participant, "rates": assessed, "pending": pending}
    return WorkoutSerializer(*args, context=context, **kwargs)


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
        return pages.get_paginated_response(_serializer(participant, rows, many=True).data)


class WorkoutDetail(APIView):
    """One workout by the uuid that the phone made, so that a resend is the same row."""

    needs = OWN_DATA

    @extend_schema(operation_id="workouts_read", responses=WorkoutSerializer)
    def get(self, request: Request, uuid: UUID) -> Response:
        participant = own_participant(request)
        return Response(_serializer(participant, selectors.own_workout(participant, uuid)).data)

    @extend_schema(
        operation_id="workouts_write",
        request=WorkoutSerializer,
        responses={200: WorkoutSerializer, 201: WorkoutSerializer},
    )
    def put(self, request: Request, uuid: UUID) -> Response:
        participant = own_participant(request)
        sent = _serializer(participant, data=request.data)
        sent.is_valid(raise_exception=True)
        entry = dict(sent.validated_data)
        recorded = services.record_workout(
            participant=participant, uuid=uuid, sets=entry.pop("sets", None) or (),
            edit=entry.pop("edit"), entry=entry, by=account(request), now=clock.now(),
        )  # fmt: skip
        status = 201 if recorded.created else 200
        return Response(_serializer(participant, recorded.workout).data, status=status)

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
