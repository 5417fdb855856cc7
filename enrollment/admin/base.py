"""What the desk's pages about one participant share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.admin_base import StudyModelAdmin, WithReason
from accounts.models import User
from accounts.roles import Role
from core import clock
from core.errors import ConsentPending, Refused
from enrollment.models import Participant

Check = Callable[[Any, datetime], None]


class CheckedForm(WithReason):
    """A form that says what its service would refuse."""

    check: ClassVar[Check]

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            self.ask(self.check_row)

    def check_row(self) -> None:
        """What the service checks of the row as typed."""
        type(self).check(self.instance, clock.now())

    def ask(self, question: Callable[[], None]) -> None:
        """Put what `question` raises beside the fields."""
        try:
            question()
        except ConsentPending:
            self.add_error(None, _("This participant has not signed the consent in force."))
        except Refused as refused:
            self.add_error(None, str(refused.text))
        except ValidationError as error:
            self.add_error(None, error)


class AboutParticipant(StudyModelAdmin):
    """Rows of one participant, whom nobody exchanges, entered by coordinators and clinicians."""

    changers = frozenset({Role.COORDINATOR, Role.CLINICIAN})
    may_add = True
    site_path = "participant__site"
    list_select_related: ClassVar[Any] = ("participant",)
    search_fields = ("participant__study_id",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whose row it is never changes."""
        return ("participant",) if obj is not None else ()

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "participant":
            reach = Participant.objects.order_by("study_id")
            sites = actor(request).sites(*self.changers)
            kwargs["queryset"] = reach if sites is None else reach.filter(site__in=sites)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "participant" and field is not None:
            field.widget.can_view_related = False
            field.widget.can_add_related = False
            field.widget.can_change_related = False
        if field is not None and isinstance(field.widget, AdminSplitDateTime):
            for part, said in zip(field.widget.widgets, (_("Date"), _("Time")), strict=True):
                part.attrs["aria-label"] = f"{field.label}: {said}"
        return field


def actor(request: HttpRequest) -> User:
    """Who acts on the desk: the guard lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user
