"""The queue as a state machine: whatever happens in whatever order, the server ends with what the
person meant, and nothing is left on the phone.

The modules are the real ones, in two real tabs with one real database; the server is a model. The
tabs' clocks stand still, so that the phone tries again by itself only where a rule lets time pass.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from playwright.sync_api import Page

from accounts.person import person_key
from tests import cast
from tests.browser.conftest import _session_cookie
from tests.browser.phone_model import FAULTS, Server
from tests.browser.queue_orders import ADDRESSES, ORDERS
from tests.browser.queue_tabs import (
    BEGIN_SENDING,
    EMPTY,
    IN_EVERY_TAB,
    MINE,
    NO_LOCKS,
    NOBODY_SENDS,
    REMOVE,
    SAVE,
    SEND,
    STOPPED,
    TAKE_BACK,
)

VOID = "void"
LONGEST_WAIT_MS = 600_000


class Queue(RuleBasedStateMachine):
    """What the person meant last of each entry: a value, or that it is taken back."""

    tabs: ClassVar[list[Page]] = []
    server: ClassVar[Server]
    person: ClassVar[Any]
    other: ClassVar[Any]
    url: ClassVar[str]
    lends: ClassVar[bool] = False  # whether chance lends the phone too, which takes seconds

    tab_numbers = st.integers(0, 1)
    addresses = st.sampled_from(ADDRESSES)
    values = st.integers(-1, 5)  # below zero is refused

    @initialize()
    def begin(self) -> None:
        self.server.reset()
        self.meant: dict[str, Any] = {}
        self.saves, self.lent = 0, False
        for tab in self.tabs:
            tab.evaluate(EMPTY)
        self.server.reset()

    @rule(
        tab=tab_numbers, address=addresses, value=values, during=st.booleans(), kept=st.booleans()
    )
    def save(self, tab: int, address: str, value: int, during: bool, kept: bool = True) -> None:
        """Log, or correct. The page shows the edit after the one that the server has, or is a
        `kept` one, that was drawn before anything arrived."""
        if self.meant.get(address) == VOID:
            return
        stored = self.server.rows.get(address)
        self.meant[address] = value
        edit = stored["edit"] + 1 if stored and not kept else 1
        self._save(self.tabs[tab], address, edit, during)

    def _save(self, tab: Page, address: str, edit: int, during: bool) -> None:
        self.saves += 1
        body = {"value": self.meant[address], "save": self.saves}
        tab.evaluate(SAVE, [address, body, edit, during])

    @rule(tab=tab_numbers, address=addresses, during=st.booleans())
    def take_back(self, tab: int, address: str, during: bool) -> None:
        if address in self.meant:
            self.meant[address] = VOID
            self.tabs[tab].evaluate(TAKE_BACK, [address, during])

    @rule(tab=tab_numbers)
    def send(self, tab: int) -> None:
        """What waits goes in the order in which it was written, as far as it goes."""
        rows = [row for row in self.tabs[tab].evaluate(MINE) if row["state"] == "waiting"]
        self.server.asked.clear()
        self.tabs[tab].evaluate(SEND)
        asked = list(dict.fromkeys(self.server.asked))
        written = [row["url"] for row in sorted(rows, key=lambda row: row["seq"])]
        assert asked == written[: len(asked)]

    @rule()
    def both_send(self) -> None:
        """The network comes back, and two tabs notice."""
        for tab in self.tabs:
            tab.evaluate(BEGIN_SENDING)
        for tab in self.tabs:
            tab.evaluate("() => self.sending")

    @rule(faults=st.lists(st.sampled_from(FAULTS), min_size=1, max_size=3))
    def trouble(self, faults: list[str]) -> None:
        self.server.faults = faults

    @rule(who=st.sampled_from(["nobody", "another", "the owner"]))
    def session(self, who: str) -> None:
        """The sign-in ends, somebody else signs in, or the owner does."""
        people = {"nobody": None, "another": "f" * 24, "the owner": self.server.owner}
        self.server.signed_in = people[who]

    @rule(tab=tab_numbers)
    def open_again(self, tab: int) -> None:
        """The page is loaded anew: the app was closed, or there is a new version of it."""
        self.tabs[tab].reload()
        self.tabs[tab].evaluate("() => self.opened")

    @rule()
    def time_passes(self) -> None:
        """All is well, and nobody touches the phone: what was tried is tried again by itself, but
        where somebody has to sign in."""
        self.server.faults, self.server.signed_in = [], self.server.owner
        stopped = [tab.evaluate(STOPPED) for tab in self.tabs]
        for _turn in range(2):
            self.tabs[0].context.clock.run_for(LONGEST_WAIT_MS + 1000)
            for tab in self.tabs:
                tab.evaluate(NOBODY_SENDS)
        waiting = [row for row in self.tabs[0].evaluate(MINE) if row["state"] == "waiting"]
        if "signed_out" not in stopped:
            assert [row for row in waiting if row["attempts"]] == []

    @precondition(lambda self: self.lends and not self.lent)
    @rule()
    def sign_out(self) -> None:
        """The person signs out, somebody else uses this phone for a while, and they come back."""
        self.lent = True
        tab = self.tabs[0]
        before = tab.evaluate(MINE)
        self.server.faults, self.server.signed_in = [], None
        tab.goto("/account/logout/")
        tab.get_by_role("button", name="Sign out").tap()
        tab.get_by_label("E-mail or study code").wait_for()
        self.server.signed_in, self.server.asked = person_key(self.other), []
        self._sign_in(tab, self.other)
        assert tab.evaluate(SEND) == []
        assert self.server.asked == [], "somebody else's entries were sent"
        self.server.signed_in = None
        self._sign_in(tab, self.person)
        assert [_told(row) for row in tab.evaluate(MINE)] == [_told(row) for row in before]
        self.server.signed_in = self.server.owner

    def _sign_in(self, tab: Page, user: Any) -> None:
        tab.context.add_cookies([_session_cookie(user, self.url)])
        tab.goto("/unsent/")
        tab.evaluate("() => self.opened")

    @rule(address=addresses, value=st.integers(0, 5))
    def elsewhere(self, address: str, value: int) -> None:
        waits = any(row["url"] == address for row in self.tabs[0].evaluate(MINE))
        stored = self.server.rows.get(address)
        if stored and not waits and not stored["voided"]:
            self.meant[address] = value
            self.server.elsewhere(address, value)

    def teardown(self) -> None:
        """All is well again. What was refused is looked at by the person, until nothing waits."""
        if not hasattr(self, "meant"):
            return
        self.server.faults, self.server.signed_in = [], self.server.owner
        tab = self.tabs[0]
        for _turn in range(6):
            rows = tab.evaluate(SEND)
            if not rows:
                break
            for row in rows:
                self._look(tab, row)
        assert tab.evaluate(MINE) == []
        self._server_has_what_was_meant()

    def _look(self, tab: Page, row: dict[str, Any]) -> None:
        assert row["state"] == "refused", row
        assert row["words"], "refused without a word"
        address = row["url"]
        stored = self.server.rows.get(address)
        if stored and self.meant[address] == stored["value"]:
            tab.evaluate(REMOVE, row["key"])
            return
        if self.meant[address] == VOID:
            tab.evaluate(TAKE_BACK, [address, False])
            return
        self.meant[address] = abs(self.meant[address])
        self._save(tab, address, 1, False)

    def _server_has_what_was_meant(self) -> None:
        there = {
            address: VOID if row["voided"] else row["value"]
            for address, row in self.server.rows.items()
        }
        # What was taken back before it ever arrived need not be there.
        taken = {address for address, meant in self.meant.items() if meant == VOID}
        assert {a: v for a, v in there.items() if v != VOID} == {
            a: v for a, v in self.meant.items() if v != VOID
        }
        assert {a for a, v in there.items() if v == VOID} <= taken
        assert len(set(self.server.accepted)) == len(self.server.accepted)
        assert self.server.again == [], "sent again although the phone knew that it was kept"


def _told(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["url"], row["edit"], row["body"], row["put"], row["reason"], row["state"]


def play(name: str) -> None:
    """One of `ORDERS`, and whether it ended well."""
    model = Queue()
    model.begin()
    try:
        for step, *given in ORDERS[name]:
            getattr(model, step)(*given)
        model.teardown()
    except AssertionError as error:
        error.add_note(f"order: {name}")
        raise


def run(open_page: Any, watch: Any, examples: int, steps: int) -> None:
    Queue.person = cast.participant().user
    Queue.other = cast.participant("other").user
    watch.allow("Failed to load resource", "net::ERR_FAILED", "blocked by Playwright")
    page: Page = open_page(sign_in=Queue.person, service_workers="block")
    Queue.server = Server(person_key(Queue.person))
    Queue.url = watch.origin
    page.context.set_default_timeout(60_000)
    page.context.route("**/api/v1/**", lambda route: Queue.server.answer(route))
    page.context.add_init_script(f"({IN_EVERY_TAB})()")
    page.context.clock.install(time=cast.NOW)
    page.context.clock.pause_at(cast.NOW + timedelta(seconds=1))
    Queue.tabs = [page, page.context.new_page()]
    for tab in Queue.tabs:
        tab.goto("/unsent/")
        tab.evaluate("() => self.opened")
    for name in ORDERS:
        play(name)
    run_state_machine_as_test(
        Queue,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None,
            suppress_health_check=list(HealthCheck), print_blob=True,
        ),
    )  # fmt: skip


def test_queue_ends_with_what_the_person_meant(open_page: Any, watch: Any) -> None:
    run(open_page, watch, examples=12, steps=20)


def test_without_locks_too_one_tab_sends_at_a_time(open_page: Any, watch: Any) -> None:
    """iOS 14.5 has none: a lease in the phone's database takes their place."""
    person: Any = cast.participant().user
    watch.allow("blocked by Playwright")
    page: Page = open_page(sign_in=person, service_workers="block")
    server = Server(person_key(person))
    page.context.route("**/api/v1/**", lambda route: server.answer(route))
    page.context.add_init_script(NO_LOCKS)
    tabs = [page, page.context.new_page()]
    for tab in tabs:
        tab.goto("/unsent/")
    for edit, address in enumerate(ADDRESSES, start=1):
        page.evaluate(SAVE, [address, {"value": 3, "save": edit}, 1, False])
    for tab in tabs:
        tab.evaluate(BEGIN_SENDING)
    for tab in tabs:
        tab.evaluate("() => self.sending")
    assert page.evaluate(MINE) == []
    assert server.asked == ADDRESSES
    assert server.again == []


@pytest.mark.proof
def test_queue_ends_with_what_the_person_meant_in_many_orders(
    open_page: Any, watch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Queue, "lends", True)
    run(open_page, watch, examples=400, steps=40)
    print("400 orders of up to 40 steps: the server had what was meant")  # noqa: T201
