"""One's own copy of the data has nothing of what raters made of them."""

from __future__ import annotations

import pytest

import protocol
from data_management import own_copy

pytestmark = pytest.mark.django_db


def test_ones_own_copy_has_no_rating_guess_or_agreement(people, guessed, voided):
    for person in (people[2], guessed[0], voided):
        copy = {part.name: part.rows for part in own_copy.parts(person)}
        asked = {row["questionnaire"] for row in copy["answers"]}
        assert asked <= {str(protocol.instrument("wellbeing").title)}
        assert not {"double-ratings", "arm-guesses", "voided-responses"} & set(copy)
        assert "dont_know" not in str(copy)
