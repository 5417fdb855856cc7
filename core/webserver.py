"""The web server's worker: gunicorn's threads, and a stop that loses no connection."""

from __future__ import annotations

from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]


class DrainingWorker(ThreadWorker):
    """Asked to stop, it takes the connections that the kernel has accepted already and answers
    them, then closes the door, so that new ones are refused and not left hanging."""

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if not self.alive:
            for listener in self.sockets:
                self._drain(listener)

    def _drain(self, listener: object) -> None:
        before = -1
        while self.nr_conns > before:
            before = self.nr_conns
            self.accept(listener)
        listener.close()  # type: ignore[attr-defined]
