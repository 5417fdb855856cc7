"""A few participants at a time, and what every frame needs to know of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import pandas as pd
from django.db.models import Manager, QuerySet

import protocol
from assessments.models import Response
from data_management import rules
from data_management.rules import Kind
from enrollment.models import Participant, Withdrawal
from logging_app.selectors import adherence
from schedule.rules.adherence import Record

CHUNK = 50
# A pandas Series: its stubs do not know nullable types well enough to help here.
Column = Any
Rows = QuerySet[Any, Any] | Manager[Any]


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Which export this is. `key` makes its stand-ins; `through` is the latest moment that the
    data speak of, so that the weeks reached depend on the database alone."""

    kind: Kind
    identified: bool
    key: bytes
    through: datetime
    sites: frozenset[int] | None = None

    def stand_in(self, what: str, value: str, length: int = 16) -> str:
        """The value itself in an identified export, else its stable stand-in."""
        if self.identified:
            return value
        return self.code(what, value, length)

    def code(self, what: str, value: str, length: int = 8) -> str:
        """A stable code of a value that no export shows."""
        return rules.token(self.key, self.kind, what, value)[:length]


@dataclass(frozen=True)
class Chunk:
    """Participants and their keys: a frame indexed by the row's id, sorted by the id shown.

    Columns: `study_id` (as shown), `day_one` and `left` (dates or NaT), `home` (zone), `through`
    (local date of the cut), `birth_year`, `exercises`, and `used` (false: use of data stopped).
    """

    scope: Scope
    people: pd.DataFrame

    @property
    def used(self) -> pd.DataFrame:
        """Those whose data may be used."""
        return self.people[self.people["used"]]

    @cached_property
    def records(self) -> dict[int, Record]:
        """What was asked of each whose data may be used and what became of it, up to the cut."""
        people = Participant.objects.filter(pk__in=list(self.used.index)).order_by("pk")
        return adherence(people, self.scope.through)

    @cached_property
    def answers_versions(self) -> dict[int, int]:
        """By its row, which version of the answers (of a reading of a visit) a response is.

        Beside the groups' letters those are counted that were sent or signed: raters give a draft
        back where the group slipped out, and the number after it would tell of that.
        """
        blinded = self.scope.kind is Kind.BLINDED
        found: dict[int, int] = {}
        sent: Counter[tuple[int, str, int]] = Counter()
        rows = Response.objects.filter(participant__in=list(self.used.index)).order_by("version")
        for row in rows.only("visit", "instrument", "reading", "version", "submitted_at"):
            of = (row.visit_id, row.instrument, row.reading)
            found[row.pk] = sent[of] + 1 if blinded else row.version
            sent[of] += row.submitted_at is not None
        return found

    def rows(self, found: Sequence[dict[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
        """Rows made by hand as a frame: `person`, the columns, and the person's own columns."""
        frame = pd.DataFrame(list(found), columns=["person", *columns], dtype=object)
        frame["person"] = frame["person"].astype("int64")
        return frame.merge(self.people, left_on="person", right_index=True, how="inner")

    def read(self, rows: Rows, *fields: str, everyone: bool = False) -> pd.DataFrame:
        """Rows of these participants as a frame: `person`, the fields, and the person's columns.

        Without `everyone` those who stopped the use of their data are left out.
        """
        people = self.people if everyone else self.used
        found = rows.filter(participant__in=list(people.index)).order_by()
        frame = pd.DataFrame.from_records(
            list(found.values_list("participant_id", *fields)), columns=["person", *fields]
        )
        frame["person"] = frame["person"].astype("int64")
        return frame.merge(people, left_on="person", right_index=True, how="inner")


def chunks(scope: Scope) -> Iterator[Chunk]:
    """All participants of a scope, in the order of the ids shown, a few at a time."""
    rows = Participant.objects.order_by()
    if scope.sites is not None:
        rows = rows.filter(site__in=scope.sites)
    shown = sorted(
        (shown_id(scope, study_id), pk) for pk, study_id in rows.values_list("pk", "study_id")
    )
    for start in range(0, len(shown), CHUNK):
        yield Chunk(scope, _people(scope, shown[start : start + CHUNK]))


def shown_id(scope: Scope, study_id: str) -> str:
    """The participant's id in this export."""
    return study_id if scope.identified else rules.pseudonym(scope.key, scope.kind, study_id)


PERSON = ["pk", "day_one", "home", "birth_year", "arm"]


def _people(scope: Scope, shown: Sequence[tuple[str, int]]) -> pd.DataFrame:
    order = [pk for _, pk in shown]
    rows = Participant.objects.filter(pk__in=order).order_by()
    people = pd.DataFrame.from_records(
        list(rows.values_list("pk", "day_one", "zone", "birth_year", "arm")), columns=PERSON
    )
    people = people.set_index("pk").loc[order].rename_axis(None)
    gone = Withdrawal.objects.filter(participant__in=order).order_by()
    left = pd.Series(dict(gone.values_list("participant_id", "at")), dtype=object)
    stopped = gone.filter(stop_data_use=True).values_list("participant_id", flat=True)
    exercising = {arm.code for arm in protocol.current().arms if arm.exercises}
    return pd.DataFrame(
        {
            "study_id": [name for name, _ in shown],
            "day_one": to_days(people["day_one"]),
            "home": people["home"],
            "left": local_days(left.reindex(people.index), people["home"]),
            "through": local_days(pd.Series(scope.through, index=people.index), people["home"]),
            "birth_year": people["birth_year"].astype("Int64"),
            "exercises": people["arm"].isin(exercising),
            "used": ~people.index.isin(set(stopped)),
        },
        index=people.index,
    )


def local_days(moments: Column, zones: Column) -> Column:
    """Moments (or None) as midnights of the days they fall on, each in its own zone."""
    return local(to_moments(moments), zones).dt.normalize()


def column(values: Sequence[Any], dtype: Any, index: Any = None) -> Column:
    """Values (None is missing) as a column of a nullable type."""
    return pd.Series(list(values), dtype=dtype, index=index)


def to_days(dates: Column) -> Column:
    """Dates (or None) as midnights without a zone."""
    return pd.Series(pd.to_datetime(dates)).astype("datetime64[us]")


def to_moments(moments: Column) -> Column:
    """Aware moments (or None) in UTC."""
    return pd.Series(pd.to_datetime(moments, utc=True)).astype("datetime64[us, UTC]")


def local(moments: Column, zones: Column) -> Column:
    """Moments in UTC as wall clock times, each in its own zone."""
    walls = [
        moments[zones == zone].dt.tz_convert(str(zone)).dt.tz_localize(None)
        for zone in sorted(zones.dropna().unique())
    ]
    found = pd.concat(walls) if walls else pd.Series([], dtype="datetime64[us]")
    return found.reindex(moments.index).astype("datetime64[us]")


def study_day(days: Column, day_one: Column) -> Column:
    """1 on day 1, −1 on the day before; missing before allocation (rule: `core.clock`)."""
    difference = (days - day_one).dt.days.astype("Int64")
    return difference + (difference >= 0).astype("Int64")


def study_week(study_days: Column) -> Column:
    """1 for days 1–7, −1 for days −7 … −1 (rule: `core.clock`)."""
    after = (study_days - 1) // 7 + 1
    before = -((-study_days - 1) // 7 + 1)
    return after.where(study_days > 0, before)


def paper(frame: Any) -> dict[str, Column]:
    """Of rows with `paper_date` and `day_one`: whether staff copied them, and the paper's day."""
    days = to_days(frame["paper_date"])
    return {"from_paper": days.notna(), "paper_day": study_day(days, to_days(frame["day_one"]))}


def harmless(text: object) -> object:
    """Typed words that a spreadsheet would take for a formula begin with an apostrophe."""
    formula = isinstance(text, str) and text.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{text}" if formula else text


def iso_dates(days: Column) -> Column:
    """YYYY-MM-DD, missing where there is no day."""
    return days.dt.strftime("%Y-%m-%d").astype("string")


def data_through(found: Sequence[tuple[Rows, str]]) -> datetime:
    """The latest moment among some columns; the year 2000 in an empty database."""
    latest = [
        rows.order_by(f"-{field}").exclude(**{field: None}).values_list(field, flat=True).first()
        for rows, field in found
    ]  # fmt: skip
    return max(
        (moment for moment in latest if moment is not None),
        default=datetime(2000, 1, 1, tzinfo=UTC),
    )
