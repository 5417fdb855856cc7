"""Double ratings, guesses of the group and voided answers, as a statistician reads them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

import protocol
from assessments.agreement import intraclass, kappa_of
from assessments.models import ArmGuess, Interview, RatingAgreement, Response, Visit
from assessments.rater import pairs
from assessments.rater import selectors as rater_selectors
from assessments.rater import services as rater_services
from assessments.services import save_answers, void_answers
from data_management import own_copy
from data_management.rules import Kind
from enrollment.models import Participant, Withdrawal
from tests import cast, earlier
from tests.assessments import rated
from tests.data_management import study

pytestmark = pytest.mark.django_db

FEELINGS = dict.fromkeys(protocol.instrument("wellbeing").keys, 5)


def rows(folder, name, **wanted):
    found = study.table(folder, name).to_dict("records")
    return [row for row in found if wanted.items() <= row.items()]


def exported(tmp_path, kind=Kind.CONDUCT, *, identified=False):
    study.export(tmp_path, kind, identified=identified, name=f"{kind}-{identified}")
    return tmp_path / f"{kind}-{identified}"


# --- double ratings


@pytest.fixture
def raters(monkeypatch):
    """Two raters of one site, where every visit is scored twice."""
    monkeypatch.setattr(rater_selectors, "doubled", lambda person, visit: True)
    return rated.rater("one"), rated.rater("other")


def twice(person, raters, *, first=None, second=None, visit="week-6"):
    one, other = raters
    rated.signed(person, visit, by=one, **(first or {}))
    rated.signed(person, visit, by=other, **(second or {}))
    return RatingAgreement.objects.get(visit__participant=person)


@pytest.fixture
def people(raters):
    """Three in week 7 whose totals are alike, two points apart, and six apart."""
    found = [cast.participant(name) for name in ("alike", "near", "apart")]
    twice(found[0], raters)
    twice(found[1], raters, first={"1": 3}, second={"2": 3, "7": 3})
    twice(found[2], raters, first={"4": 0}, second={"1": 4, "2": 4, "4": 1, "16A": 3})
    return found


def test_agreement_is_reckoned_again_from_the_table_alone(people, tmp_path):
    """The same coefficients as the site's page, item by item: nothing that they need is missing."""
    (expected,) = pairs.agreement(RatingAgreement.objects.all())
    table = study.table(exported(tmp_path), "double_ratings")
    scored = table[table["state"] == "answered"].astype({"value": int})
    seen = {}
    for key in scored["item"].unique():
        wide = scored[scored["item"] == key].pivot(
            index=["study_id", "visit"], columns="reading", values="value"
        )
        both = wide[["first", "second"]].dropna().astype(int).values.tolist()
        seen["" if key == "total" else key] = sorted(map(tuple, both))
    assert seen[""] == [(15, 21), (16, 16), (18, 20)]
    for line in expected.lines:
        found = seen.get(line.key, [])
        span = expected.scale.item(line.key).range if line.key else (0, 52)
        assert len(found) == line.pairs, line.key
        assert kappa_of(found, *span) == pytest.approx(line.kappa), line.key
        assert {kind: one.value for kind, one in intraclass(found).items()} == {
            kind: pytest.approx(one.value) for kind, one in line.icc.items()
        }, line.key


def test_a_pair_has_every_item_of_both_and_its_total(people, raters, tmp_path):
    folder = exported(tmp_path, identified=True)
    found = rows(folder, "double_ratings", study_id="EX-apart")
    keys = [*protocol.instrument("hdrs17").keys, "total"]
    assert [(row["reading"], row["item"]) for row in found] == [
        (reading, key) for reading in ("first", "second") for key in keys
    ]
    first, second = (
        {r["item"]: r for r in found if r["reading"] == n} for n in ("first", "second")
    )
    assert (first["1"]["value"], second["1"]["value"]) == ("1", "4")
    assert (second["16A"]["state"], second["16B"]["state"]) == ("not_assessed", "skipped")
    assert (first["total"]["value"], second["total"]["value"]) == ("15", "21")
    assert {row["discrepant"] for row in found} == {"1"}
    assert {row["of_record"] for row in first.values()} == {"1"}
    assert {row["of_record"] for row in second.values()} == {"0"}
    assert {row["rater_code"] for row in found} == {
        first["1"]["rater_code"], second["1"]["rater_code"],
    }  # fmt: skip
    assert len({row["rater_code"] for row in found}) == 2
    near = rows(folder, "double_ratings", study_id="EX-near", item="total")
    assert {row["discrepant"] for row in near} == {"0"}


