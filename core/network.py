"""Where this machine is found on its own network. Sends nothing."""

from __future__ import annotations

import socket


def lan_address() -> str | None:
    """The address a phone on the same network would use, or None without one.

    Connecting a UDP socket only asks the routing table; no packet leaves.
    """
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))
            address = str(probe.getsockname()[0])
    except OSError:
        return None
    return None if address.startswith(("127.", "0.")) else address
