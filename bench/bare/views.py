"""The insert as one would write it in an afternoon: a serializer, `save`, 201."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bench.bare.models import BareWorkout


class BareSerializer(serializers.ModelSerializer):
    class Meta:
        model = BareWorkout
        exclude = ("user",)
        read_only_fields = ("id",)


class BareInsert(APIView):
    permission_classes = (IsAuthenticated,)
    throttle_classes: Any = ()

    def put(self, request: Request, uuid: UUID) -> Response:
        sent = BareSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        sent.save(id=uuid, user=request.user)
        return Response(sent.data, status=201)
