#!/usr/bin/env python
"""ExDep's command line: `python manage.py help` lists what it can do."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exdep_site.settings")
    from django.core.management import execute_from_command_line
    from django.db import OperationalError, ProgrammingError

    from core.errors import StartupError

    try:
        execute_from_command_line(sys.argv)
    except StartupError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
    except (OperationalError, ProgrammingError) as error:
        if "--traceback" in sys.argv:
            raise
        from core.readiness import database_line

        sys.stderr.write(f"{database_line(error)}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
