"""The report for the ethics committee, to be printed or downloaded."""

from __future__ import annotations

import csv
import io

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from core import clock
from enrollment.guard import page
from enrollment.selectors import account
from safety.models import WATCH_ALERTS
from safety.report import Line, lines, quarter_before
from safety.views import nav

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
HEADINGS = ("kind", "study_id", "site", "date", "what", "more")
# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class PeriodForm(forms.Form):
    """From when to when."""

    since = forms.DateField(label=_("From"), widget=DATE)
    until = forms.DateField(label=_("To"), widget=DATE)


@require_GET
@page(*WATCH_ALERTS)
def report(request: HttpRequest) -> HttpResponse:
    """Serious events, deviations and withdrawals of a period; `?format=csv` as a file."""
    now = clock.now()
    since, until = quarter_before(now.date())
    asked = PeriodForm(request.GET if "since" in request.GET else None)
    if asked.is_bound and asked.is_valid():
        since, until = asked.cleaned_data["since"], asked.cleaned_data["until"]
    form = asked if asked.is_bound else PeriodForm(initial={"since": since, "until": until})
    found = lines(account(request), since, until, now)
    if request.GET.get("format") == "csv":
        return _file(found)
    context = {
        "lines": found, "since": since, "until": until, "form": form,
        "staff_nav": nav(account(request)), "active_nav": "events",
    }  # fmt: skip
    return render(request, "safety/report.html", context)


def _file(found: list[Line]) -> HttpResponse:
    held = io.StringIO()
    writer = csv.writer(held)
    writer.writerow(HEADINGS)
    for line in found:
        cells = (line.kind, line.study_id, line.site, line.on.isoformat(), line.what, line.more)
        writer.writerow(f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells)
    response = HttpResponse("\ufeff" + held.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="report.csv"'
    return response
