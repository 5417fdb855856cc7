"""Sites, who signs in to the demo, and the consent text. Names and numbers are made up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password

import protocol
from accounts.models import Site, User
from accounts.roles import Role
from accounts.services import grant_role
from enrollment.models import ConsentDocument, ConsentText
from enrollment.services.consent import approve_document, save_draft
from enrollment.services.protocol import confirm_assumption
from exdep_site.demo.course import ZONE

HOURS = "Monday to Friday, 9:00 to 17:00"
STUDY_BEGAN_BEFORE = 300  # days ago
CONSENT_VERSION = "1.0"
ETHICS_NUMBER = "2023-BMU-IRB-001"
CONSENT_TEXTS = Path(__file__).with_name("consent")

# E-mail (before the @), name, role, and whether at the first site only.
STAFF: tuple[tuple[str, str, Role, bool], ...] = (
    ("instructor", "Lin Tao", Role.INSTRUCTOR, True),
    ("rater", "He Jing", Role.RATER, False),
    ("clinician", "Dr Zhou Lan", Role.CLINICIAN, False),
    ("coordinator", "Gao Yun", Role.COORDINATOR, False),
    ("monitor", "Xu Ning", Role.MONITOR, False),
    ("statistician", "Tang Bo", Role.STATISTICIAN, False),
)
SECOND_INSTRUCTOR = "second-instructor"
PARTICIPANTS = {"participant": "Chen Mei", "control": "Wang Lei", "newcomer": "Sun Yue"}


@dataclass(frozen=True)
class Cast:
    """Everyone and everything that participants' rows refer to. `people` by name before the @."""

    sites: tuple[Site, Site]
    people: Mapping[str, User]
    consent: ConsentDocument
    texts: Mapping[str, ConsentText]

    def instructor(self, site: int) -> User:
        return self.people["instructor" if site == 0 else SECOND_INSTRUCTOR]


def make_cast(today: date) -> Cast:
    """Write sites, accounts with their roles, and the consent in force. In a transaction."""
    sites = _sites()
    password = make_password(settings.EXDEP_DEMO_PASSWORD)
    people = {
        name: _account(password, email=f"{name}@example.org", name=shown)
        for name, shown in [*PARTICIPANTS.items(), *((row[0], row[1]) for row in STAFF)]
    }
    people["admin"] = _account(
        password, email="admin@example.org", name="Administrator", is_superuser=True
    )
    # Who is told last of an alert that nobody answers is told by text message too.
    people["coordinator"].phone = "010-0000 0012"
    people["coordinator"].save()
    for name, _, role, first_site_only in STAFF:
        site = sites[0] if first_site_only else None
        grant_role(user=people[name], role=role, site=site, by=people["admin"], reason="demo")
    # Instructs at the second site and does not sign in.
    people[SECOND_INSTRUCTOR] = _account(
        make_password(None), sign_in_code="instructor-2", name="Qian Wen"
    )
    grant_role(
        user=people[SECOND_INSTRUCTOR], role=Role.INSTRUCTOR, site=sites[1],
        by=people["admin"], reason="demo",
    )  # fmt: skip
    confirm_choices(people["clinician"], today)
    consent, texts = consent_document(people["clinician"], today)
    return Cast(sites=sites, people=people, consent=consent, texts=texts)


def confirm_choices(by: User, today: date) -> None:
    """What the study's protocol assumes, confirmed before anybody came."""
    at = datetime.combine(today - timedelta(days=STUDY_BEGAN_BEFORE), time(1), UTC)
    for row in protocol.current().assumed:
        confirm_assumption(code=row.code, choice=row.choice, words="demo", by=by, now=at)


def consent_document(by: User, today: date) -> tuple[ConsentDocument, Mapping[str, ConsentText]]:
    """The example document in both languages, approved long before the first signature."""
    study = protocol.current().title
    texts = {
        language: (title, (CONSENT_TEXTS / f"{language}.md").read_text(encoding="utf-8"))
        for language, title in (("en", study.en), ("zh-hans", study.zh))
    }
    draft = save_draft(
        document=None, version=CONSENT_VERSION, ethics_number=ETHICS_NUMBER, texts=texts, by=by,
        quiz=json.loads((CONSENT_TEXTS / "quiz.json").read_text(encoding="utf-8")),
    )  # fmt: skip
    at = datetime.combine(today - timedelta(days=STUDY_BEGAN_BEFORE), time(1), UTC)
    consent = approve_document(document=draft, by=by, now=at)
    return consent, {text.language: text for text in consent.texts.all()}


def _sites() -> tuple[Site, Site]:
    first = Site(
        code="anding", name="Beijing Anding Hospital", region="CN-11", zone=ZONE,
        contact_name="Liu Fang", contact_phone="010-0000 0011", contact_hours=HOURS,
    )  # fmt: skip
    second = Site(
        code="smhc", name="Shanghai Mental Health Center", region="CN-31", zone=ZONE,
        contact_name="Zhao Min", contact_phone="021-0000 0031", contact_hours=HOURS,
    )  # fmt: skip
    for site in (first, second):
        site.full_clean()
        site.save()
    return first, second


def _account(password: str, **fields: object) -> User:
    """An account with a password hashed before: hashing ten times over would take seconds."""
    user = User(password=password, **fields)
    user.full_clean()
    user.save()
    return user
