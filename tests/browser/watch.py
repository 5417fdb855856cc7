"""What a browser complains of while a test runs."""

from __future__ import annotations

from playwright.sync_api import ConsoleMessage, Page, Request


class Watch:
    """Collects complaints of the pages it watches; `settle` fails for those nobody announced."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.complaints: list[str] = []
        self.expected: list[str] = []
        self.allowed: list[str] = []

    def allow(self, *parts: str) -> None:
        """Put up with complaints that may or may not come: who wins a race is not the matter."""
        self.allowed += parts

    def expect(self, *parts: str) -> None:
        """Announce complaints by a part of their text, as in `expect("status of 400")`."""
        self.expected += parts

    def over(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        page.on("requestfailed", self._failed)
        page.on("request", self._request)

    def settle(self) -> None:
        known = [*self.expected, *self.allowed]
        unannounced = [c for c in self.complaints if not any(part in c for part in known)]
        assert unannounced == []
        silent = [part for part in self.expected if not any(part in c for c in self.complaints)]
        assert silent == [], "announced, but it never happened"

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"console {message.type}: {message.text}")

    def _failed(self, request: Request) -> None:
        if request.failure == "net::ERR_ABORTED":  # its page was left before it came
            return
        self.complaints.append(f"failed: {request.method} {request.url} ({request.failure})")

    def _request(self, request: Request) -> None:
        local = (f"{self.origin}/", "data:", "blob:")
        if not request.url.startswith(local):
            self.complaints.append(f"request to another host: {request.url}")
