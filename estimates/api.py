"""`POST /api/v1/estimates/`. Fields, units and codes: CONTRACT."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.serializers import StrictSerializer
from enrollment.guard import OWN_DATA
from enrollment.selectors import account, own_participant
from estimates import presenters, services
from estimates.card import Origin
from estimates.models import Estimate
from estimates.rules import Why
from schedule.selectors import exercises


class AskSerializer(StrictSerializer):
    """Nothing is sent: the site has everything it needs."""


class InputsSerializer(serializers.Serializer):
    hr_change_bpm = serializers.FloatField()
    sleep_quality_change = serializers.FloatField()


class ModelSerializer(serializers.Serializer):
    version = serializers.CharField()
    sha256 = serializers.CharField()
    data_origin = serializers.ChoiceField([origin.value for origin in Origin])


class EstimatedSerializer(serializers.Serializer):
    """An answer: points of the mood item (0–10) since week 0, with its range at `coverage`."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(["estimated"])
    change = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    coverage = serializers.FloatField()
    inputs = InputsSerializer()
    model = ModelSerializer()
    text = serializers.CharField()


class ReasonSerializer(serializers.Serializer):
    code = serializers.ChoiceField([why.value for why in Why])
    text = serializers.CharField()


class AbstainedSerializer(serializers.Serializer):
    """No answer, and every reason for that."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(["abstained"])
    reasons = ReasonSerializer(many=True)


ANSWERS = PolymorphicProxySerializer(
    component_name="Estimate",
    serializers={"estimated": EstimatedSerializer, "abstained": AbstainedSerializer},
    resource_type_field_name="status",
)


class EstimateList(APIView):
    """Ask for the mood-change estimate. Each question and its answer are kept."""

    needs: ClassVar = OWN_DATA

    @extend_schema(
        operation_id="estimates_ask",
        request={"application/json": {"type": "object", "additionalProperties": False}},
        responses={201: ANSWERS},
    )
    def post(self, request: Request) -> Response:
        AskSerializer(data=request.data).is_valid(raise_exception=True)
        participant = own_participant(request)
        estimate = services.request_estimate(
            participant=participant, by=account(request), now=clock.now()
        )
        return Response(_shown(estimate, active=exercises(participant)), status=201)


def _shown(estimate: Estimate, *, active: bool) -> dict[str, Any]:
    if estimate.status == Estimate.Status.ABSTAINED:
        reasons = presenters.reasons(estimate, active=active)
        return {"id": str(estimate.pk), "status": estimate.status, "reasons": reasons}
    assert estimate.version is not None
    return {
        "id": str(estimate.pk),
        "status": estimate.status,
        "change": estimate.change,
        "low": estimate.low,
        "high": estimate.high,
        "coverage": estimate.coverage,
        "inputs": {
            "hr_change_bpm": estimate.hr_change_bpm,
            "sleep_quality_change": estimate.sleep_quality_change,
        },
        "model": {
            "version": estimate.version.version,
            "sha256": estimate.model_sha256,
            "data_origin": estimate.version.data_origin,
        },
        "text": presenters.text(estimate),
    }
