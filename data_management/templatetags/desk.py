"""The study desk's home: the few things people come for."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.roles import Role
from core import clock
from data_management import selectors
from enrollment.selectors import unconfirmed_assumptions
from enrollment.services.protocol import CONFIRMERS
from safety.selectors import help_lines_not_rung

register = template.Library()


@register.simple_tag
def desk_cards(user: User) -> list[dict[str, Any]]:
    """Cards for what `user` may do here: title, text, href, icon, tone."""
    cards: list[dict[str, Any]] = []
    if selectors.sees_participants(user):
        cards += _participant_cards(selectors.desk_counts(user))
    if user.has_role(*CONFIRMERS) and (choices := unconfirmed_assumptions()):
        cards.append(_card(
            _("What the protocol assumes"),
            ngettext(
                "%(n)d choice is not confirmed: nobody can be enrolled before.",
                "%(n)d choices are not confirmed: nobody can be enrolled before.", len(choices),
            ) % {"n": len(choices)},
            "admin:enrollment_protocolconfirmation_add", "questions", "urgent",
        ))  # fmt: skip
    if selectors.may_export(user):
        cards.append(_card(
            _("Download the study’s data"), _("CSV files with codebook and manifest."),
            "admin:data_management_export_download", "download",
        ))  # fmt: skip
    if user.has_role(Role.ADMIN):
        cards.append(_card(
            _("People and roles"), _("Accounts, who may do what, and since when."),
            "admin:accounts_user_changelist", "key",
        ))  # fmt: skip
        cards.append(_card(
            _("Sites"), _("Hospitals, and whom participants can reach."),
            "admin:accounts_site_changelist", "settings",
        ))  # fmt: skip
    elif user.has_role(Role.COORDINATOR):
        cards.append(_card(
            _("Reach someone"), _("Names, telephones and addresses of your participants."),
            "admin:accounts_user_changelist", "phone",
        ))  # fmt: skip
    if user.has_role(Role.ADMIN, Role.MONITOR, Role.COORDINATOR):
        cards.append(_card(
            _("Audit trail"), _("Who did what, and when. It cannot be changed."),
            "admin:accounts_auditevent_changelist", "lock",
        ))  # fmt: skip
    return cards


@register.simple_tag
def desk_note(user: User) -> str:
    """A quiet line for those who can see to it: help lines that somebody should ring."""
    if not user.has_role(Role.COORDINATOR, Role.ADMIN):
        return ""
    count = len(help_lines_not_rung(clock.now().date()))
    if not count:
        return ""
    return ngettext(
        "%(n)d help line of the help page was never rung, or too long ago. Somebody has to ring "
        "it and write the day into the protocol.",
        "%(n)d help lines of the help page were never rung, or too long ago. Somebody has to ring "
        "them and write the day into the protocol.",
        count,
    ) % {"n": count}


def _participant_cards(counts: dict[str, int]) -> list[dict[str, Any]]:
    alerts = counts["open_alerts"]
    waiting = ngettext("%(n)d is open.", "%(n)d are open.", alerts) % {"n": alerts}
    return [
        _card(
            _("Participants"),
            _("%(all)d people, %(now)d in the program.")
            % {"all": counts["participants"], "now": counts["in_program"]},
            "admin:enrollment_participant_changelist", "person", "sun",
        ),
        _card(
            _("Alerts"), waiting if alerts else _("None is open."),
            "admin:safety_safetyalert_changelist", "urgent", "urgent" if alerts else "",
        ),
        _card(
            _("Told at check-ins"),
            ngettext("%(n)d is not seen to yet.", "%(n)d are not seen to yet.", counts["told"])
            % {"n": counts["told"]} if counts["told"] else _("Nothing waits."),
            "admin:logging_app_checkin_changelist", "edit", "sun" if counts["told"] else "",
        ),
        _card(
            _("Workouts"), _("What was logged, with every earlier version."),
            "admin:logging_app_workout_changelist", "walk",
        ),
        _card(
            _("Questionnaires"), _("Answers and scores of each visit."),
            "admin:assessments_response_changelist", "questions",
        ),
        _card(
            _("Fitness assessments"), _("Heart rates that intensity is reckoned from."),
            "admin:schedule_fitnessassessment_changelist", "heart-rate",
        ),
    ]  # fmt: skip


def _card(title: str, text: str, view: str, icon: str, tone: str = "") -> dict[str, Any]:
    return {"title": title, "text": text, "href": reverse(view), "icon": icon, "tone": tone}
