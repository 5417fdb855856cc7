"""How Chinese writes the dates that the pages ask for in the English order.

Django looks a pattern up here by its name before it uses the pattern as it is, so a page says
`date:"j F"` and never asks which language is active. `check_translations` names a pattern that is
not here yet. The words of the calendar itself come with Django.
"""

DATE_PATTERNS = {
    "j F": "n月j日",
    "j M": "n月j日",
    "j F Y": "Y年n月j日",
    "j M Y": "Y年n月j日",
    "l, j F": "n月j日 l",
    "l, j F, H:i": "n月j日 l H:i",
    "D, j M, H:i": "n月j日 l H:i",
    "D j M Y": "Y年n月j日 l",
    "D, j M": "n月j日 l",
    "j F Y, H:i": "Y年n月j日 H:i",
    "j F, H:i": "n月j日 H:i",
    "l j": "j日 l",
}
globals().update(DATE_PATTERNS)
