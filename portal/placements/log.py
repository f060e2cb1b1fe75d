"""What a coach writes down of a support contact, and what somebody answers to the three questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portal.employers.models import Channel
from portal.placements.models import Mood


@dataclass(frozen=True, kw_only=True)
class Log:
    """How a contact went. ``minutes`` is how long it took; ``employer_note`` the employer reads, the rest never."""

    done_on: date
    channel: Channel
    mood: Mood
    with_whom: str = ""
    place: str = ""
    minutes: int | None = None
    next_step: str = ""
    team_note: str = ""
    employer_note: str = ""
    words_read: str = ""  # tokens of the doubtful words in the employer's note that the coach has looked at


@dataclass(frozen=True, kw_only=True)
class Answers:
    """How the tasks go, how it goes with the people, how the hours fit; perhaps a line of the answerer's own."""

    tasks: Mood
    people: Mood
    hours: Mood
    line: str = ""
