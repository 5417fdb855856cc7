"""Who signs in and as what, at which sites.

Names, e-mail and telephone live here and nowhere else: every other room knows the study id only,
and tables of identity keep no row history.
"""

from __future__ import annotations

from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import rules
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.roles import STAFF_CHOICES, Role


class Site(models.Model):
    """A hospital that takes part."""

    code = models.SlugField(_("code"), max_length=8, unique=True)
    name = models.CharField(_("name"), max_length=120)
    region = models.CharField(
        _("region"), max_length=8, help_text=_("As in CN-11; its crisis lines.")
    )
    zone = models.CharField(_("time zone"), max_length=64, default="Asia/Shanghai")
    contact_name = models.CharField(_("whom participants can reach"), max_length=80, blank=True)
    contact_phone = models.CharField(_("their telephone"), max_length=32, blank=True)
    contact_hours = models.CharField(_("when"), max_length=80, blank=True)

    class Meta:
        ordering: ClassVar = ["code"]
        verbose_name = _("site")

    def __str__(self) -> str:
        return self.name

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


class UserManager(BaseUserManager["User"]):
    def create_user(self, *, password: str | None = None, **fields: object) -> User:
        """A user with e-mail, sign-in code, or both. No password means none can be typed."""
        user: User = self.model(**fields)
        user.email = self.normalize_email(user.email).lower() or None if user.email else None
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, *, password: str | None = None, **fields: object) -> User:
        return self.create_user(password=password, **{**fields, "is_superuser": True})

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(Q(email__iexact=username) | Q(sign_in_code__iexact=username))


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Not everyone has e-mail: a study code signs in as well."""

    email = models.EmailField(_("e-mail"), null=True, blank=True)
    sign_in_code = models.CharField(
        _("sign-in code"), max_length=24, unique=True, null=True, blank=True
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    phone = models.CharField(_("telephone"), max_length=32, blank=True)
    language = models.CharField(
        _("language"), max_length=8, choices=settings.LANGUAGES, default="en"
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(_("account made"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "sign_in_code"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("email"), name="one_account_per_email",
                violation_error_message=_("There is an account with this e-mail already."),
            ),
            models.UniqueConstraint(
                Lower("sign_in_code"), name="one_account_per_code",
                violation_error_message=_("There is an account with this code already."),
            ),
            models.CheckConstraint(
                condition=Q(email__isnull=False) | Q(sign_in_code__isnull=False),
                name="account_has_a_way_to_sign_in",
                violation_error_message=_("Write an e-mail address or a sign-in code."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name or self.sign_in_code or self.email or f"#{self.pk}"

    @property
    def is_staff(self) -> bool:
        """What Django's admin and MFA ask: anyone with a staff role, or a superuser."""
        return self.is_superuser or bool(self.active_roles)

    @cached_property
    def active_roles(self) -> dict[Role, frozenset[int] | None]:
        """Each staff role held now, with the ids of its sites; None means every site."""
        held: dict[Role, frozenset[int] | None] = {}
        for role, site_id in self.staff_roles.filter(ended_at=None).values_list("role", "site_id"):
            earlier = held.get(Role(role), frozenset())
            held[Role(role)] = None if site_id is None or earlier is None else earlier | {site_id}
        return {Role.ADMIN: None, **held} if self.is_superuser else held

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """By the rules alone: Django's would say yes to a superuser, who is an administrator here
        and sees no participant's data."""
        return self.is_active and bool(rules.has_perm(perm, self, obj))

    def has_role(self, *roles: Role) -> bool:
        return any(role in self.active_roles for role in roles)

    def sites(self, *roles: Role) -> frozenset[int] | None:
        """Ids of the sites where one of `roles` is held; None means every site."""
        scopes = [scope for role, scope in self.active_roles.items() if role in roles]
        if None in scopes:
            return None
        return frozenset().union(*[scope for scope in scopes if scope is not None])


class StaffRole(models.Model):
    """A role held by a person at a site (or at all sites), from when to when and by whose word.

    Rating excludes every other staff role, past or present, and a superuser cannot rate; triggers
    hold this on both engines (`accounts.triggers`), because it spans rows.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="staff_roles")
    role = models.CharField(_("role"), max_length=16, choices=STAFF_CHOICES)
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, help_text=_("Empty means every site.")
    )
    granted_at = models.DateTimeField(_("since"), default=timezone.now)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("role")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "role", "site"], condition=Q(ended_at=None),
                name="one_open_role_per_site",
            ),
            models.UniqueConstraint(
                fields=["user", "role"], condition=Q(ended_at=None, site=None),
                name="one_open_role_everywhere",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__gte=F("granted_at"), ended_by__isnull=False),
                name="role_end_has_who_and_when",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.site or _('every site')}"
