"""Invitations on the desk: issued with cards to print, taken back. Their codes are shown once."""

from __future__ import annotations

import csv
import io
from typing import Any

import segno
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts.admin import ReasonForm
from accounts.admin_base import StudyModelAdmin
from accounts.models import Site, User
from accounts.roles import Role
from core import clock
from enrollment.admin.base import actor
from enrollment.join.presenters import contact
from enrollment.join.proof import send_invitation
from enrollment.models import Invitation
from enrollment.rules.joining import grouped
from enrollment.services import invitations
from enrollment.services.invitations import DAYS_VALID, LONGEST_DAYS, MOST_AT_ONCE, Issued, Wanted

COLUMNS = ("email", "language", "note")
LARGEST_FILE = 100_000
COORDINATORS = frozenset({Role.COORDINATOR})


class IssueForm(forms.Form):
    """What to issue: some cards alike, or a line of a CSV file each."""

    site = forms.ModelChoiceField(Site.objects.none(), label=_("Site"), empty_label=None)
    language = forms.ChoiceField(
        label=_("Language of the card"), choices=settings.LANGUAGES, initial="zh-hans"
    )
    days = forms.IntegerField(
        label=_("Valid for how many days"), min_value=1, max_value=LONGEST_DAYS, initial=DAYS_VALID
    )
    how_many = forms.IntegerField(
        label=_("How many cards"), min_value=1, max_value=MOST_AT_ONCE, initial=1
    )
    email = forms.EmailField(
        label=_("E-mail, for a single one"), required=False,
        help_text=_("May stay empty: with the card alone nobody needs an address."),
    )  # fmt: skip
    note = forms.CharField(
        label=_("Note for the desk"), max_length=80, required=False,
        help_text=_("No names, please: as “clinic, Tuesday”."),
    )  # fmt: skip
    file = forms.FileField(
        label=_("Or a CSV file"), required=False,
        help_text=_("First line: email,language,note. One invitation a line; each may be empty."),
    )  # fmt: skip
    send = forms.BooleanField(
        label=_("Send the link to those with an e-mail"), required=False,
        help_text=_("The mail says nothing of what it is about."),
    )  # fmt: skip

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites, own = by.sites(*COORDINATORS), self.fields["site"]
        assert isinstance(own, forms.ModelChoiceField)
        rows = Site.objects.all()
        own.queryset = rows if sites is None else rows.filter(pk__in=sites)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("email") and cleaned.get("how_many", 1) > 1 and not cleaned.get("file"):
            self.add_error("email", _("An address belongs to one invitation."))
        if cleaned.get("file"):
            cleaned["wanted"] = self._read(cleaned["file"], cleaned.get("language", ""))
        else:
            one = Wanted(cleaned.get("language", ""), cleaned.get("email", ""), cleaned["note"])
            cleaned["wanted"] = [one] * (cleaned.get("how_many") or 1)
        return cleaned

    def _read(self, file: Any, language: str) -> list[Wanted]:
        try:
            return read_csv(file.read(LARGEST_FILE + 1), language)
        except ValidationError as error:
            self.add_error("file", error)
            return []


def read_csv(content: bytes, language: str) -> list[Wanted]:
    """The invitations of a CSV file (UTF-8, first line some of COLUMNS). Raises ValidationError."""
    if len(content) > LARGEST_FILE:
        raise ValidationError(_("This file is too large."))
    try:
        lines = csv.DictReader(io.StringIO(content.decode("utf-8-sig")), strict=True)
        names = [name.strip().lower() for name in lines.fieldnames or []]
        lines.fieldnames = names
        if not names or set(names) - set(COLUMNS):
            raise ValidationError(_("The first line must be: email,language,note"))
        rows = [{key: (value or "").strip() for key, value in row.items() if key} for row in lines]
    except (UnicodeDecodeError, csv.Error):
        raise ValidationError(_("This is no CSV file in UTF-8.")) from None
    return [
        Wanted(row.get("language") or language, row.get("email", ""), row.get("note", "")[:80])
        for row in rows
    ]


