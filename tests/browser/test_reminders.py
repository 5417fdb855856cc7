"""Reminders on a phone: chosen with and without the script, and a note that the browser shows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from accounts.models import PushSubscription, ReminderSettings
from tests import cast
from tests.accounts.test_channels import FCM, RFC
from tests.browser.access import assert_accessible
from tests.browser.conftest import Open

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/me/reminders/"
# Stands for the push service of a real browser, which no test may call.
NO_SERVICE = f"""
const made = {{toJSON: () => ({{endpoint: "{FCM}", keys: {{p256dh: "{RFC["p256dh"]}", auth: "{RFC["auth"]}"}}}})}};
PushManager.prototype.subscribe = async function (options) {{
  if (!options.userVisibleOnly || options.applicationServerKey.length !== 65) throw new Error("x");
  return made;
}};
"""  # noqa: E501


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_choose_change_and_stop(open_page: Open, script: bool) -> None:
    page = open_page(sign_in=cast.participant().user, java_script_enabled=script)
    page.goto("/me/")
    page.get_by_role("link", name="A short note, if you like").click()
    page.get_by_label("At what time?").fill("17:15")
    if script:
        assert_accessible(page)
    page.get_by_role("button", name="Turn reminders on").click()
    assert page.get_by_role("heading", name="On, at 17:15").is_visible()
    if script:
        assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") if script else True
    page.get_by_role("button", name="Stop reminders").click()
    page.get_by_text("They are off.").wait_for()
    assert not ReminderSettings.objects.get().on


def test_let_this_phone_show_notes(open_page: Open) -> None:
    page = open_page(sign_in=cast.participant().user, permissions=["notifications"])
    page.add_init_script(NO_SERVICE)
    page.goto(PAGE)
    assert not page.get_by_text("This browser cannot show notes").is_visible()
    page.get_by_role("button", name="Show notes here").click()
    page.get_by_text("This one shows notes now.").wait_for()
    assert PushSubscription.objects.get().endpoint == FCM
    assert page.get_by_label("A note on this phone or computer").first.is_checked()
    assert_accessible(page)


def test_a_browser_that_may_not_says_so(open_page: Open) -> None:
    page = open_page(sign_in=cast.participant().user)
    page.add_init_script("Notification.requestPermission = async () => 'denied';")
    page.goto(PAGE)
    page.get_by_role("button", name="Show notes here").click()
    page.get_by_text("Your browser does not allow notes from this site.").wait_for()
    assert not PushSubscription.objects.exists()


def test_the_worker_shows_a_note_that_came(open_page: Open, live_server: Any) -> None:
    page = open_page(sign_in=cast.participant().user, permissions=["notifications"])
    page.goto(PAGE)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    session = page.context.new_cdp_session(page)
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(one["registrationId"] for one in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    for _ in range(50):
        if not found:
            page.wait_for_timeout(100)
    note = {"title": "My Week", "body": "There is something.", "url": f"{live_server.url}/note/x/"}
    session.send("ServiceWorker.deliverPushMessage", {
        "origin": live_server.url, "registrationId": found[-1], "data": json.dumps(note),
    })  # fmt: skip
    shown = page.evaluate("""async () => {
      const registration = await navigator.serviceWorker.ready;
      for (let turn = 0; turn < 50; turn += 1) {
        const notes = await registration.getNotifications();
        if (notes.length) return notes.map((n) => [n.title, n.body, n.data]);
        await new Promise((done) => setTimeout(done, 100));
      }
      return [];
    }""")
    assert shown == [[note["title"], note["body"], note["url"]]]
