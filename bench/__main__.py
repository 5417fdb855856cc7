"""`python -m bench [NAME…]`: run the benchmarks, print their table, keep it as JSON.

Exit status 1 where a limit is broken.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from bench import cases
from bench.lines import Row, table
from bench.site import ROOT, Site, served

OUT = ROOT / "var" / "bench"
Case = Callable[[Site], list[Row]]


def main(arguments: Sequence[str]) -> int:
    found = _cases()
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(found))
    asked = parser.parse_args(arguments).names or list(found)
    if unknown := sorted(set(asked) - set(found)):
        parser.error(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(found)}")
    lines: list[Row] = []
    with served() as site:
        for name in asked:
            measured = found[name](site)
            _keep(name, measured)
            lines += measured
    print(table(lines))  # noqa: T201 (the table is what this program is for)
    return 0 if all(line.holds for line in lines) else 1


def _cases() -> dict[str, Case]:
    names = sorted(module.name for module in pkgutil.iter_modules(cases.__path__))
    return {name: importlib.import_module(f"bench.cases.{name}").run for name in names}


def _keep(name: str, lines: list[Row]) -> Path:
    OUT.mkdir(parents=True, exist_ok=True)
    path = OUT / f"{name}.json"
    content = {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": {"cores": os.cpu_count(), "system": f"{platform.system()} {platform.machine()}"},
        "lines": [{**asdict(line), "holds": line.holds} for line in lines],
    }
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
