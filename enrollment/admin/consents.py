"""Consent on the desk: the documents and their approval, the talks, what was signed."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.core import ratelimit
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import SEES_PARTICIPANTS, StudyModelAdmin
from accounts.models import User
from accounts.roles import Role
from accounts.row_history import who
from core import clock
from core.errors import Refused
from core.templatetags.ui import language_name
from enrollment import selectors
from enrollment.admin.base import AboutParticipant, actor
from enrollment.consent import desk
from enrollment.consent.markdown import to_html
from enrollment.models import ConsentConversation, ConsentDocument, ConsentRecord
from enrollment.rules.consent import sections
from enrollment.services import consent as services

LANGUAGES = [code for code, _name in settings.LANGUAGES]


MARKS = _(
    "Markdown. Each ## heading is a page of its own; approval looks for these marks behind "
    "headings: {marks}."
)


class DocumentForm(forms.ModelForm):
    """A draft: what it is called, its check, and its text in each language."""

    class Meta:
        model = ConsentDocument
        fields = ("version", "ethics_number", "quiz")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        texts = {t.language: t for t in self.instance.texts.all()} if self.instance.pk else {}
        marks = " ".join(f"{{#{topic}}}" for topic in desk.TOPICS)
        for language in LANGUAGES:
            name, text = _name(language), texts.get(language)
            self.fields[f"title_{name}"] = forms.CharField(
                label=_("Title, %(language)s") % {"language": language_name(language)},
                max_length=120, required=False, initial=text.title if text else "",
            )  # fmt: skip
            self.fields[f"text_{name}"] = forms.CharField(
                label=_("Text, %(language)s") % {"language": language_name(language)},
                required=False, strip=False, initial=text.markdown if text else "",
                widget=forms.Textarea(attrs={"rows": 24, "cols": 100, "lang": language}),
                help_text=str(MARKS).replace("{marks}", marks),
            )  # fmt: skip

    def texts(self) -> dict[str, tuple[str, str]]:
        """Title and Markdown of each language that has a text."""
        data = self.cleaned_data
        found = {lang: (data[f"title_{_name(lang)}"], data[f"text_{_name(lang)}"])
                 for lang in LANGUAGES}  # fmt: skip
        return {language: pair for language, pair in found.items() if pair[1].strip()}


def _name(language: str) -> str:
    return language.replace("-", "_")


class PasswordForm(forms.Form):
    """Who signs is asked once more who they are."""

    password = forms.CharField(
        label=_("Your password, once more"), strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._request = request

    def clean_password(self) -> str:
        person = actor(self._request)
        if not ratelimit.consume(self._request, action="reauthenticate", user=person):
            raise forms.ValidationError(_("Several wrong tries. Please wait five minutes."))
        if not person.check_password(self.cleaned_data["password"]):
            raise forms.ValidationError(_("That is not right. Please try again."))
        return ""


@admin.register(ConsentDocument)
class ConsentDocumentAdmin(StudyModelAdmin):
    """Drafts are written here; approving one puts it in force for everybody."""

    viewers = SEES_PARTICIPANTS | {Role.ADMIN}
    changers = frozenset(services.APPROVERS)
    may_add = True
    form = DocumentForm
    list_display = ("version", "ethics_number", "approved_at", "shown_by")
    list_select_related = ("approved_by",)
    change_form_template = "admin/enrollment/consentdocument/change_form.html"

    @admin.display(description=_("approved by"))
    def shown_by(self, row: ConsentDocument) -> str:
        return who(row.approved_by) if row.approved_by else "–"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        approved = obj is not None and obj.approved_at is not None
        return not approved and super().has_change_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None and not self.has_change_permission(request, obj):
            return ["version", "ethics_number", "approved_at", "shown_by"]
        texts = [f"{part}_{_name(code)}" for code in LANGUAGES for part in ("title", "text")]
        return ["version", "ethics_number", *texts, "quiz"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("approved_at", "shown_by")

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The texts are fields of the form, not of the table."""
        kwargs["fields"] = ["version", "ethics_number", "quiz"]
        return super().get_form(request, obj, change, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        row = services.save_draft(
            document=obj if change else None, version=obj.version, texts=form.texts(),
            ethics_number=obj.ethics_number, quiz=obj.quiz, by=actor(request),
        )  # fmt: skip
        obj.pk = row.pk

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.approve_view)
        own = path("<path:object_id>/approve/", view, name="consent_approve")
        return [own, *super().get_urls()]

    def approve_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What stands against it, the text as participants will see it, and the button."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        may_approve = row.approved_at is None and actor(request).has_role(*services.APPROVERS)
        form = PasswordForm(request.POST or None, request=request)
        if request.method == "POST":
            if not may_approve:
                raise PermissionDenied
            if form.is_valid() and self._approved(request, row):
                return redirect("admin:enrollment_consentdocument_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Version %(version)s") % {"version": row.version},
            "opts": self.opts,
            "row": row,
            "problems": [] if row.approved_at else [desk.problem(p) for p in
                                                    services.problems_of(row)],
            "may_approve": may_approve,
            "form": form,
            "texts": [
                {"text": text, "language": language_name(text.language),
                 "sections": [(s.title, to_html(s.markdown)) for s in sections(text.markdown)]}
                for text in row.texts.order_by("language")
            ],
        }  # fmt: skip
        return TemplateResponse(request, "admin/enrollment/consentdocument/approve.html", context)

    def _approved(self, request: HttpRequest, row: ConsentDocument) -> bool:
        try:
            services.approve_document(document=row, by=actor(request), now=clock.now())
        except ValidationError as error:
            for said in error.messages:
                messages.error(request, said)
            return False
        except Refused as refused:
            messages.error(request, str(refused.text))
            return False
        messages.success(request, _("In force. Everyone is asked to read and sign it."))
        return True


