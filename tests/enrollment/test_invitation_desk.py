"""Invitations on the desk: issued with cards, by CSV, by mail; taken back."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.roles import Role
from enrollment.admin.invitations import read_csv
from enrollment.models import Invitation
from enrollment.services.invitations import find_open
from tests import cast, doors

ADD = "/admin/enrollment/invitation/add/"
NOW = cast.NOW


@pytest.fixture
def desk(db):
    person = cast.staff(Role.COORDINATOR, at=cast.site(contact_name="Li", contact_phone="010 1"))
    doors.second_factor(person)
    return person


@pytest.fixture
def browser(desk):
    with time_machine.travel(NOW, tick=False):
        yield doors.cookie(desk)


def asked(**fields):
    defaults = {"site": cast.site().pk, "language": "en", "days": 30, "how_many": 1}
    return {**defaults, **fields}


def codes(answer):
    page = answer.content.decode()
    return re.findall(r'class="invitation__code">([A-Z0-9 ]+)<', page)


def test_card_shows_code_link_and_square_once(browser):
    answer = browser.post(ADD, asked())
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    (code,) = codes(answer)
    row = find_open(code, NOW)
    page = answer.content.decode()
    assert "http://testserver/join/" in page
    assert 'src="data:image/svg+xml' in page
    shown_again = browser.get(f"/admin/enrollment/invitation/{row.pk}/change/").content.decode()
    assert code.replace(" ", "") not in shown_again.replace(" ", "")
    assert browser.get("/admin/enrollment/invitation/").status_code == 200


def test_card_says_nothing_of_what_it_is_about(browser):
    page = browser.post(ADD, asked()).content.decode()
    card = page[page.index("<article") : page.index("</article>")].lower()
    for word in ("depress", "trial", "exercise", "study", "health", "arm"):
        assert word not in re.sub(r'src="[^"]+"', "", card)


def test_card_is_in_the_language_of_the_invitation(browser):
    answer = browser.post(ADD, asked(language="zh-hans"))
    page = answer.content.decode()
    card = page[page.index("<article") : page.index("</article>")]
    assert card.startswith('<article class="invitation" lang="zh-hans">')
    assert "您的邀请" in card
    for english in ("invitation</h2>", "camera", "alone", "My own code"):
        assert english not in card


def test_many_cards_alike_have_a_code_each(browser):
    answer = browser.post(ADD, asked(how_many=12))
    assert len(set(codes(answer))) == Invitation.objects.count() == 12


def test_csv_makes_an_invitation_a_line(browser):
    text = "email,language,note\na@example.org,zh-hans,ward 3\n,,\n"
    sent = asked(file=SimpleUploadedFile("list.csv", text.encode("utf-8-sig")), send="on")
    with time_machine.travel(NOW, tick=False):
        answer = browser.post(ADD, sent)
    assert len(codes(answer)) == 2
    rows = Invitation.objects.order_by("pk").values_list("email", "language", "note")
    assert list(rows) == [("a@example.org", "zh-hans", "ward 3"), ("", "en", "")]


@pytest.mark.parametrize(
    "content",
    [b"", b"name,email\nWang,a@example.org\n", b"\xff\xfe\x00", b"email\n" + b"x" * 100_001,
     b'email\n"a'],
)  # fmt: skip
def test_read_csv_refuses_what_is_no_list(content):
    with pytest.raises(ValidationError):
        read_csv(content, "en")


def test_csv_with_a_wrong_address_makes_nothing(browser):
    file = SimpleUploadedFile("list.csv", b"email\na@example.org\nnobody\n")
    answer = browser.post(ADD, asked(file=file))
    assert "Line 2" in answer.content.decode()
    assert not Invitation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_mail_goes_to_the_address_only_where_asked(desk):
    with time_machine.travel(NOW, tick=False):
        browser = doors.cookie(desk)
        browser.post(ADD, asked(email="new@example.org"))
        assert mail.outbox == []
        (code,) = codes(browser.post(ADD, asked(email="new@example.org", send="on")))
        (sent,) = mail.outbox
        assert (sent.subject, sent.to) == ("My Week", ["new@example.org"])
        link = re.search(r"http://testserver(/join/\S+)", sent.body)[1]
        assert link == f"/join/{code.replace(' ', '')}/"
        assert Client().get(link).status_code == 200
    for word in ("depress", "trial", "exercise", "study"):
        assert word not in sent.body.lower()


def test_one_address_belongs_to_one_invitation(browser):
    answer = browser.post(ADD, asked(email="new@example.org", how_many=2))
    assert "belongs to one" in answer.content.decode()
    assert not Invitation.objects.exists()


def test_only_own_sites_can_be_invited_to(browser):
    answer = browser.post(ADD, asked(site=cast.site("sh").pk))
    assert answer.status_code == 200
    assert not Invitation.objects.exists()


def test_take_back_closes_the_code_and_says_so(browser):
    (code,) = codes(browser.post(ADD, asked()))
    row = Invitation.objects.get()
    page = f"/admin/enrollment/invitation/{row.pk}/take-back/"
    assert page in browser.get(f"/admin/enrollment/invitation/{row.pk}/change/").content.decode()
    assert browser.post(page, {}).status_code == 200
    assert find_open(code, NOW)
    assert browser.post(page, {"reason": "card lost"}).status_code == 302
    assert find_open(code, NOW) is None
    change = browser.get(f"/admin/enrollment/invitation/{row.pk}/change/").content.decode()
    assert "taken back" in change
    again = browser.post(page, {"reason": "again"}, follow=True).content.decode()
    assert "taken back already" in again


def test_invitations_of_another_site_are_not_there(browser):
    browser.post(ADD, asked())
    row = Invitation.objects.get()
    Invitation.objects.update(site=cast.site("sh"))
    for tail in ("change/", "take-back/", "history/"):
        page = f"/admin/enrollment/invitation/{row.pk}/{tail}"
        assert browser.get(page).status_code == 404
