"""What may be copied from paper. Pure. Nothing is refused for age: paper is handed in late."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from logging_app.rules import EARLIEST_YEAR, Problems


def problems(paper_date: date | None, *, today: date) -> Problems:
    """What is wrong with the date written on a paper, by field; `today` is the participant's own.
    None is no paper and always right."""
    if paper_date is None:
        return {}
    wrong: Any = None
    if paper_date > today:
        wrong = _("This date has not come yet.")
    elif paper_date.year < EARLIEST_YEAR:
        wrong = _("This date is too long ago. Please check the year.")
    return {"paper_date": [wrong]} if wrong else {}
