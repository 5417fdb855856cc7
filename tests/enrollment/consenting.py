"""What tests of consent share: a document that may be approved, a talk, a signature."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from accounts.models import User
from accounts.roles import Role
from enrollment.models import ConsentConversation, ConsentDocument, ConsentText, Participant
from enrollment.services import consent as services
from tests import cast

DEMO = Path(services.__file__).parents[2] / "exdep_site" / "demo" / "consent"
ETHICS = "2023-BMU-IRB-001"
HOUR = timedelta(hours=1)


def markdown(language: str) -> str:
    return (DEMO / f"{language}.md").read_text(encoding="utf-8")


def quiz() -> Any:
    return json.loads((DEMO / "quiz.json").read_text(encoding="utf-8"))


def clinician() -> User:
    found = User.objects.filter(email="dr-zhou@example.org").first()
    return found or cast.staff(Role.CLINICIAN, name="dr-zhou")


def draft(version: str = "2", **changes: Any) -> ConsentDocument:
    fields: dict[str, Any] = {
        "ethics_number": ETHICS, "quiz": quiz(),
        "texts": {"en": ("The study", markdown("en")), "zh-hans": ("研究", markdown("zh-hans"))},
    }  # fmt: skip
    return services.save_draft(
        document=None, version=version, by=clinician(), **{**fields, **changes}
    )


def approved(version: str = "2", at: datetime = cast.NOW - HOUR) -> ConsentDocument:
    return services.approve_document(document=draft(version), by=clinician(), now=at)


def text(document: ConsentDocument, language: str = "en") -> ConsentText:
    return document.texts.get(language=language)


def talk(person: Participant, at: datetime = cast.NOW - HOUR / 2) -> ConsentConversation:
    return services.record_conversation(
        participant=person, at=at, questions_answered=True, capacity_confirmed=True,
        by=clinician(), now=at,
    )  # fmt: skip


def given(**changes: Any) -> services.Given:
    fields: dict[str, Any] = {
        "printed_name": "陈美 Chen Mei", "signature_png": None, "seconds_shown": {"1": 30},
        "quiz_answers": {"group": ["me", "chance"]}, "tracker_data": True, "estimates": False,
        "sharing": True, "reauthenticated_at": cast.NOW, "address": "192.0.2.7",
    }  # fmt: skip
    return services.Given(**{**fields, **changes})


def newcomer(name: str = "newcomer", **fields: Any) -> Participant:
    return cast.participant(name, week=None, consented=False, **fields)


def drawing(size: tuple[int, int] = (400, 160)) -> bytes:
    """A signature as the box sends it: strokes on white."""
    image = Image.new("RGBA", size, "white")
    ImageDraw.Draw(image).line([(20, 120), (120, 30), (200, 130), (380, 40)], "black", 4)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
