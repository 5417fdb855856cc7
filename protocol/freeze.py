"""`python -m protocol.freeze`: writes the lines of new instrument versions into `versions.lock`.

Not a command of `manage.py`: the site does not start while a version is not frozen.
"""

from __future__ import annotations

from protocol.files import ROOM
from protocol.frozen import freeze

if __name__ == "__main__":
    for code, version in freeze(ROOM / "instruments"):
        print(f"frozen: {code} {version}")  # noqa: T201
