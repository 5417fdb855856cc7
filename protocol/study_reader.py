"""From the table of a study file to a `Study`. Shapes and types only; rules come after."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from protocol import programme
from protocol import study as model
from protocol.reader import Reader
from protocol.text import Text

MODALITIES = ("aerobic", "strength", "flexibility", "other")
EXERCISE_MODALITIES = ("strength", "flexibility")
MAX_HR_FORMULAS = ("tanaka", "fox")
SEVERITIES = ("red", "amber")


def read_study(data: Mapping[str, Any], file: str) -> model.Study:
    """Read one study. Raises `ProtocolError` for a missing, unknown or mistyped key."""
    with Reader(file, data) as top:
        return model.Study(
            name=top.string("name"),
            version=top.string("version"),
            title=top.text("title"),
            simulated_source=top.maybe_string("simulated_source"),
            weeks=top.integer("weeks"),
            target_size=top.integer("target_size"),
            arms=tuple(_arm(row) for row in top.rows("arms")),
            strata=_strata(top.maybe_table("strata")),
            eligibility=_eligibility(top.table("eligibility")),
            intensity=_intensity(top.table("intensity")),
            session_kinds=tuple(_kind(row) for row in top.rows("session_kinds")),
            progression=_progression(top.maybe_table("progression")),
            activities=_activities(top),
            exercises=_exercises(top),
            fidelity=tuple(_checklist_item(row) for row in top.rows("fidelity")),
            max_hr_formula=top.choice("max_hr_formula", MAX_HR_FORMULAS),
            program_starts_within_days=_or(top.maybe_integer("program_starts_within_days"), 7),
            cover_days_at_most=_or(top.maybe_integer("cover_days_at_most"), 28),
            visits=tuple(_visit(row) for row in top.rows("visits")),
            extra_visits=tuple(_extra_visit(row) for row in top.rows("extra_visits")),
            rating=_rating(top.maybe_table("rating")),
            diary=_diary(top.maybe_table("diary")),
            outcomes=tuple(_outcome(row) for row in top.rows("outcomes")),
            check_in_every_weeks=top.maybe_integer("check_in_every_weeks"),
            stop_list=tuple(_symptom(row) for row in top.rows("stop_list")),
            readiness=tuple(_readiness(row) for row in top.rows("readiness")),
            safety_tiers=tuple(_tier(row) for row in top.rows("safety_tiers")),
            worsening=tuple(_worsening(row) for row in top.rows("worsening")),
            keywords=tuple(_keywords(row) for row in top.rows("keywords")),
            region_labels=_region_labels(top),
            crisis=_crisis(top),
            crisis_valid_days=top.integer("crisis_valid_days"),
            retention_years=top.maybe_integer("retention_years"),
            keep_original_files=top.boolean("keep_original_files", default=False),
            estimates=_estimates(top.maybe_table("estimates")),
            assumed=tuple(_assumption(row) for row in top.rows("assumed")),
        )


def _or(value: int | None, default: int) -> int:
    return default if value is None else value


def _arm(reader: Reader) -> model.Arm:
    with reader as row:
        return model.Arm(
            code=row.string("code"),
            label=row.text("label"),
            ratio=row.integer("ratio"),
            exercises=row.boolean("exercises"),
            offered_after=row.maybe_text("offered_after"),
        )


def _strata(reader: Reader | None) -> model.Strata | None:
    if reader is None:
        return None
    with reader as row:
        caps = row.maybe_table("caps")
        return model.Strata(
            factors=row.strings("factors"),
            overflow=row.choice("overflow", ("refuse", "extend")),
            caps=MappingProxyType(caps.integers_by_name() if caps else {}),
        )


def _eligibility(reader: Reader) -> model.Eligibility:
    with reader as row:
        return model.Eligibility(
            age=row.pair("age"),
            exclusions=tuple(_exclusion(r) for r in row.rows("exclusions")),
            severity=_severity(row.maybe_table("severity")),
            medication=_medication(row.maybe_table("medication")),
        )


def _exclusion(reader: Reader) -> model.Exclusion:
    with reader as row:
        return model.Exclusion(
            code=row.string("code"),
            label=row.text("label"),
            question=row.text("question"),
            asked_of=row.choice("asked_of", ("participant", "clinician", "both")),
        )


def _severity(reader: Reader | None) -> model.SeverityEntry | None:
    if reader is None:
        return None
    with reader as row:
        return model.SeverityEntry(
            instrument=row.string("instrument"),
            scheme=row.string("scheme"),
            entry_cut=row.integer("entry_cut"),
            exclude_item=row.maybe_string("exclude_item"),
            exclude_at_least=row.maybe_integer("exclude_at_least"),
        )


def _medication(reader: Reader | None) -> model.MedicationRule | None:
    if reader is None:
        return None
    with reader as row:
        return model.MedicationRule(
            allowed=row.boolean("allowed"),
            constant_during_study=row.boolean("constant_during_study"),
            label=row.text("label"),
        )


def _intensity(reader: Reader) -> programme.Intensity:
    with reader as row:
        return programme.Intensity(
            label=row.text("label"),
            hrr_percent=row.pair("hrr_percent"),
            effort=row.pair("effort"),
            talk_test=row.text("talk_test"),
        )


def _kind(reader: Reader) -> programme.SessionKind:
    with reader as row:
        return programme.SessionKind(
            modality=row.choice("modality", MODALITIES),
            label=row.text("label"),
            per_week=row.integer("per_week"),
            minutes=row.pair("minutes"),
            activities=row.strings("activities"),
            steps=tuple(_step(r) for r in row.rows("steps")),
            rest_hours=row.maybe_integer("rest_hours"),
            exercises=row.strings("exercises"),
        )


def _step(reader: Reader) -> programme.Step:
    with reader as row:
        return programme.Step(
            weeks=row.pair("weeks"),
            minutes=row.pair("minutes"),
            hrr_percent=row.maybe_pair("hrr_percent"),
            effort=row.pair("effort"),
            talk_test=row.text("talk_test"),
            note=row.maybe_text("note"),
            sets=row.maybe_pair("sets"),
            reps=row.maybe_pair("reps"),
            one_rm_percent=row.maybe_pair("one_rm_percent"),
            hold_seconds=row.maybe_pair("hold_seconds"),
            hold_times=row.maybe_pair("hold_times"),
        )


def _progression(reader: Reader | None) -> programme.Progression | None:
    if reader is None:
        return None
    with reader as row:
        return programme.Progression(
            attendance_at_least=row.number("attendance_at_least"),
            effort_at_most=row.integer("effort_at_most"),
            back_after_days_off=row.integer("back_after_days_off"),
            back_two_after_days_off=row.integer("back_two_after_days_off"),
            load_raise_percent=row.pair("load_raise_percent"),
            reps_above_for_raise=row.integer("reps_above_for_raise"),
        )


def _activities(top: Reader) -> Mapping[str, programme.Activity]:
    found: dict[str, programme.Activity] = {}
    for reader in top.rows("activities"):
        with reader as row:
            code = row.string("code")
            if code in found:
                raise row.error("code", "stands there twice")
            found[code] = programme.Activity(
                code=code,
                label=row.text("label"),
                met=row.maybe_number("met"),
                met_code=row.maybe_string("met_code"),
            )
    return MappingProxyType(found)


def _exercises(top: Reader) -> Mapping[str, programme.Exercise]:
    found: dict[str, programme.Exercise] = {}
    for reader in top.rows("exercises"):
        with reader as row:
            code = row.string("code")
            if code in found:
                raise row.error("code", "stands there twice")
            found[code] = programme.Exercise(
                code=code,
                label=row.text("label"),
                modality=row.choice("modality", EXERCISE_MODALITIES),
                equipment=row.strings("equipment"),
                area=row.text("area"),
                how=row.texts("how"),
                breathing=row.maybe_text("breathing"),
                drawing=row.string("drawing"),
            )
    return MappingProxyType(found)


def _checklist_item(reader: Reader) -> programme.ChecklistItem:
    with reader as row:
        return programme.ChecklistItem(code=row.string("code"), label=row.text("label"))


def _assumption(reader: Reader) -> programme.Assumption:
    with reader as row:
        return programme.Assumption(code=row.string("code"), choice=row.string("choice"))


def _visit(reader: Reader) -> model.VisitPlan:
    with reader as row:
        return model.VisitPlan(
            code=row.string("code"),
            label=row.text("label"),
            week=row.integer("week"),
            target_day=row.integer("target_day"),
            window=row.pair("window"),
            optional=row.boolean("optional", default=False),
            enabled=row.boolean("enabled", default=True),
            before_allocation=row.boolean("before_allocation", default=False),
            instruments=row.strings("instruments"),
        )


def _extra_visit(reader: Reader) -> model.ExtraVisit:
    with reader as row:
        return model.ExtraVisit(
            code=row.choice("code", ("early-termination", "unscheduled")),
            label=row.text("label"),
            days_open=row.integer("days_open"),
            instruments=row.strings("instruments"),
        )


def _rating(reader: Reader | None) -> model.RatingRules | None:
    if reader is None:
        return None
    with reader as row:
        return model.RatingRules(
            double_share=row.number("double_share"),
            discrepancy_points=row.integer("discrepancy_points"),
            guess_at=row.strings("guess_at"),
        )


def _diary(reader: Reader | None) -> model.Diary | None:
    if reader is None:
        return None
    with reader as row:
        return model.Diary(
            visits=row.strings("visits"),
            nights_before=row.integer("nights_before"),
            nights_at_least=row.integer("nights_at_least"),
        )


def _outcome(reader: Reader) -> model.Outcome:
    with reader as row:
        return model.Outcome(
            code=row.string("code"),
            label=row.text("label"),
            primary=row.boolean("primary", default=False),
            source=row.choice("source", ("total", "item", "diary")),
            instrument=row.maybe_string("instrument"),
            item=row.maybe_string("item"),
            better=row.choice("better", ("higher", "lower")),
            range=row.pair("range"),
        )


def _symptom(reader: Reader) -> model.Symptom:
    with reader as row:
        return model.Symptom(
            code=row.string("code"),
            label=row.text("label"),
            severity=row.choice("severity", SEVERITIES),
            advice=row.text("advice"),
        )


def _readiness(reader: Reader) -> model.Readiness:
    with reader as row:
        return model.Readiness(
            code=row.string("code"),
            label=row.text("label"),
            severity=row.choice("severity", SEVERITIES),
            advice=row.text("advice"),
        )


def _tier(reader: Reader) -> model.SafetyTier:
    with reader as row:
        return model.SafetyTier(
            code=row.string("code"),
            label=row.text("label"),
            rank=row.integer("rank"),
            acknowledge_minutes=row.integer("acknowledge_minutes"),
            escalate_minutes=row.integers("escalate_minutes"),
            assess_minutes=row.integer("assess_minutes"),
            holds_sessions=row.boolean("holds_sessions"),
            action=row.text("action"),
        )


def _worsening(reader: Reader) -> model.Worsening:
    with reader as row:
        return model.Worsening(
            instrument=row.string("instrument"),
            points=row.maybe_integer("points"),
            percent=row.maybe_integer("percent"),
            at_least=row.maybe_integer("at_least"),
            tier=row.string("tier"),
        )


def _keywords(reader: Reader) -> model.Keywords:
    with reader as row:
        return model.Keywords(tier=row.string("tier"), en=row.strings("en"), zh=row.strings("zh"))


def _region_labels(top: Reader) -> Mapping[str, Text]:
    return MappingProxyType({r.string("region"): r.text("label") for r in top.rows("crisis")})


def _crisis(top: Reader) -> Mapping[str, tuple[model.CrisisLine, ...]]:
    found: dict[str, tuple[model.CrisisLine, ...]] = {}
    for reader in top.rows("crisis"):
        with reader as row:
            region = row.string("region")
            if region in found:
                raise row.error("region", "stands there twice")
            row.text("label")
            found[region] = tuple(_line(r) for r in row.rows("lines"))
    return MappingProxyType(found)


def _line(reader: Reader) -> model.CrisisLine:
    with reader as row:
        return model.CrisisLine(
            label=row.text("label"),
            phone=row.string("phone"),
            note=row.text("note"),
            verified_on=row.date("verified_on") if row.has("verified_on") else None,
            emergency=row.boolean("emergency", default=False),
        )


def _estimates(reader: Reader | None) -> model.EstimateRules | None:
    if reader is None:
        return None
    with reader as row:
        return model.EstimateRules(
            window_days=row.integer("window_days"),
            hr_pairs_at_least=row.integer("hr_pairs_at_least"),
            nights_at_least=row.integer("nights_at_least"),
            baseline_nights=row.integer("baseline_nights"),
            baseline_nights_at_least=row.integer("baseline_nights_at_least"),
            coverage=row.number("coverage"),
            training_participants_at_least=row.integer("training_participants_at_least"),
        )
