"""Every write of the rater's room, one subject a file."""

from assessments.rater.services.agreeing import confirm, propose
from assessments.rater.services.correcting import begin_correction
from assessments.rater.services.drafts import give_back, save_draft
from assessments.rater.services.guessing import guess_arm
from assessments.rater.services.hearing import note_heard
from assessments.rater.services.signing import Signature, sign

__all__ = [
    "Signature", "begin_correction", "confirm", "give_back", "guess_arm", "note_heard", "propose",
    "save_draft", "sign",
]  # fmt: skip
