"""allauth keeps addresses in a table of its own: there from the start, and gone with it."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress

from accounts.models import User
from tests.accounts.people import person

pytestmark = pytest.mark.django_db


def kept(user: User) -> list[tuple[str, bool]]:
    return list(EmailAddress.objects.filter(user=user).values_list("email", "primary"))


def test_address_is_kept_when_the_account_is_made() -> None:
    assert kept(User.objects.create_user(email="Somebody@Example.org")) == [
        ("somebody@example.org", True)
    ]


def test_address_of_an_account_with_a_code_only_is_none() -> None:
    assert kept(User.objects.create_user(sign_in_code="EX-0001")) == []


def test_address_replaced_by_staff_opens_no_door_any_more() -> None:
    someone = person("someone", email="someone@example.org")
    someone.email = "new@example.org"
    someone.save()
    assert kept(someone) == [("new@example.org", True)]


def test_address_taken_away_is_forgotten() -> None:
    """As when a person asks to be forgotten (`enrollment.services.leaving`)."""
    someone = person("someone", email="someone@example.org")
    someone.email, someone.sign_in_code = None, "EX-0001"
    someone.save()
    assert kept(someone) == []


def test_address_chosen_on_the_persons_own_page_keeps_the_other_one() -> None:
    someone = person("someone", email="someone@example.org")
    EmailAddress.objects.create(user=someone, email="other@example.org").set_as_primary()
    assert User.objects.get(pk=someone.pk).email == "other@example.org"
    assert sorted(kept(someone)) == [("other@example.org", True), ("someone@example.org", False)]