def test_the_code_of_a_rater_is_that_of_the_other_tables(people, tmp_path):
    folder = exported(tmp_path, identified=True)
    (first,) = rows(folder, "double_ratings", study_id="EX-near", reading="first", item="total")
    (score,) = rows(folder, "responses", study_id="EX-near", visit="week-6", item="1")
    assert first["rater_code"] == score["rater_code"] != ""
    assert "one" not in first["rater_code"]


def test_what_two_raters_agreed_on_stands_beside_both_once_it_is_confirmed(
    people, raters, tmp_path
):
    one, other = raters
    pair = RatingAgreement.objects.get(visit__participant=people[2])
    pair = rater_services.propose(
        pair=pair, scores={"1": 3, "2": 2, "4": 1, "16A": 1}, words="heard Mr Wang again", by=one,
        now=cast.NOW,
    )  # fmt: skip
    assert rows(exported(tmp_path), "double_ratings", reading="consensus") == []
    rater_services.confirm(
        pair=pair, shown=rater_selectors.rules.proposal_key(pair.consensus, pair.words), by=other,
        now=cast.NOW + timedelta(days=1),
    )  # fmt: skip
    folder = exported(tmp_path, Kind.BLINDED)
    found = {row["item"]: row for row in rows(folder, "double_ratings", reading="consensus")}
    assert [found[key]["value"] for key in ("1", "2", "3", "16A", "total")] == [
        "3", "2", "0", "1", "19",
    ]  # fmt: skip
    assert (found["total"]["of_record"], found["total"]["rater_code"]) == ("0", "")
    day = int(rows(folder, "double_ratings", item="total", reading="first")[0]["signed_day"])
    assert found["total"]["signed_day"] == str(day + 1)
    assert "Wang" not in (folder / "double_ratings.csv").read_text()


def test_a_later_correction_is_of_record_and_the_pair_stays_as_it_was_compared(raters, tmp_path):
    person = cast.participant("later")
    twice(person, raters)
    rater_services.begin_correction(
        participant=person, visit="week-6", reason="a slip", by=raters[0], now=cast.NOW
    )
    rated.signed(person, "week-6", by=raters[0], **{"1": 4})
    folder = exported(tmp_path)
    (first,) = rows(folder, "double_ratings", reading="first", item="total")
    assert (first["value"], first["answers_version"], first["of_record"]) == ("16", "1", "0")
    (score,) = rows(folder, "scores", instrument="hdrs17", visit="week-6")
    assert (score["total"], score["answers_version"]) == ("19", "2")


def test_pairs_of_whom_stopped_the_use_of_data_and_of_voided_ratings_are_left_out(people, tmp_path):
    Withdrawal.objects.create(participant=people[0], at=cast.NOW, stop_data_use=True)
    Response.objects.filter(participant=people[1], reading=2).update(
        voided_at=cast.NOW, void_reason="by mistake", voided_by=people[1].user
    )
    found = rows(exported(tmp_path, identified=True), "double_ratings")
    assert {row["study_id"] for row in found} == {"EX-apart"}


# --- guesses


@pytest.fixture
def guessed():
    """Somebody whose week 12 was rated by two; one of them had been told the group at week 6."""
    person = cast.participant("guessed", week=12)
    one, other = rated.rater("told"), rated.rater("untold")
    visit = Visit.objects.create(participant=person, code="week-6", done_on=cast.NOW.date())
    told = study.answered(person, visit, "hdrs17", rated.A_ONLY, answered_by=one)
    Interview.objects.create(
        response=told, mode="video", informant="participant", group_revealed=True,
        revealed_how="spoke of Mr Wang's gym", signed_by=one, signed_name="one",
        signed_at=cast.NOW - timedelta(days=42), meaning="mine",
    )  # fmt: skip
    for rater, guess in ((one, "exercise"), (other, "dont_know")):
        ArmGuess.objects.create(
            participant=person, visit="week-12", guess=guess, by=rater, at=cast.NOW
        )
    return person, one, other


def test_guesses_say_who_guessed_what_and_whether_the_group_was_told(guessed, tmp_path):
    first, second = rows(exported(tmp_path), "arm_guesses")
    assert (first["visit"], first["guess"], first["group_revealed"]) == ("week-12", "exercise", "1")
    assert (second["guess"], second["group_revealed"]) == ("dont_know", "0")
    assert first["study_day"] == second["study_day"] == "80"
    assert first["rater_code"] != second["rater_code"]
    assert "date" not in first
    for _name, text in study.texts(tmp_path / "conduct-False"):
        assert "Wang" not in text


