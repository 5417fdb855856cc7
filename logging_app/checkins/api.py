"""The check-in API, an addition to version 1: as the diary's, by the day it is asked for."""

from __future__ import annotations

from datetime import date
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.pagination import NewestFirst
from core.serializers import OffsetDateTimeField, StrictSerializer
from enrollment.guard import OWN_DATA
from enrollment.selectors import account, own_participant
from logging_app.checkins import rules, selectors, services
from logging_app.models import CheckIn

DUE = OpenApiParameter(
    "due", OpenApiTypes.DATE, OpenApiParameter.PATH,
    description="The day the check-in is asked for: the last day of every n-th study week.",
)  # fmt: skip


class CheckInSerializer(StrictSerializer, serializers.ModelSerializer):
    """One check-in as written and read back. Nothing is required; null is unknown."""

    edit = serializers.IntegerField(min_value=1, max_value=2_000_000_000, default=1)
    date = serializers.DateField(source="due_on", read_only=True)
    activity = serializers.ChoiceField(
        choices=CheckIn.Activity.choices, required=False, allow_null=True
    )
    device_time = OffsetDateTimeField(required=False, allow_null=True)
    late_entry = serializers.SerializerMethodField()
    version = serializers.IntegerField(source="edit", read_only=True)

    class Meta:
        model = CheckIn
        fields = (
            "date", "edit", *rules.ENTRY_FIELDS, "device_time", "late_entry", "paper_date",
            "received_at", "version",
        )  # fmt: skip
        read_only_fields = ("received_at", "paper_date")

    def get_late_entry(self, row: CheckIn) -> bool:
        """Received more than 3 days after the day it was asked for."""
        return selectors.is_late(row)

    def to_representation(self, row: CheckIn) -> dict[str, Any]:
        return {**super().to_representation(row), "activity": row.activity or None}


class NewestFirstCheckIns(NewestFirst):
    ordering = "-due_on"


class CheckInList(APIView):
    """My check-ins, newest first, by pages."""

    needs = OWN_DATA
    pagination_class = NewestFirstCheckIns

    @extend_schema(operation_id="check_ins_list", responses=CheckInSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = self.pagination_class()
        rows = pages.paginate_queryset(
            selectors.check_ins(own_participant(request)), request, view=self
        )
        return pages.get_paginated_response(CheckInSerializer(rows, many=True).data)


class CheckInDetail(APIView):
    """The check-in asked for on a day; one a day, so that a resend is the same row."""

    needs = OWN_DATA

    @extend_schema(operation_id="check_ins_read", parameters=[DUE], responses=CheckInSerializer)
    def get(self, request: Request, due: date) -> Response:
        row = selectors.own_check_in(own_participant(request), due)
        return Response(CheckInSerializer(row).data)

    @extend_schema(
        operation_id="check_ins_write",
        parameters=[DUE],
        request=CheckInSerializer,
        responses={200: CheckInSerializer, 201: CheckInSerializer},
    )
    def put(self, request: Request, due: date) -> Response:
        sent = CheckInSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        entry = dict(sent.validated_data)
        recorded = services.record_check_in(
            participant=own_participant(request), due_on=due, edit=entry.pop("edit"),
            device_time=entry.pop("device_time", None), entry=entry, by=account(request),
            now=clock.now(),
        )  # fmt: skip
        status = 201 if recorded.created else 200
        return Response(CheckInSerializer(recorded.check_in).data, status=status)
