"""Who takes part: participants, consents, allocations, withdrawals."""

from __future__ import annotations

import pandas as pd

import protocol
from data_management import rules
from data_management.frames.chunk import Chunk, iso_dates, local, local_days, study_day, to_moments
from enrollment.models import ConsentRecord, Participant, Withdrawal

TOLD = ("sex", "education", "treatment", "illness_years", "age_years")


def participants(chunk: Chunk) -> pd.DataFrame:
    """One row each. Who stopped the use of their data keeps only what the study's flow needs."""
    fields = ("sex", "education", "treatment", "illness_years", "state", "site__code", "created_at")
    rows = Participant.objects.filter(pk__in=list(chunk.people.index)).order_by()
    frame = pd.DataFrame.from_records(
        list(rows.values_list("pk", *fields)), columns=["pk", *fields]
    )
    frame = chunk.people.join(frame.set_index("pk"))
    began = frame["day_one"].fillna(local(to_moments(frame["created_at"]), frame["home"]))
    frame["age_years"] = began.dt.year.astype("Int64") - frame["birth_year"]
    frame["illness_years"] = frame["illness_years"].astype(float)
    frame["allocated"] = frame["day_one"].notna()
    for column in TOLD:
        frame[column] = frame[column].where(frame["used"])
    return frame.assign(
        zone=frame["home"], site=frame["site__code"], day_one=iso_dates(frame["day_one"])
    )


def consents(chunk: Chunk) -> pd.DataFrame:
    """Each signature; also of those who have left."""
    frame = chunk.read(
        ConsentRecord.objects, "signed_at", "document__version", "language", "tracker_data",
        "estimates", "sharing", everyone=True,
    )  # fmt: skip
    signed = local_days(frame["signed_at"], frame["home"])
    return frame.assign(
        study_day=study_day(signed, frame["day_one"]),
        date=iso_dates(signed),
        document_version=frame["document__version"],
    )


def allocations(chunk: Chunk) -> pd.DataFrame:
    """The group of each as a letter. Only an export without conduct may hold it."""
    letters = rules.arm_letters(chunk.scope.key, [arm.code for arm in protocol.current().arms])
    arms = Participant.objects.filter(pk__in=list(chunk.people.index)).exclude(arm="")
    found = pd.Series(dict(arms.order_by().values_list("pk", "arm")), dtype=object)
    return chunk.people.assign(arm=found.map(letters)).dropna(subset=["arm"])


def withdrawals(chunk: Chunk) -> pd.DataFrame:
    """Who left, and what stopped. The reason, if one was given, stays."""
    frame = chunk.read(
        Withdrawal.objects, "stop_exercise", "stop_contact", "stop_data_use", everyone=True
    )
    return frame.assign(
        study_day=study_day(frame["left"], frame["day_one"]), date=iso_dates(frame["left"])
    )
