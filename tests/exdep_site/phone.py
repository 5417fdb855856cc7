"""One phone, as a process of its own: `python phone.py FOLDER PORT ENTRIES SEED`.

It keeps each entry in a file of its own until the server has acknowledged it, and only then moves
it to `acknowledged/`. It goes on for ever while the server is away; killed in the middle, it finds
its entries again. Needs nothing but Python.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
import uuid
from http.client import HTTPConnection, HTTPException
from pathlib import Path

TOKEN = "phonephonephonephonephonephone12"


def keep(folder: Path, count: int, chance: random.Random) -> None:
    """Write entries down, each whole or not at all."""
    for _ in range(count):
        name = str(uuid.UUID(int=chance.getrandbits(128), version=4))
        entry = {
            "modality": "aerobic", "activity": "jogging", "edit": 1,
            "started_at": "2026-03-01T10:00:00+08:00", "duration_min": chance.randint(5, 60),
            "device_time": "2026-03-01T10:40:00+08:00", "mood_after": chance.randint(0, 10),
        }  # fmt: skip
        draft = folder / "draft"
        with draft.open("w") as file:
            json.dump(entry, file)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(folder / "waiting" / name)


def send(port: int, session: str, name: str, text: str) -> int:
    """The answer's status, or 0 where none came."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {
        "Content-Type": "application/json", "X-CSRFToken": TOKEN,
        "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
    }  # fmt: skip
    try:
        connection.request("PUT", f"/api/v1/workouts/{name}/", text, headers)
        answer = connection.getresponse()
        body = json.loads(answer.read() or b"{}")
        whole = answer.status < 300 and body.get("id") == name
        return answer.status if whole or answer.status >= 300 else 0
    except (OSError, HTTPException, ValueError):
        return 0
    finally:
        connection.close()


def main(folder: Path, port: int, entries: int, seed: int) -> int:
    session = (folder / "session").read_text()
    keep(folder, entries, random.Random(seed))
    while waiting := sorted((folder / "waiting").iterdir()):
        for file in waiting:
            status = send(port, session, file.name, file.read_text())
            if status in (200, 201):
                file.rename(folder / "acknowledged" / file.name)
            elif status and status < 500 and status != 429:
                sys.stdout.write(f"refused: {status}\n")
                return 1
            else:
                time.sleep(0.1)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