@admin.register(Invitation)
class InvitationAdmin(StudyModelAdmin):
    """For coordinators: an invitation may hold an address."""

    viewers = COORDINATORS
    changers = COORDINATORS
    may_add = True
    site_path = "site"
    list_display = ("issued_at", "site", "shown_state", "language", "email", "note", "expires_at")
    list_filter = ("site", ("used_at", admin.EmptyFieldListFilter), "language")
    list_select_related = ("site", "participant")
    fields = (
        "site", "shown_state", "language", "email", "note", "issued_at", "issued_by", "expires_at",
        "revoked_at", "revoked_by",
    )  # fmt: skip
    readonly_fields = ("shown_state",)
    change_form_template = "admin/enrollment/invitation/change_form.html"

    @admin.display(description=_("state"))
    def shown_state(self, row: Invitation) -> str:
        if row.participant is not None:
            return str(_("used by %(id)s") % {"id": row.participant.study_id})
        if row.revoked_at:
            return str(_("taken back"))
        return str(_("run out") if row.expires_at <= clock.now() else _("open"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        revoke = self.admin_site.admin_view(self.revoke_view)
        return [
            path("<path:object_id>/take-back/", revoke, name="enrollment_invitation_revoke"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Ask what to issue; the answer shows the cards, once."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        by = actor(request)
        form = IssueForm(request.POST or None, request.FILES or None, by=by)
        if request.method == "POST" and form.is_valid():
            try:
                return self._cards(request, self._issue(request, form, by))
            except ValidationError as error:
                form.add_error(None, error)
        context = {
            **self.admin_site.each_context(request), "title": _("Invite people"),
            "opts": self.opts, "form": form,
        }  # fmt: skip
        return TemplateResponse(request, "admin/enrollment/invitation/issue.html", context)

    def _issue(self, request: HttpRequest, form: IssueForm, by: User) -> list[Issued]:
        asked = form.cleaned_data
        issued = invitations.issue(
            site=asked["site"], wanted=asked["wanted"], days=asked["days"], by=by, now=clock.now()
        )
        if asked["send"]:
            for one in issued:
                if one.invitation.email:
                    transaction.on_commit(_mail(request, one))
        return issued

    def _cards(self, request: HttpRequest, issued: list[Issued]) -> HttpResponse:
        context = {"cards": [_card(request, one) for one in issued], "opts": self.opts}
        return never_cache(TemplateResponse)(
            request, "admin/enrollment/invitation/cards.html", context
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = context.get("original")
        if row is not None and not (row.used_at or row.revoked_at):
            context["revoke_url"] = reverse("admin:enrollment_invitation_revoke", args=[row.pk])
        return super().render_change_form(request, context, *args, **kwargs)

    def revoke_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take one back, with a reason."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            reason = form.cleaned_data["reason"]
            try:
                invitations.revoke(
                    invitation=row, by=actor(request), now=clock.now(), reason=reason
                )
                messages.success(request, _("Taken back. Its code opens nothing any more."))
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
            return redirect("admin:enrollment_invitation_change", row.pk)
        context = {
            **self.admin_site.each_context(request), "title": _("Take this invitation back"),
            "opts": self.opts, "row": row, "form": form,
        }  # fmt: skip
        return TemplateResponse(request, "admin/enrollment/invitation/revoke.html", context)


def _link(request: HttpRequest, code: str) -> str:
    return request.build_absolute_uri(reverse("join", args=[code]))


def _mail(request: HttpRequest, one: Issued) -> Any:
    row, link = one.invitation, _link(request, one.code)
    return lambda: send_invitation(row.email, link, row.language, row.expires_at)


def _card(request: HttpRequest, one: Issued) -> dict[str, Any]:
    row, link = one.invitation, _link(request, one.code)
    return {
        "language": row.language,
        "code": grouped(one.code),
        "link": link,
        "by_hand": request.build_absolute_uri(reverse("join_by_hand")),
        "qr": segno.make(link, error="m").svg_data_uri(
            scale=4, border=2, dark="#000", light="#fff"
        ),
        "until": row.expires_at,
        "note": row.note,
        "contact": contact(row.site),
    }
