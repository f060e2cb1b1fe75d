"""Words about work that a need and a profile share, so that the one can be set against the other."""

from __future__ import annotations

import enum

from flask_babel import lazy_gettext as _l


class Shift(enum.StrEnum):
    """When the work is done."""

    DAY = "day"
    EVENING = "evening"
    NIGHT = "night"
    WEEKEND = "weekend"


class Level(enum.StrEnum):
    """Language levels of the Common European Framework."""

    A1 = "A1"
    A2 = "A2"
    B1 = "B1"
    B2 = "B2"
    C1 = "C1"
    C2 = "C2"


SHIFT_NAMES = {
    Shift.DAY: _l("Day"),
    Shift.EVENING: _l("Evening"),
    Shift.NIGHT: _l("Night"),
    Shift.WEEKEND: _l("Weekend"),
}

# The classes that jobs ask for; Finland's driving licence act knows more.
LICENCE_NAMES = {
    "AM": _l("AM – moped, light quad"),
    "B": _l("B – car"),
    "BE": _l("BE – car with a trailer"),
    "C": _l("C – lorry"),
    "CE": _l("CE – lorry with a trailer"),
    "D": _l("D – bus"),
    "T": _l("T – tractor"),
}