@pytest.mark.parametrize(("days_before", "revealed"), [(1, "1"), (-1, "0")])
def test_what_was_told_in_a_draft_given_back_counts_from_then_on(tmp_path, days_before, revealed):
    person, rater = cast.participant("guessed"), rated.rater()
    rated.draft(person, "week-6", by=rater)
    rater_services.give_back(
        participant=person, visit="week-6", reason="told", revealed_how="at the door", by=rater,
        now=cast.NOW,
    )  # fmt: skip
    ArmGuess.objects.create(
        participant=person, visit="week-12", guess="control", by=rater,
        at=cast.NOW + timedelta(days=days_before),
    )  # fmt: skip
    (guess,) = rows(exported(tmp_path), "arm_guesses")
    assert guess["group_revealed"] == revealed


def test_no_guess_is_beside_the_groups_letters(guessed, tmp_path):
    folder = exported(tmp_path, Kind.BLINDED)
    assert not (folder / "arm_guesses.csv").exists()
    assert (folder / "allocations.csv").exists()
    for name, text in study.texts(folder):
        if name != "codebook.csv":
            assert "dont_know" not in text, name


# --- voided


@pytest.fixture
def voided():
    """Answers taken out and given again, and a rating begun and given back."""
    person, rater = cast.participant("voided"), rated.rater("back")
    coordinator = cast.staff("coordinator", at=person.site)
    for times in (1, 2):
        row = save_answers(
            participant=person, visit="week-6", instrument="wellbeing",
            answers={**FEELINGS, "mood": None if times == 1 else 7}, complete=True,
            by=person.user, now=cast.NOW,
        )  # fmt: skip
        if times == 1:
            void_answers(
                response=row, reason="=Mr Wang filled it in", by=coordinator,
                now=cast.NOW + timedelta(days=2),
            )  # fmt: skip
    rated.draft(person, "week-6", by=rater)
    rater_services.give_back(
        participant=person, visit="week-6", reason="told the group", revealed_how="at the door",
        by=rater, now=cast.NOW + timedelta(days=1),
    )  # fmt: skip
    return person


def test_what_was_voided_is_counted_without_the_words(voided, tmp_path):
    draft, answers = rows(exported(tmp_path), "voided_responses")
    assert (answers["visit"], answers["instrument"]) == ("week-6", "wellbeing")
    assert (answers["answers_version"], answers["submitted"], answers["answered"]) == (
        "1",
        "1",
        "3",
    )
    assert int(answers["study_day"]) == int(answers["submitted_day"]) + 2
    assert (draft["instrument"], draft["submitted"], draft["submitted_day"]) == ("hdrs17", "0", "")
    assert (draft["reading"], draft["answered"]) == ("first", "17")
    assert "reason" not in answers
    for _name, text in study.texts(tmp_path / "conduct-False"):
        assert "Wang" not in text
        assert "told the group" not in text
    scores = rows(tmp_path / "conduct-False", "scores", instrument="wellbeing")
    assert [row["answers_version"] for row in scores] == ["2"]


def test_the_study_team_reads_why(voided, tmp_path):
    draft, answers = rows(exported(tmp_path, identified=True), "voided_responses")
    assert (draft["reason"], answers["reason"]) == ("told the group", "'=Mr Wang filled it in")


def test_beside_the_letters_stands_what_was_sent_and_no_draft(voided, tmp_path):
    (only,) = rows(exported(tmp_path, Kind.BLINDED), "voided_responses")
    assert (only["instrument"], only["submitted"]) == ("wellbeing", "1")


@pytest.mark.parametrize(
    ("readings", "learnt_before"), [(0, 1), (1, 1), (2, 1), (2, 2)],
    ids=["nobody rates", "another rates", "two others rate", "the second is given back"],
)  # fmt: skip
def test_what_a_rater_learnt_or_believes_changes_no_byte_beside_the_letters(
    tmp_path, monkeypatch, readings, learnt_before
):
    """A draft that was begun and given back because the group slipped out, and a guess: whoever
    rates the visit then, and is read twice or corrects, rates it the same without them."""
    monkeypatch.setattr(rater_selectors, "doubled", lambda person, visit: readings == 2)
    person, told = cast.participant("same"), rated.rater("told")
    others = [rated.rater(name) for name in ("one", "other")[:readings]]
    Visit.objects.create(participant=person, code="week-6")

    def exported_of(name, *, learnt):
        with transaction.atomic():
            for reading, other in enumerate(others, start=1):
                if learnt and reading == learnt_before:
                    _learns(person, told)
                rated.signed(person, "week-6", by=other)
            if learnt and not others:
                _learns(person, told)
            study.export(tmp_path, Kind.BLINDED, name=name)
            transaction.set_rollback(True)
        return {file.name: file.read_bytes() for file in (tmp_path / name).glob("*.csv")}

    without, learnt = exported_of("without", learnt=False), exported_of("learnt", learnt=True)
    assert without == learnt
    assert "voided_responses.csv" in without
    compared = {row["reading"] for row in rows(tmp_path / "learnt", "double_ratings")}
    assert compared == ({"first", "second"} if readings == 2 else set())


