"""What allauth asks this study: no sign-up without an invitation, neutral mail that is recorded."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.selectors import user_of_email
from accounts.services import send_email

WRONG = _("That e-mail, study code or password is not right. Please try again.")


class AccountAdapter(DefaultAccountAdapter):
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": WRONG,
        "username_password_mismatch": WRONG,
        "invalid_login": WRONG,
        "account_inactive": _("This account is closed. Your study team can help."),
        "too_many_login_attempts": _(
            "That did not work several times. Please wait five minutes, then try again."
        ),
        "rate_limited": _("That was quick. Please wait a minute, then try again."),
        "incorrect_code": _("That code is not right. Please look at the latest mail."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """One neutral mail in the person's own language; that it failed is recorded, not raised.

        Which account it went to is looked up where allauth does not say (it does not for codes).
        """
        user = context.get("user") or user_of_email(email)
        language = user.language if user else translation.get_language()
        everything = {
            "request": allauth_context.request,
            "email": email,
            "site_name": settings.EXDEP_SITE_NAME,
            "current_site": {"name": settings.EXDEP_SITE_NAME},
            **context,
        }
        with translation.override(language):
            message = self.render_mail(template_prefix, email, everything)
        send_email(message, kind=template_prefix, to_user=user)
