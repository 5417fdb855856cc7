"""What two raters made of one visit, and which group raters took people to be in."""

from __future__ import annotations

from assessments.models import ArmGuess, Interview, RatingAgreement, Response
from data_management.codebook.columns import Table, of, path
from data_management.codebook.common import date, day, made, table
from data_management.codebook.questionnaires import (
    STATES,
    answers_version,
    asked,
    item,
    item_values,
    rater_code,
    reading,
    visit,
)

BY_ITEM = "the instrument; `total` is the sum by the instrument's own rule"


def double_ratings() -> Table:
    """In every export: which visits are scored twice is drawn, and says nothing of a group."""
    return table(
        "double_ratings", "Each item, and the total, of each reading of a visit scored twice",
        *asked(),
        day("day of the visit, or of the first signature"),
        date("date of the visit, or of the first signature"),
        reading("first; second; consensus = what the two agreed on where they differed too much"),
        rater_code("who rated; empty for the consensus"),
        answers_version("version of the ratings compared: a later correction is not compared"),
        made("of_record", "whether `scores` and `responses` hold this rating", "boolean",
             "the first reading, unless a later version took its place",
             fields=(path(Response, "superseded_at"),)),
        day("day it was signed, or the consensus confirmed", path(Response, "submitted_at"),
            path(RatingAgreement, "resolved_at"), name="signed_day"),
        item(BY_ITEM),
        made("state", "what became of the item; a total is answered or missing", "text",
             "see docs/export.md", values=STATES),
        of(Response, "answers", name="value", label="score", type="integer", coarse=True,
           values=item_values(rated_only=True), range="the item's own",
           fields=(path(Response, "answers"), path(RatingAgreement, "consensus"))),
        of(RatingAgreement, "discrepant",
           label="the totals differ by the protocol's points or more"),
    )  # fmt: skip


def arm_guesses() -> Table:
    """Where the groups' letters are not: beside them a rater's belief would be read as a hint."""
    return table(
        "arm_guesses", "Each rater's guess of the group, asked once after the rating was signed",
        visit(path(ArmGuess, "visit")),
        day("day of the guess", path(ArmGuess, "at")),
        date("date of the guess"),
        rater_code("who guessed, as in the other tables", path(ArmGuess, "by")),
        of(ArmGuess, "guess"),
        made("group_revealed", "the group had been revealed to this rater in an interview with "
             "this person", "boolean", "Interview.group_revealed, also of drafts given back",
             fields=(path(Interview, "group_revealed"),), coarse=True),
    )  # fmt: skip