def _learns(person, rater):
    rated.draft(person, "week-6", by=rater)
    rater_services.give_back(
        participant=person, visit="week-6", reason="told", revealed_how="at the door", by=rater,
        now=cast.NOW,
    )  # fmt: skip
    ArmGuess.objects.create(participant=person, visit="week-12", guess="exercise", by=rater)


def test_beside_the_letters_versions_count_what_was_sent(voided, tmp_path):
    """The rating after the draft given back is its first there, and the second where it is told."""
    other = rated.rater("after")
    rated.signed(voided, "week-6", by=other)
    for kind, rating in ((Kind.BLINDED, "1"), (Kind.CONDUCT, "2")):
        folder = exported(tmp_path, kind)
        for name in ("scores", "responses"):
            of_scale = {
                code: {row["answers_version"] for row in rows(folder, name, instrument=code)}
                for code in ("hdrs17", "wellbeing")
            }
            assert of_scale == {"hdrs17": {rating}, "wellbeing": {"2"}}, (kind, name)


@pytest.mark.parametrize(("kind", "days"), [(Kind.CONDUCT, 3), (Kind.BLINDED, 2)])
def test_the_data_reach_to_the_last_void_that_is_told(voided, tmp_path, kind, days):
    Participant.objects.update(created_at=cast.NOW)
    draft = Response.objects.get(instrument="hdrs17")
    draft.voided_at = draft.updated_at = cast.NOW + timedelta(days=3)
    draft.save()
    made = study.export(tmp_path, kind)
    through = (cast.NOW + timedelta(days=days)).isoformat()
    assert made.manifest["data_through"] == through


# --- one's own copy


def test_ones_own_copy_has_no_rating_guess_or_agreement(people, guessed, voided):
    for person in (people[2], guessed[0], voided):
        copy = {part.name: part.rows for part in own_copy.parts(person)}
        asked = {row["questionnaire"] for row in copy["answers"]}
        assert asked <= {str(protocol.instrument("wellbeing").title)}
        assert not {"double-ratings", "arm-guesses", "voided-responses"} & set(copy)
        assert "dont_know" not in str(copy)


# --- versions


def test_items_values_and_totals_are_those_of_the_version_answered(tmp_path):
    title = ('title = { en = "Hamilton', 'title = { en = "Old Hamilton')
    with earlier.in_force_before(
        tmp_path / "files", "hdrs17", title, ('{ en = "Depressed mood"', '{ en = "Low mood"'),
        *earlier.NO_CODE_FOR_WEIGHT,
    ) as old:  # fmt: skip
        person = study.small_study()["mover"]
        row = Response.objects.filter(participant=person, instrument="hdrs17")
        row.update(instrument_version=old, answers={**row.get().answers, "16A": 3})
        folder = exported(tmp_path, identified=True)
    of_mover = {"study_id": "EX-mover", "instrument": "hdrs17"}
    (score,) = rows(folder, "scores", **of_mover)
    assert (score["instrument_version"], score["total"], score["missing"]) == (old, "", "1")
    items = {row["item"]: row for row in rows(folder, "responses", **of_mover)}
    assert (items["1"]["item_label"], items["16A"]["state"]) == ("Low mood", "missing")
    (column,) = rows(folder, "codebook", table="responses", column="value")
    listed = dict(part.split(": ", 1) for part in column["values"].split(" | "))
    assert "3 = Not assessed" in listed["hdrs17@HAMD17-Guy1976/16A"]
    assert "Not assessed" not in listed[f"hdrs17@{old}/16A"]


def test_a_rating_that_was_scored_in_an_earlier_version_keeps_its_raters_code(tmp_path):
    """An instrument that participants answer now was a rater's then."""
    with earlier.in_force_before(
        tmp_path / "files", "hdrs17-self", ('mode = "self"', 'mode = "rater"')
    ) as old:
        people = study.small_study()
        visit = Visit.objects.get(participant=people["mover"], code="week-0")
        study.answered(
            people["mover"], visit, "hdrs17-self", {"1": 2}, instrument_version=old,
            answered_by=cast.user("rater-then"),
        )  # fmt: skip
        folder = exported(tmp_path)
    found = rows(folder, "responses", instrument="hdrs17-self")
    assert all(row["rater_code"] for row in found)
    assert found
