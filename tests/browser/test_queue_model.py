"""The queue as a state machine: whatever happens in whatever order, the server ends with what the
person meant, and nothing is left on the phone.

The modules are the real ones, in two real tabs with one real database; the server is a model.
"""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from playwright.sync_api import Page

from accounts.person import person_key
from tests import cast
from tests.browser.phone_model import FAULTS, Server

EMPTY = """async () => {
  const queue = await import('/static/core/js/queue/sender.js');
  await queue.send();
  const open = await new Promise(done => {
    const asked = indexedDB.open('week');
    asked.onsuccess = () => done(asked.result);
  });
  const tx = open.transaction(['rows', 'known'], 'readwrite');
  tx.objectStore('rows').clear();
  tx.objectStore('known').clear();
  await new Promise(done => { tx.oncomplete = done; });
  open.close();
}"""
SAVE = """async ([url, value, edit, during]) => {
  const queue = await import('/static/core/js/queue/sender.js');
  const entry = { url, page: '/log/', title: 'A session', body: { value }, edit, fields: [] };
  await Promise.all([during ? queue.send({ force: true }) : null, queue.save(entry)]);
}"""
TAKE_BACK = """async ([url, during]) => {
  const queue = await import('/static/core/js/queue/sender.js');
  const entry = { url, page: '/log/', title: 'Back', reason: 'a mistake', body: null, fields: [] };
  await Promise.all([during ? queue.send({ force: true }) : null, queue.takeBack(entry)]);
}"""
SEND = """async () => {
  const queue = await import('/static/core/js/queue/sender.js');
  await queue.send({ force: true });
  return queue.mine();
}"""
MINE = "async () => (await import('/static/core/js/queue/sender.js')).mine()"
REMOVE = "async (key) => (await import('/static/core/js/queue/sender.js')).remove(key)"

ADDRESSES = [f"/api/v1/workouts/00000000-0000-4000-8000-00000000000{n}/" for n in range(4)]
VOID = "void"


class Queue(RuleBasedStateMachine):
    """What the person meant last of each entry: a value, or that it is taken back."""

    tabs: ClassVar[list[Page]] = []
    server: ClassVar[Server]

    tab_numbers = st.integers(0, 1)
    addresses = st.sampled_from(ADDRESSES)
    values = st.integers(-1, 5)  # below zero is refused

    @initialize()
    def begin(self) -> None:
        self.server.reset()
        self.meant: dict[str, Any] = {}
        for tab in self.tabs:
            tab.evaluate(EMPTY)
        self.server.reset()

    @rule(tab=tab_numbers, address=addresses, value=values, during=st.booleans())
    def save(self, tab: int, address: str, value: int, during: bool) -> None:
        """Log, or correct: a page shows the edit after the one that the server has."""
        if self.meant.get(address) == VOID:
            return
        stored = self.server.rows.get(address, {"edit": 0})
        self.meant[address] = value
        self.tabs[tab].evaluate(SAVE, [address, value, stored["edit"] + 1, during])

    @rule(tab=tab_numbers, address=addresses, during=st.booleans())
    def take_back(self, tab: int, address: str, during: bool) -> None:
        if address in self.meant:
            self.meant[address] = VOID
            self.tabs[tab].evaluate(TAKE_BACK, [address, during])

    @rule(tab=tab_numbers)
    def send(self, tab: int) -> None:
        self.tabs[tab].evaluate(SEND)

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
        if self.meant[address] != VOID:
            self.meant[address] = abs(self.meant[address])
        tab.evaluate(SAVE, [address, self.meant[address], 1, False])

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


def run(open_page: Any, watch: Any, examples: int, steps: int) -> None:
    person: Any = cast.participant().user
    watch.allow("Failed to load resource", "net::ERR_FAILED", "blocked by Playwright")
    page: Page = open_page(sign_in=person, service_workers="block")
    Queue.server = Server(person_key(person))
    page.context.route("**/api/v1/**", lambda route: Queue.server.answer(route))
    Queue.tabs = [page, page.context.new_page()]
    for tab in Queue.tabs:
        tab.goto("/unsent/")
    run_state_machine_as_test(
        Queue,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None,
            suppress_health_check=list(HealthCheck), print_blob=True,
        ),
    )  # fmt: skip


def test_queue_ends_with_what_the_person_meant(open_page: Any, watch: Any) -> None:
    run(open_page, watch, examples=12, steps=20)


@pytest.mark.proof
def test_queue_ends_with_what_the_person_meant_in_many_orders(open_page: Any, watch: Any) -> None:
    run(open_page, watch, examples=400, steps=40)
    print("400 orders of up to 40 steps: the server had what was meant")  # noqa: T201
