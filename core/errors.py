"""What can go wrong on purpose, each with the code the API answers (CONTRACT, "API")."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class StartupError(Exception):
    """A setting or data file that cannot be used. Its text is one line on what to write."""


class Refused(Exception):  # noqa: N818
    """A request that was understood and is not done. `code` and `status` are part of the API."""

    code: ClassVar[str] = "forbidden"
    status: ClassVar[int] = 403
    detail: ClassVar[str | Promise] = _("You may not do this.")
    # After how many seconds the same may be sent again, where time alone can make it right.
    retry_after: ClassVar[int | None] = None

    def __init__(self, detail: str | Promise | None = None, **context: Any) -> None:
        self.text = detail or self.detail
        self.context = context
        super().__init__(str(self.text))


class NotSignedIn(Refused):
    code = "not_signed_in"
    status = 401
    detail = _("Please sign in. What you entered is not lost.")


class SecondFactorMissing(Refused):
    code = "second_factor_missing"
    detail = _("Staff need a second factor. Please set one up first.")


class Forbidden(Refused):
    pass


class ConsentPending(Refused):
    code = "consent_pending"
    detail = _("Your consent is not complete yet. Entries stay on this phone until it is.")


class Withdrawn(Refused):
    code = "withdrawn"
    detail = _("You have left the study, so nothing more is stored.")


class Locked(Refused):
    code = "locked"
    status = 409
    detail = _("These data are locked and cannot be changed. Please ask the study team.")


class Voided(Refused):
    code = "voided"
    status = 409
    detail = _("This entry was taken back and cannot be changed.")


class NotOpen(Refused):
    code = "not_open"
    status = 409
    detail = _("These questions are not open now. Today shows when they are.")


class NotOpenYet(NotOpen):
    """It opens by itself later; what is refused for good is `NotOpen`."""

    retry_after = 600


class IllegalStep(Refused):
    code = "illegal_step"
    status = 409
    detail = _("This cannot be done now. Please reload the page to see where things stand.")


class EditConflict(Refused):
    code = "edit_conflict"
    status = 409
    detail = _("This entry was changed elsewhere with the same edit number. Please reload it.")


class NotFound(Refused):
    code = "not_found"
    status = 404
    detail = _("There is nothing here under this address.")
