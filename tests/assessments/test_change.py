"""Bands, response, remission and reference differences, by the printed tables.

Sources: APA Handbook 2000 / NICE CG90; Zimmerman 2013 (PubMed 23759278); Rush 2003; Chinese
practice; Frank 1991; Riedel 2010; Sawamura 2018; Hengartner and Plöderl 2021; Moncrieff and Kirsch
2015; PHQ-9: Kroenke 2001; GAD-7: Spitzer 2006.
"""

from __future__ import annotations

import pytest

import protocol
from assessments.change import (
    Reached,
    against,
    improvement,
    is_remission,
    is_response,
    severity,
)

# (total, APA/NICE, Zimmerman, Rush)
BANDS = [
    (0, "none", "none", "none"),
    (7, "none", "none", "none"),
    (8, "mild", "mild", "mild"),
    (13, "mild", "mild", "mild"),
    (14, "moderate", "mild", "moderate"),
    (16, "moderate", "mild", "moderate"),
    (17, "moderate", "moderate", "moderate"),
    (18, "moderate", "moderate", "moderate"),
    (19, "severe", "moderate", "moderate"),
    (20, "severe", "moderate", "severe"),
    (22, "severe", "moderate", "severe"),
    (23, "very_severe", "moderate", "severe"),
    (24, "very_severe", "severe", "severe"),
    (25, "very_severe", "severe", "severe"),
    (26, "very_severe", "severe", "very_severe"),
    (52, "very_severe", "severe", "very_severe"),
]


def hdrs():
    return protocol.instrument("hdrs17")


@pytest.mark.parametrize(("total", "apa", "zimmerman", "rush"), BANDS)
def test_hdrs_bands_by_every_scheme(total, apa, zimmerman, rush):
    bands = [hdrs().band(name, total).code for name in ("apa2000", "zimmerman2013", "rush2003")]
    assert bands == [apa, zimmerman, rush]


@pytest.mark.parametrize(
    ("total", "band"),
    [(7, "none"), (8, "mild"), (16, "mild"), (17, "moderate"), (24, "moderate"), (25, "severe")],
)
def test_hdrs_bands_of_chinese_practice(total, band):
    assert hdrs().band("chinese_practice", total).code == band


def test_severity_is_told_by_the_studys_own_scheme():
    found = severity(protocol.load("exdep12"), hdrs(), 16)
    assert found is not None
    assert (found.scheme, found.title, found.band.code) == (
        "zimmerman2013", "Zimmerman 2013", "mild",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("total", "band"),
    [(0, "minimal"), (4, "minimal"), (5, "mild"), (9, "mild"), (10, "moderate"), (14, "moderate"),
     (15, "moderately_severe"), (19, "moderately_severe"), (20, "severe"), (27, "severe")],
)  # fmt: skip
def test_phq9_bands(total, band):
    found = severity(protocol.load("exdep12"), protocol.instrument("phq9"), total)
    assert found is not None
    assert found.band.code == band


@pytest.mark.parametrize(
    ("total", "place"), [(0, 0), (4, 0), (5, 1), (9, 1), (10, 2), (14, 2), (15, 3), (21, 3)]
)
def test_gad7_bands_at_5_10_and_15(total, place):
    (scheme,) = protocol.instrument("gad7").schemes
    band = protocol.instrument("gad7").band(scheme.scheme, total)
    assert scheme.bands.index(band) == place


def test_our_own_version_of_the_scale_has_no_band():
    self_rated = protocol.instrument("hdrs17-self")
    assert severity(protocol.load("exdep12"), self_rated, 20) is None


@pytest.mark.parametrize(
    ("baseline", "later", "response"),
    [(24, 12, True), (24, 13, False), (25, 12, True), (25, 13, False), (24, 24, False),
     (24, 30, False), (1, 0, True), (0, 0, None), (0, 5, None), (None, 5, None), (20, None, None)],
)  # fmt: skip
def test_response_is_half_of_the_baseline_or_more(baseline, later, response):
    assert is_response(baseline, later) is response


@pytest.mark.parametrize(
    ("total", "by_cut"),
    [(8, (False, False, False)), (7, (True, False, False)), (6, (True, True, False)),
     (5, (True, True, False)), (4, (True, True, True)), (0, (True, True, True)),
     (None, (None, None, None))],
)  # fmt: skip
def test_remission_by_frank_riedel_and_sawamura(total, by_cut):
    cuts = {cut.code: cut for cut in hdrs().remission}
    assert [*cuts] == ["frank1991", "riedel2010", "sawamura2018"]
    assert tuple(is_remission(cut, total) for cut in cuts.values()) == by_cut


@pytest.mark.parametrize(
    ("points", "reached"),
    [
        (-2, ("less", "less", "less")),
        (2, ("less", "less", "less")),
        (3, ("within", "within", "less")),
        (4, ("more", "within", "less")),
        (5, ("more", "within", "less")),
        (6, ("more", "more", "less")),
        (7, ("more", "more", "within")),
        (8, ("more", "more", "more")),
    ],
)
def test_a_change_is_told_against_every_reference(points, reached):
    found = against(hdrs(), points)
    assert [one.difference.code for one in found] == ["nice", "hengartner2021", "moncrieff2015"]
    assert tuple(one.reached for one in found) == tuple(map(Reached, reached))
    assert all(one.difference.source for one in found)


def test_no_change_is_told_where_a_total_is_missing():
    assert improvement(None, 12) is None
    assert improvement(24, None) is None
    assert against(hdrs(), None) == ()


def test_a_rise_is_below_zero():
    assert improvement(12, 17) == -5
