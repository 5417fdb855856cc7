"""The sentences about alerts that depend on data."""

from __future__ import annotations

from django.utils.translation import gettext as _

import protocol
from safety.models import SafetyAlert


def what_was_said(alert: SafetyAlert) -> str:
    """An alert's cause in the study's own words."""
    study = protocol.current()
    known = {symptom.code: str(symptom.label) for symptom in study.stop_list}
    symptoms = [known.get(code, code) for code in alert.detail.get("symptoms", [])]
    return _("; ").join(symptoms)
