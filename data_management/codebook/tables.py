"""Every table of an export and every column of it. The codebook, the frames, the classification of
stored fields and the tests all read this one list."""

from __future__ import annotations

from data_management.codebook.columns import Column, Table, of, path, several
from data_management.codebook.common import (
    CONDUCT_ONLY,
    date,
    day,
    from_paper,
    made,
    pending,
    table,
)
from data_management.codebook.conduct import conduct, medications
from data_management.codebook.estimates import estimates
from data_management.codebook.events import adverse_events
from data_management.codebook.questionnaires import questionnaires
from data_management.codebook.ratings import arm_guesses, double_ratings
from data_management.codebook.screenings import screenings
from data_management.codebook.training import training
from data_management.rules import Kind
from enrollment.models import ConsentDocument, ConsentRecord, Participant, Withdrawal
from logging_app.models import CheckIn, SleepNight


def tables() -> tuple[Table, ...]:
    """The tables in the order of the contract, with the words of the study now in force."""
    return (
        *_people(), medications(), *training(), *_nights(), _check_ins(), *questionnaires(),
        double_ratings(), arm_guesses(), estimates(), adverse_events(), *conduct(), _withdrawals(),
    )  # fmt: skip


def _people() -> tuple[Table, ...]:
    person, consent = Participant, ConsentRecord
    began = (path(person, "day_one"), path(person, "created_at"))
    return (
        table(
            "participants", "Everyone who was invited, one row each",
            of(person, "site", values="the site's code"),
            of(person, "zone"),
            of(person, "state"),
            of(person, "sex"),
            Column(
                name="age_years", label="age in the year of allocation (or invitation)",
                type="integer", unit="year", fields=(path(person, "birth_year"),), coarse=True,
                source="that year less Participant.birth_year",
            ),
            of(person, "education"),
            of(person, "illness_years", unit="year"),
            of(person, "treatment"),
            made("allocated", "allocated to a group", "boolean", "Participant.day_one is set"),
            date("date of day 1", *began, name="day_one"),
        ),
        screenings(),
        table(
            "consents", "Each consent signed",
            day("day of the signature", path(consent, "signed_at")),
            date("date of the signature"),
            of(
                ConsentDocument, "version", name="document_version",
                fields=(path(ConsentDocument, "version"), path(consent, "document")),
            ),
            of(consent, "language"),
            of(consent, "tracker_data"),
            of(consent, "estimates"),
            of(consent, "sharing"),
        ),
        table(
            "allocations", "To which group each was allocated",
            Column(
                name="arm", label="group, without its name", type="text", values="A; B",
                source="Participant.arm; the letters are dealt by the study's key",
                fields=(path(person, "arm"),), coarse=True, kinds=frozenset({Kind.BLINDED}),
            ),
        ),
    )  # fmt: skip


def _nights() -> tuple[Table, ...]:
    percent = "100 × total sleep / "
    return (
        table(
            "sleep_nights", "Each night of the diary, by the morning it ended on",
            day("day of the morning", path(SleepNight, "date")),
            date("date of the morning"),
            of(SleepNight, "in_bed_at", unit="HH:MM, local",
               fields=(path(SleepNight, "in_bed_at"), path(SleepNight, "zone"))),
            *several(SleepNight, {
                "tried_to_sleep_at": "HH:MM, local", "woke_at": "HH:MM, local",
                "out_of_bed_at": "HH:MM, local", "sleep_onset_latency_min": "min",
                "awakenings": "", "wake_after_sleep_onset_min": "min", "quality": "",
            }),
            made("time_in_bed_min", "time in bed", "integer", "out of bed − in bed, elapsed",
                 unit="min"),
            made("total_sleep_min", "total sleep", "integer",
                 "(woke − tried) − latency − awake, elapsed", unit="min"),
            made("sleep_efficiency_percent", "sleep efficiency, of time in bed", "number",
                 percent + "time in bed", unit="%"),
            made("sleep_efficiency_attempt_percent", "sleep efficiency, of trying to getting up",
                 "number", percent + "(out of bed − tried)", unit="%"),
            made("late_entry", "entered more than 24 hours after getting up", "boolean",
                 "SleepNight.received_at"),
            day("day it was received", path(SleepNight, "received_at"), name="received_day"),
            *from_paper(SleepNight),
            pending(),
        ),
    )  # fmt: skip


def _check_ins() -> Table:
    """What somebody told of their weeks tells the group: in the conduct export only."""
    return table(
        "check_ins", "Each check-in, asked of both groups by the protocol",
        day("day it was asked for", path(CheckIn, "due_on")),
        date("date it was asked for"),
        of(CheckIn, "activity"),
        of(CheckIn, "active_minutes", unit="min"),
        of(CheckIn, "resting_hr_bpm", unit="bpm"),
        of(CheckIn, "hr_after_bpm", unit="bpm"),
        of(CheckIn, "diet_changed"),
        of(CheckIn, "anything_new", label="something is new in health, medicine or therapy"),
        of(CheckIn, "handled_as"),
        day("day staff had seen to it", path(CheckIn, "handled_at"), name="handled_day"),
        made("late_entry", "received more than 3 days after the day it was asked for", "boolean",
             "CheckIn.received_at"),
        day("day it was received", path(CheckIn, "received_at"), path(CheckIn, "zone"),
            name="received_day"),
        *from_paper(CheckIn),
        pending(),
    )  # fmt: skip


def _withdrawals() -> Table:
    return table(
        "withdrawals", "Who left the study, and what stopped",
        day("day of leaving", path(Withdrawal, "at")),
        date("date of leaving"),
        # Only those who were asked to exercise can stop it: it would tell the arm.
        of(Withdrawal, "stop_exercise", kinds=CONDUCT_ONLY),
        of(Withdrawal, "stop_contact"),
        of(Withdrawal, "stop_data_use"),
    )  # fmt: skip
