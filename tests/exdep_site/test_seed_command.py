"""`seed_demo` in an empty database: what it refuses, and that the same seed gives the same rows."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from accounts.models import User
from enrollment.models import Participant
from tests.exdep_site.seeding import dump, seed, seeded

pytestmark = pytest.mark.django_db


def test_seed_outside_a_demo_is_refused():
    refused = pytest.raises(CommandError, match="EXDEP_DEMO=1")
    with override_settings(EXDEP_DEMO=False), refused as no:
        call_command("seed_demo")
    assert no.value.returncode == 1
    assert "\n" not in str(no.value)
    assert not User.objects.exists()


@pytest.mark.parametrize("options", [{"participants": 3}, {"seed": -1}])
def test_seed_with_an_impossible_number_is_refused(options):
    with pytest.raises(CommandError, match="or more"):
        seed(**options)


def test_seed_if_empty_fills_an_empty_database():
    assert "Seeded 4 synthetic participants" in seed(participants=4, if_empty=True)
    assert Participant.objects.count() == 5


def dump_of(blocker, **options):
    with seeded(blocker, **options):
        return dump()


def test_seed_twice_gives_the_same_rows(django_db_blocker):
    first = dump_of(django_db_blocker, participants=12, seed=7)
    assert first == dump_of(django_db_blocker, participants=12, seed=7)
    assert len(first["Participant"]) == 13


def test_seed_with_another_number_gives_other_rows(django_db_blocker):
    first, second = (
        dump_of(django_db_blocker, participants=12, seed=7),
        dump_of(django_db_blocker, participants=12, seed=8),
    )
    assert all(first[table] != second[table] for table in ("Workout", "SleepNight", "Response"))