class ConversationForm(forms.ModelForm):
    class Meta:
        model = ConsentConversation
        fields = ("participant", "at", "questions_answered", "capacity_confirmed")

    def clean_at(self) -> Any:
        at = self.cleaned_data["at"]
        if at > clock.now():
            raise forms.ValidationError(_("This lies ahead. Please write when you talked."))
        if selectors.consent_in_force(clock.now()) is None:
            raise forms.ValidationError(_("There is no approved consent text yet."))
        return at


@admin.register(ConsentConversation)
class ConsentConversationAdmin(AboutParticipant):
    """The talk before signing, told by the investigator who had it. It is never changed."""

    changers = frozenset({Role.CLINICIAN})
    viewers = SEES_PARTICIPANTS
    form = ConversationForm
    list_display = (
        "participant", "document", "at", "shown_by", "questions_answered", "capacity_confirmed",
    )  # fmt: skip
    list_select_related = ("participant", "document", "investigator")
    list_filter = ("participant__site", "document")

    @admin.display(description=_("investigator"))
    def shown_by(self, row: ConsentConversation) -> str:
        return who(row.investigator)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_change_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = ["participant", "at", "questions_answered", "capacity_confirmed"]
        return fields if obj is None else [*fields, "document", "shown_by"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        row = services.record_conversation(
            participant=obj.participant, at=obj.at, questions_answered=obj.questions_answered,
            capacity_confirmed=obj.capacity_confirmed, by=actor(request), now=clock.now(),
        )  # fmt: skip
        obj.pk = row.pk


@admin.register(ConsentRecord)
class ConsentRecordAdmin(StudyModelAdmin):
    """What was signed. Nothing of it changes; the investigator signs below."""

    site_path = "participant__site"
    list_display = (
        "participant", "document", "language", "signed_at", "sharing", "countersigned_at",
    )  # fmt: skip
    list_filter = (
        "document", "participant__site", ("countersigned_at", admin.EmptyFieldListFilter),
    )  # fmt: skip
    list_select_related = ("participant", "document")
    search_fields = ("participant__study_id",)
    fields: ClassVar[Any] = (
        "participant", "document", "language", "text_sha256", "signed_at", "method",
        "reauthenticated_at", "seconds_shown", "quiz_answers", "tracker_data", "estimates",
        "sharing", "identity_sha256", "pdf_sha256", "countersigned_at", "countersigned_by",
    )  # fmt: skip
    change_form_template = "admin/enrollment/consentrecord/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.countersign_view)
        return [path("<path:object_id>/countersign/", view, name="consent_countersign"),
                *super().get_urls()]  # fmt: skip

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = context.get("original")
        person = request.user
        if row is not None and isinstance(person, User):
            keeps = person.has_role(Role.COORDINATOR, Role.CLINICIAN)
            if keeps and selectors.consent_copy(row.pk, person):
                context["copy_url"] = reverse("consent_copy", args=[row.pk])
            if row.countersigned_at is None and person.has_role(Role.CLINICIAN):
                context["countersign_url"] = reverse("admin:consent_countersign", args=[row.pk])
        return super().render_change_form(request, context, *args, **kwargs)

    def countersign_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The investigator's password, and it is signed."""
        if not actor(request).has_role(Role.CLINICIAN):
            raise PermissionDenied
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        form = PasswordForm(request.POST or None, request=request)
        if request.method == "POST" and form.is_valid() and self._countersigned(request, row):
            return redirect("admin:enrollment_consentrecord_change", row.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Countersign"), "opts": self.opts, "row": row, "form": form,
        }  # fmt: skip
        return TemplateResponse(request, "admin/enrollment/consentrecord/countersign.html", context)

    def _countersigned(self, request: HttpRequest, row: ConsentRecord) -> bool:
        try:
            services.countersign(record=row, by=actor(request), now=clock.now())
        except Refused as refused:
            messages.error(request, str(refused.text))
            return False
        messages.success(request, _("Countersigned. The copy now holds both signatures."))
        return True
