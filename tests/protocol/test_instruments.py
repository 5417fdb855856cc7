"""The shipped questionnaires: items, ranges, totals, bands, alerts."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import protocol
from protocol import ProtocolError, UnknownNameError

FOUR = {"1", "2", "3", "7", "8", "9", "10", "11", "15"}
HDRS = ("hdrs17", "hdrs17-self")


def test_instruments_are_there() -> None:
    assert {"hdrs17", "hdrs17-self", "wellbeing"} <= protocol.instruments().keys()


def test_instruments_dictionary_is_the_callers_own() -> None:
    protocol.instruments().clear()
    assert "hdrs17" in protocol.instruments()


def test_instrument_unknown_names_those_there_are() -> None:
    with pytest.raises(ProtocolError, match=r"hdrs99.*hdrs17, hdrs17-self"):
        protocol.instrument("hdrs99")


def test_hdrs17_items_and_codes() -> None:
    scale = protocol.instrument("hdrs17")
    assert scale.version == "HAMD17-Guy1976"
    assert scale.keys == (*map(str, range(1, 16)), "16A", "16B", "17")
    assert [item.standard_code for item in scale.items] == [
        *(f"HAMD{number}" for number in range(101, 116)),
        "HAMD116A",
        "HAMD116B",
        "HAMD117",
    ]


@pytest.mark.parametrize("code", HDRS)
def test_hdrs_item_ranges(code: str) -> None:
    for item in protocol.instrument(code).items:
        assert item.range == ((0, 4) if item.key in FOUR else (0, 2)), item.key


@pytest.mark.parametrize("code", HDRS)
def test_hdrs_total_is_0_to_52(code: str) -> None:
    assert protocol.instrument(code).scoring.total_range == (0, 52)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("1", 1, "These feeling states indicated only on questioning"),
        ("3", 4, "Attempts at suicide (any serious attempt rates 4)"),
        ("6", 2, "Unable to fall asleep again if gets out of bed"),
        ("8", 4, "Complete stupor"),
        ("13", 2, "Any clear-cut symptom rates 2"),
        ("16B", 2, "More than 2 lb (0.91 kg) loss in week"),
        ("17", 2, "Denies being ill at all"),
    ],
)
def test_hdrs17_anchor_is_guys(key: str, value: int, words: str) -> None:
    options = {o.value: o.label.en for o in protocol.instrument("hdrs17").item(key).options}
    assert options[value] == words


@pytest.mark.parametrize(
    ("key", "name"), [("1", "抑郁情绪"), ("6", "早醒"), ("8", "迟缓"), ("17", "自知力")]
)
def test_hdrs17_chinese_item_name(key: str, name: str) -> None:
    assert protocol.instrument("hdrs17").item(key).text.zh == name


@pytest.mark.parametrize("key", ["16A", "16B"])
def test_hdrs17_weight_not_assessed_is_legal_and_never_summed(key: str) -> None:
    item = protocol.instrument("hdrs17").item(key)
    assert item.not_assessed == 3
    assert item.is_legal(3)
    assert not item.is_scored(3)
    assert not item.is_legal(4)


def test_hdrs17_weight_is_rated_one_way() -> None:
    assert protocol.instrument("hdrs17").scoring.one_of == (("16A", "16B"),)


def test_hdrs17_items_that_are_never_imputed() -> None:
    assert protocol.instrument("hdrs17").scoring.never_impute == ("1", "3")


def test_hdrs17_self_is_marked_as_what_it_is() -> None:
    own = protocol.instrument("hdrs17-self")
    assert (own.mode, own.rater_scale, own.validated) == ("self", False, False)
    assert own.schemes == ()
    assert own.note is not None
    assert "not the rater's scale" in own.note.en
    assert own.keys == tuple(map(str, range(1, 18)))


def test_hdrs17_self_speaks_in_its_own_words() -> None:
    rater = {o.label.en for item in protocol.instrument("hdrs17").items for o in item.options}
    own = {o.label.en for item in protocol.instrument("hdrs17-self").items for o in item.options}
    assert own & rater == set()


def test_wellbeing_is_four_scales_of_0_to_10() -> None:
    own = protocol.instrument("wellbeing")
    assert own.keys == ("mood", "cognition", "sleep_quality", "daily_activities")
    assert {item.range for item in own.items} == {(0, 10)}
    assert own.scoring.kind == "items"
    assert own.scoring.total_range is None
    assert all(item.low_label and item.high_label for item in own.items)


@pytest.mark.parametrize("code", ["hdrs17", "hdrs17-self", "wellbeing"])
def test_every_chinese_text_is_chinese(code: str) -> None:
    for item in protocol.instrument(code).items:
        texts = [item.text, *(option.label for option in item.options)]
        for text in texts:
            assert re.search(r"[\u4e00-\u9fff]", text.zh), text
            assert not re.search(r"[\u4e00-\u9fff]", text.en), text


NONE, MILD, MODERATE, SEVERE, VERY = "none", "mild", "moderate", "severe", "very_severe"


@pytest.mark.parametrize(
    ("total", "apa", "zimmerman", "rush"),
    [
        (7, NONE, NONE, NONE),
        (13, MILD, MILD, MILD),
        (14, MODERATE, MILD, MODERATE),
        (16, MODERATE, MILD, MODERATE),
        (17, MODERATE, MODERATE, MODERATE),
        (19, SEVERE, MODERATE, MODERATE),
        (20, SEVERE, MODERATE, SEVERE),
        (23, VERY, MODERATE, SEVERE),
        (24, VERY, SEVERE, SEVERE),
        (26, VERY, SEVERE, VERY),
    ],
)
def test_band_by_scheme(total: int, apa: str, zimmerman: str, rush: str) -> None:
    scale = protocol.instrument("hdrs17")
    assert scale.band("apa2000", total).code == apa
    assert scale.band("zimmerman2013", total).code == zimmerman
    assert scale.band("rush2003", total).code == rush


@pytest.mark.parametrize(("total", "band"), [(7, NONE), (8, MILD), (17, MODERATE), (25, SEVERE)])
def test_band_chinese_practice(total: int, band: str) -> None:
    assert protocol.instrument("hdrs17").band("chinese_practice", total).code == band


@given(st.integers(0, 52))
def test_band_every_total_has_one(total: int) -> None:
    scale = protocol.instrument("hdrs17")
    for scheme in scale.schemes:
        holding = [b for b in scheme.bands if b.range[0] <= total <= b.range[1]]
        assert holding == [scale.band(scheme.scheme, total)]


@pytest.mark.parametrize("total", [-1, 53])
def test_band_outside_the_range_is_refused(total: int) -> None:
    with pytest.raises(UnknownNameError):
        protocol.instrument("hdrs17").band("apa2000", total)


def test_unknown_item_and_scheme_are_refused() -> None:
    with pytest.raises(UnknownNameError):
        protocol.instrument("hdrs17").item("18")
    with pytest.raises(UnknownNameError):
        protocol.instrument("hdrs17").scheme("hamilton")


@pytest.mark.parametrize("code", HDRS)
@pytest.mark.parametrize(
    ("value", "previous", "tiers"),
    [
        (0, None, ()),
        (1, None, ("review",)),
        (2, None, ("same_day",)),
        (3, None, ("immediate",)),
        (4, None, ("immediate",)),
        (1, 0, ("review", "same_day")),
        (1, 1, ("review",)),
        (2, 3, ("same_day",)),
        (0, 2, ()),
        (None, 0, ()),
    ],
)
def test_alert_tiers_of_item_3(code, value, previous, tiers) -> None:
    assert protocol.instrument(code).alert_tiers("3", value, previous) == tiers


def test_alert_tiers_only_where_a_rule_is() -> None:
    scale = protocol.instrument("hdrs17")
    assert scale.alert_items == {"3"}
    assert scale.alert_tiers("1", 4) == ()
    assert protocol.instrument("wellbeing").alert_items == frozenset()


PAPER = {"bdi2": (0, 63), "hads_d": (0, 21), "hads_a": (0, 21), "stai_s": (20, 80),
         "stai_t": (20, 80)}  # fmt: skip


@pytest.mark.parametrize(("code", "total"), PAPER.items())
def test_score_only_instrument_ships_no_words(code: str, total: tuple[int, int]) -> None:
    scale = protocol.instrument(code)
    assert scale.score_only
    assert (scale.items, scale.schemes, scale.alerts) == ((), (), ())
    assert scale.scoring.total_range == total
    assert "may not be shipped" in scale.licence
    assert scale.note is not None
    assert scale.note.en.startswith("Higher is worse.")


@pytest.mark.parametrize("code", PAPER)
def test_score_only_instrument_is_not_asked_of_participants(code: str) -> None:
    assert not protocol.instrument(code).asked_of_participant


def test_score_only_are_these_and_no_others() -> None:
    found = {code for code, scale in protocol.instruments().items() if scale.score_only}
    assert found == set(PAPER)
