"""One fault for each rule of the protocol files, by subject."""

from tests.protocol.broken.faults import Fault
from tests.protocol.broken.people import PEOPLE
from tests.protocol.broken.questionnaire import INSTRUMENT_FAULTS, SCORE_ONLY_FAULTS
from tests.protocol.broken.reading import READING
from tests.protocol.broken.safety import SAFETY
from tests.protocol.broken.sessions import SESSIONS
from tests.protocol.broken.visits import VISITS

STUDY_FAULTS = READING + PEOPLE + SESSIONS + VISITS + SAFETY

__all__ = ["INSTRUMENT_FAULTS", "READING", "SCORE_ONLY_FAULTS", "STUDY_FAULTS", "Fault"]
