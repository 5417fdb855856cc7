"""Orders of events that each tell one mistake of a queue from a right one.

Chance finds some of them rarely. A step is a rule of the queue's model and what it is given.
"""

from __future__ import annotations

from typing import Any

from tests.browser.phone_model import FAULTS

ADDRESSES = [f"/api/v1/workouts/00000000-0000-4000-8000-00000000000{n}/" for n in range(4)]
FIRST, SECOND = ADDRESSES[:2]

ORDERS: dict[str, list[tuple[Any, ...]]] = {
    **{
        f"{fault}, and once more": [
            ("save", 0, FIRST, 3, False), ("save", 1, SECOND, 4, False), ("trouble", [fault]),
            ("send", 0), ("time_passes",),
        ]
        for fault in FAULTS
    },
    "written one after the other": [
        ("save", 0, SECOND, 1, False), ("save", 1, FIRST, 2, False), ("send", 0),
    ],
    "nobody is signed in, nor is somebody else": [
        ("save", 0, FIRST, 1, False), ("session", "nobody"), ("send", 0),
        ("save", 0, SECOND, 2, False), ("session", "another"), ("send", 1),
    ],
    "changed after the answer was lost": [
        ("save", 0, FIRST, 1, False), ("trouble", ["lost answer"]), ("send", 0),
        ("save", 1, FIRST, 2, False),
    ],
    "changed while it is on its way": [
        ("save", 0, FIRST, 1, False), ("save", 0, FIRST, 2, True),
    ],
    "changed where it was refused": [
        ("save", 0, FIRST, -1, False), ("send", 0), ("save", 1, FIRST, 2, False),
    ],
    "taken back after the answer was lost": [
        ("save", 0, FIRST, 1, False), ("trouble", ["lost answer"]), ("send", 0),
        ("take_back", 1, FIRST, False),
    ],
    "taken back while it is on its way": [
        ("save", 0, FIRST, 1, False), ("take_back", 0, FIRST, True), ("send", 1),
    ],
    "taken back, not heard, and taken back again": [
        ("save", 0, FIRST, 1, True), ("send", 0), ("take_back", 0, FIRST, False),
        ("trouble", ["error"]), ("send", 0),
    ],
    "taken back where it would be refused after all": [
        ("save", 0, FIRST, 1, False), ("trouble", ["lost answer"]), ("send", 0),
        ("save", 0, FIRST, -1, False), ("take_back", 0, FIRST, False), ("send", 0),
    ],
    "two tabs notice the network": [
        ("save", 0, FIRST, 1, False), ("save", 1, SECOND, 2, False), ("both_send",),
    ],
    "changed elsewhere after the answer was lost": [
        ("save", 0, FIRST, 1, False), ("trouble", ["lost answer"]), ("send", 0),
        ("save", 1, SECOND, 2, False), ("send", 1), ("elsewhere", SECOND, 5),
    ],
    "a kept page changes what was changed elsewhere": [
        ("save", 0, FIRST, 1, False), ("send", 0), ("elsewhere", FIRST, 4),
        ("save", 1, FIRST, 5, False), ("send", 1),
    ],
    "somebody else uses the phone": [
        ("save", 0, FIRST, 1, False), ("save", 0, SECOND, -1, False), ("trouble", ["error"]),
        ("send", 0), ("sign_out",),
    ],
    "the app is updated in between": [
        ("save", 0, FIRST, 1, False), ("trouble", ["cut off"]), ("open_again", 0),
        ("save", 1, FIRST, 2, False), ("open_again", 1),
    ],
}  # fmt: skip
