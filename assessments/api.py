"""`GET|PUT /api/v1/assessments/<visit>/<instrument>/`: answers, never a total or a band."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response as Answer
from rest_framework.views import APIView

from assessments import selectors, services
from assessments.models import Response
from core import clock
from core.serializers import StrictSerializer
from enrollment.guard import OWN_DATA
from enrollment.selectors import account, own_participant


@extend_schema_field({"type": "object", "additionalProperties": {"type": ["integer", "null"]}})
class AnswersField(serializers.Field):
    """Item keys to whole numbers, null for "I'd rather not answer"; the service judges them."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise serializers.ValidationError(_("Write an object of item keys and answers."))
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class AnswersSerializer(StrictSerializer):
    visit = serializers.CharField(read_only=True)
    instrument = serializers.CharField(read_only=True)
    version = serializers.CharField(read_only=True)
    answers = AnswersField()
    complete = serializers.BooleanField(default=False)
    updated_at = serializers.DateTimeField(read_only=True, allow_null=True)
    submitted_at = serializers.DateTimeField(read_only=True, allow_null=True)


class AssessmentView(APIView):
    """My answers to one questionnaire of one visit: a draft until it is submitted."""

    needs = OWN_DATA

    @extend_schema(operation_id="assessments_read", responses=AnswersSerializer)
    def get(self, request: Request, visit: str, instrument: str) -> Answer:
        asked = selectors.asked(own_participant(request), visit, instrument, clock.now())
        return Answer(_body(visit, instrument, asked.questionnaire.version, asked.response))

    @extend_schema(
        operation_id="assessments_write", request=AnswersSerializer, responses=AnswersSerializer
    )
    def put(self, request: Request, visit: str, instrument: str) -> Answer:
        sent = AnswersSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        response = services.save_answers(
            participant=own_participant(request), visit=visit, instrument=instrument,
            answers=sent.validated_data["answers"], complete=sent.validated_data["complete"],
            by=account(request), now=clock.now(),
        )  # fmt: skip
        return Answer(_body(visit, instrument, response.instrument_version, response))


def _body(visit: str, instrument: str, version: str, response: Response | None) -> dict[str, Any]:
    shown = {
        "visit": visit,
        "instrument": instrument,
        "version": response.instrument_version if response else version,
        "answers": response.answers if response else {},
        "complete": response is not None and response.submitted_at is not None,
        "updated_at": response.updated_at if response else None,
        "submitted_at": response.submitted_at if response else None,
    }
    return dict(AnswersSerializer(shown).data)
