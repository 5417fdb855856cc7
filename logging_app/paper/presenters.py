"""How an entry that was copied from paper says so to whom it is about."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _

from core import clock


def copied(row: Any, zone: ZoneInfo) -> str:
    """When the study team copied a workout, night or check-in; empty where they did not."""
    if row.paper_date is None:
        return ""
    first = row.history.order_by("history_id").values_list("history_date", flat=True).first()
    return _("Copied from paper by the study team on %(day)s. The paper says %(written)s.") % {
        "day": formats.date_format(clock.local_date(first or row.received_at, zone), "j F Y"),
        "written": formats.date_format(row.paper_date, "j F Y"),
    }
