"""What happens to people in the demo, in their words and as a clinician judges it (clinical notes
4.3). Pure. Terms are those of MedDRA as a study would write them; the dictionary is not shipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from exdep_site.demo.people import CONTROL, EXERCISE
from safety.models import AdverseEvent

DICTIONARY = "MedDRA 26.1"
Related = AdverseEvent.Related
Action = AdverseEvent.Action
Outcome = AdverseEvent.Outcome


@dataclass(frozen=True)
class Story:
    """One event. `began` and `ended` count days from the day it was told: −4 is four days before.

    `related` to the exercise, and what was done with the exercise (`action`), are of those who are
    asked to exercise; of the others both are none.
    """

    told: str
    term: str
    began: int
    ended: int
    grade: int = 1
    related: Related = Related.UNLIKELY
    action: Action = Action.NONE
    expected: bool = False
    serious: tuple[str, ...] = ()
    narrative: str = ""
    later: str = ""  # what was learnt once it was over


ILL = (
    Story("A cold for a few days, over now.", "Nasopharyngitis", -5, -1, related=Related.NONE,
          narrative="Runny nose and a sore throat, no fever. Nothing was taken for it."),
    Story("A headache for two days, gone again.", "Headache", -3, -1,
          narrative="Tension-type by the description. Paracetamol 500 mg, twice."),
    Story("An upset stomach for a day.", "Dyspepsia", -2, -1, related=Related.NONE,
          narrative="After a meal out; others at the table had it too."),
)  # fmt: skip
ACHES = (
    Story("My knee hurts on the stairs.", "Arthralgia", -6, 9, related=Related.POSSIBLE,
          action=Action.REDUCED, expected=True,
          narrative="Right knee, no swelling, moves freely. Cold packs; to be seen in a week."),
    Story("My lower back aches when I sit for long.", "Back pain", -8, 12, related=Related.POSSIBLE,
          action=Action.REDUCED, expected=True,
          narrative="No pain down the leg, no numbness. Advised to get up every half hour."),
    Story("Dizzy when I get up in the morning.", "Dizziness postural", -4, 6,
          narrative="Blood pressure lying 118/74, standing 104/70. To drink more, to rise slowly."),
)  # fmt: skip
# What staff were told in between, with the arm it was told of.
TOLD: tuple[tuple[str, Story], ...] = (
    (EXERCISE, Story(
        "Knee pain after jogging, had to walk home.", "Arthralgia", -1, 10, grade=2,
        related=Related.PROBABLE, action=Action.PAUSED, expected=True,
        narrative="Left knee, sore below the kneecap. Rest, then walking before jogging again.",
    )),
    (CONTROL, Story(
        "Slipped on wet steps at the metro and bruised a hip.", "Fall", 0, 8,
        narrative="Bruise of the right hip, walks without help. No X-ray was needed.",
    )),
    (CONTROL, Story(
        "A migraine, two days off work.", "Migraine", -2, 0, grade=2,
        narrative="Known since school; the third this year. Took what the doctor prescribes.",
    )),
)  # fmt: skip
# Red flags of the log that were long seen to, by symptom.
FAINTED = Story(
    "", "Syncope", 0, 1, grade=3, related=Related.POSSIBLE, action=Action.PAUSED,
    serious=("hospitalisation",),
    narrative="Fainted briefly at the end of a session. Brought to hospital, kept overnight on a "
              "monitor.",
    later="Discharged the next day: ECG and blood tests normal, too little drunk that day.",
)  # fmt: skip
BREATHLESS = Story(
    "", "Dyspnoea exertional", 0, 0, related=Related.PROBABLE, action=Action.REDUCED,
    expected=True, narrative="Went uphill too fast; gone after ten minutes of sitting.",
)  # fmt: skip
LOGGED = {"fainting": FAINTED, "severe_breathlessness": BREATHLESS}
# What is told by the same open question and is none: with a clinician's reason.
MEDICINE = "Mirtazapine 15 mg in the evening, from my doctor."
THERAPY = "I began to see a counsellor at work."
NO_EVENT = {
    MEDICINE: "A new medicine and no complaint: noted with the medicines.",
    THERAPY: "Help from elsewhere and no complaint: noted as a deviation.",
}
BY_WORDS = {story.told: story for story in (*ILL, *ACHES)}


def judged(story: Story, *, arm: str, told: date, on: date) -> dict[str, Any]:
    """The fields of an assessment made on the date `on` of what was told on the date `told`."""
    ended = told + timedelta(days=story.ended)
    over, exercises = ended <= on, arm == EXERCISE
    return {
        "term": story.term,
        "term_version": DICTIONARY,
        "started_on": told + timedelta(days=story.began),
        "ended_on": ended if over else None,
        "grade": story.grade,
        "serious": list(story.serious),
        "related_exercise": story.related if exercises else Related.NONE,
        "related_procedure": Related.NONE,
        "expected": story.expected,
        "action": story.action if exercises else Action.NONE,
        "outcome": Outcome.RECOVERED if over else Outcome.RECOVERING,
        "narrative": story.narrative,
    }
