"""Each reason for not estimating, said kindly, with what would help."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from estimates.rules import Why

Numbers = Mapping[str, Any]


def sentence(code: str, numbers: Numbers, *, active: bool) -> str:
    """The sentences of one reason. `active` says that exercise is part of the person's plan: of
    the others nothing new is asked."""
    return SENTENCES[Why(code)](numbers, active)


def decimal(value: float, places: int = 1) -> str:
    """A number rounded as people read it, with a real minus sign and no minus zero."""
    rounded = round(value, places) + 0.0
    return formats.number_format(rounded, places).replace("-", "\N{MINUS SIGN}")


def _switched_off(numbers: Numbers, active: bool) -> str:
    return _("This study makes no estimates.")


def _no_consent(numbers: Numbers, active: bool) -> str:
    return _(
        "In your consent you left estimates out, so none is made. If you would like them after "
        "all, please tell the study team."
    )


def _model_unavailable(numbers: Numbers, active: bool) -> str:
    return _(
        "The part that makes estimates is not working at the moment. Everything else is, and "
        "nothing you entered is lost. The study team can mend it."
    )


def _simulated_model(numbers: Numbers, active: bool) -> str:
    return _(
        "This study has no estimate of its own yet. The one that comes with the site was trained "
        "on simulated data and is never used for real people. Once the study has learned from its "
        "own data, this page can answer."
    )


def _few_training_participants(numbers: Numbers, active: bool) -> str:
    return _(
        "So far the estimate has learned from %(found)d people. It stays silent until there are "
        "%(needed)d."
    ) % {"found": numbers["found"], "needed": numbers["needed"]}


def _range_too_wide(numbers: Numbers, active: bool) -> str:
    return _("So far the estimate tells no more than the average does, so it stays silent.")


def _not_started(numbers: Numbers, active: bool) -> str:
    return _("Estimates begin once your part in the study has begun.")


def _open_alert(numbers: Numbers, active: bool) -> str:
    return _(
        "Someone of the study team is looking at something you told us. That comes first; the "
        "estimate can wait."
    )


def _age_unknown(numbers: Numbers, active: bool) -> str:
    return _("The study does not know the year you were born in. The study team can add it.")


def _age_outside(numbers: Numbers, active: bool) -> str:
    return _(
        "The estimate only knows people who were %(low)d to %(high)d years old when they began."
    ) % {"low": numbers["low"], "high": numbers["high"]}


def _too_early(numbers: Numbers, active: bool) -> str:
    return _(
        "The estimate looks at %(needed)d days at a time. Today is day %(found)d, so it can answer "
        "from day %(needed)d on."
    ) % {"needed": numbers["needed"], "found": numbers["found"]}


def _heart_rates(numbers: Numbers, active: bool) -> str:
    values = {"needed": numbers["needed"], "found": numbers["found"], "days": numbers["days"]}
    needs = (
        _(
            "Heart rate: it takes %(needed)d activities with your heart rate before and after in "
            "the last %(days)d days; so far: %(found)d."
        )
        % values
    )
    if active:
        helps = _("Where you like, add both when you log; they are among the optional fields.")
    else:
        helps = _("Please change nothing for it: your days are fine as they are.")
    return f"{needs} {helps}"


def _few_nights(numbers: Numbers, active: bool) -> str:
    return _(
        "Sleep: it takes %(needed)d nights of the last %(days)d with a quality; so far: "
        "%(found)d. A tap on a few more mornings is enough."
    ) % {"needed": numbers["needed"], "found": numbers["found"], "days": numbers["days"]}


def _few_nights_before(numbers: Numbers, active: bool) -> str:
    return _(
        "Sleep before the start: it takes %(needed)d of the %(days)d nights before day 1 to "
        "compare with, and %(found)d were written down. That cannot be made up for, and need not "
        "be."
    ) % {"needed": numbers["needed"], "found": numbers["found"], "days": numbers["days"]}


def _heart_rate_outside(numbers: Numbers, active: bool) -> str:
    return _(
        "Your heart rate changed more or less than any the estimate has learned from (%(low)s to "
        "%(high)s beats a minute). It does not guess beyond that."
    ) % _ends(numbers)


def _sleep_outside(numbers: Numbers, active: bool) -> str:
    return _(
        "Your sleep changed more or less than any the estimate has learned from (%(low)s to "
        "%(high)s points). It does not guess beyond that."
    ) % _ends(numbers)


def _unusual_together(numbers: Numbers, active: bool) -> str:
    return _(
        "Your heart rate and your sleep together are unlike what the estimate has learned from. It "
        "does not guess beyond that."
    )


def _ends(numbers: Numbers) -> dict[str, str]:
    return {"low": decimal(numbers["low"]), "high": decimal(numbers["high"])}


SENTENCES: dict[Why, Callable[[Numbers, bool], str]] = {
    Why.SWITCHED_OFF: _switched_off,
    Why.NO_CONSENT: _no_consent,
    Why.MODEL_UNAVAILABLE: _model_unavailable,
    Why.SIMULATED_MODEL: _simulated_model,
    Why.FEW_TRAINING_PARTICIPANTS: _few_training_participants,
    Why.RANGE_TOO_WIDE: _range_too_wide,
    Why.NOT_STARTED: _not_started,
    Why.OPEN_ALERT: _open_alert,
    Why.AGE_UNKNOWN: _age_unknown,
    Why.AGE_OUTSIDE: _age_outside,
    Why.TOO_EARLY: _too_early,
    Why.NO_WORKOUTS: _heart_rates,
    Why.FEW_HEART_RATES: _heart_rates,
    Why.FEW_NIGHTS: _few_nights,
    Why.FEW_NIGHTS_BEFORE: _few_nights_before,
    Why.HEART_RATE_OUTSIDE: _heart_rate_outside,
    Why.SLEEP_OUTSIDE: _sleep_outside,
    Why.UNUSUAL_TOGETHER: _unusual_together,
}
