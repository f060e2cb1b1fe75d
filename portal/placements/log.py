"""What a coach writes down of a support contact."""

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
