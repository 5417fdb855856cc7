"""The API's docs page draws with its own vendored scripts, under its one pinned exception."""

from __future__ import annotations

from typing import Any

import pytest

from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)
DESK = {"viewport": {"width": 1280, "height": 800}, "is_mobile": False, "has_touch": False}


def test_docs_page_shows_every_endpoint_and_asks_no_other_host(open_page: Any) -> None:
    page = open_page(sign_in=cast.participant().user, **DESK)
    page.goto("/api/docs/")
    page.locator(".opblock-summary-path", has_text="workouts").first.wait_for()
    paths = page.locator(".opblock-summary-path")
    shown = paths.evaluate_all("all => all.map(path => path.dataset.path)")
    assert {"/api/v1/today/", "/api/v1/workouts/", "/api/v1/workouts/{uuid}/"} <= set(shown)
    page.locator("#operations-workouts-workouts_write .opblock-summary").click()
    page.get_by_text('"fast_walking"').first.wait_for()
