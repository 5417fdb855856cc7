"""The readiness API, an addition to version 1: one screen before a session, never corrected."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.serializers import OffsetDateTimeField, StrictSerializer
from enrollment.guard import OWN_DATA
from enrollment.selectors import account, own_participant
from logging_app.models import ReadinessCheck
from logging_app.readiness import selectors, services


class ReadinessSerializer(StrictSerializer, serializers.ModelSerializer):
    """What was ticked of the protocol's list; an empty list is "none of these". `edit` is taken as
    with other entries and changes nothing: it is said once."""

    edit = serializers.IntegerField(
        min_value=1, max_value=2_000_000_000, default=1, write_only=True
    )
    answers = serializers.ListField(child=serializers.CharField(max_length=40), max_length=40)
    device_time = OffsetDateTimeField(required=False, allow_null=True)
    version = serializers.SerializerMethodField()

    class Meta:
        model = ReadinessCheck
        fields = ("id", "edit", "answers", "at", "device_time", "received_at", "version")
        read_only_fields = ("id", "at", "received_at")

    def get_version(self, row: ReadinessCheck) -> int:
        """Always 1."""
        return 1


class ReadinessDetail(APIView):
    """One screen before a session, by the uuid that the phone made."""

    needs = OWN_DATA

    @extend_schema(operation_id="readiness_read", responses=ReadinessSerializer)
    def get(self, request: Request, uuid: UUID) -> Response:
        row = selectors.own_check(own_participant(request), uuid)
        return Response(ReadinessSerializer(row).data)

    @extend_schema(
        operation_id="readiness_write",
        request=ReadinessSerializer,
        responses={200: ReadinessSerializer, 201: ReadinessSerializer},
    )
    def put(self, request: Request, uuid: UUID) -> Response:
        sent = ReadinessSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        recorded = services.record_readiness(
            participant=own_participant(request), uuid=uuid,
            answers=sent.validated_data["answers"],
            device_time=sent.validated_data.get("device_time"), by=account(request),
            now=clock.now(),
        )  # fmt: skip
        status = 201 if recorded.created else 200
        return Response(ReadinessSerializer(recorded.check).data, status=status)
