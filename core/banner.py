"""What a person at the terminal reads once the site answers."""

from __future__ import annotations

import io

import segno

# CONTRACT, "Demo sign-ins".
DEMO_SIGN_INS = (
    ("participant@example.org", "exercise arm, study week 7"),
    ("control@example.org", "control arm, study week 7"),
    ("newcomer@example.org", "invited, has signed nothing"),
    ("instructor@example.org", "instructor"),
    ("rater@example.org", "blinded rater"),
    ("rater-two@example.org", "second rater of the first site"),
    ("clinician@example.org", "clinician"),
    ("coordinator@example.org", "coordinator"),
    ("monitor@example.org", "monitor"),
    ("statistician@example.org", "statistician"),
    ("admin@example.org", "administrator"),
)


def served(port: int) -> str:
    """For a real site: one line."""
    return f"Serving on http://localhost:{port}/ until you press Ctrl-C."


def demo(port: int, password: str, lan_address: str | None) -> str:
    """For the demo: addresses, sign-ins, and a code for the phone's camera."""
    people = "\n".join(f"    {email:<26} {what}" for email, what in DEMO_SIGN_INS)
    return (
        f"\nThe demonstration runs. Nobody in it is real.\n\n"
        f"  On this machine   http://localhost:{port}/\n"
        f"{_phone(port, lan_address)}\n"
        f"  Password of all   {password}\n{people}\n\n"
        f"  Ctrl-C stops it; what was logged stays.\n"
    )


def _phone(port: int, address: str | None) -> str:
    if address is None:
        return ""
    link = f"http://{address}:{port}/"
    code = io.StringIO()
    segno.make(link, micro=False).terminal(code, compact=True, border=2)
    return (
        f"  On a phone here   {link}\n"
        f"  (logging without a connection needs HTTPS, so on a phone it works online only)\n\n"
        f"{code.getvalue()}"
    )
