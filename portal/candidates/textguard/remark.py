"""What the guard points at, and the words with which it says why."""

from __future__ import annotations

import enum
from collections.abc import Iterable

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal.core.guarding import Remark


class Finding(enum.StrEnum):
    """What a remark is about."""

    OWN_NAME = "own_name"
    OWN_DETAIL = "own_detail"
    OTHER_NAME = "other_name"
    IDENTITY_CODE = "identity_code"
    PHONE = "phone"
    MAIL = "mail"
    WEB = "web"
    ADDRESS = "address"
    DIAGNOSIS_CODE = "diagnosis_code"
    HEALTH = "health"
    CARE = "care"
    MEDICATION = "medication"
    UNIT = "unit"


# A colleague's caseload is not the writer's to know, so the words about others' names do not say whose they are.
_WHY: dict[Finding, LazyString] = {
    Finding.OWN_NAME: _l("This is the candidate's own name."),
    Finding.OWN_DETAIL: _l("This is of the candidate's own contact details."),
    Finding.OTHER_NAME: _l("This looks like the name of a person."),
    Finding.IDENTITY_CODE: _l("This looks like a personal identity code."),
    Finding.PHONE: _l("This looks like a phone number."),
    Finding.MAIL: _l("This looks like a mail address or the name of an account."),
    Finding.WEB: _l("This looks like a web address."),
    Finding.ADDRESS: _l("This looks like a street address."),
    Finding.DIAGNOSIS_CODE: _l("This looks like the code of a diagnosis."),
    Finding.HEALTH: _l("This speaks of health or illness, which no employer is told."),
    Finding.CARE: _l("This speaks of care or rehabilitation, which no employer is told."),
    Finding.MEDICATION: _l("This speaks of medication, which no employer is told."),
    Finding.UNIT: _l("This names a service of care, which no employer is told."),
}
_WHY_DOUBTFUL: dict[Finding, LazyString] = {
    Finding.OWN_NAME: _l("This may be the candidate's own name. Leave it if you mean the word."),
    Finding.OTHER_NAME: _l("This may be the name of a person. Leave it if you mean the word, or somebody at the job."),
    Finding.DIAGNOSIS_CODE: _l("This may be the code of a diagnosis. Leave it if it is none."),
    Finding.MAIL: _l("This may be a mail address. Leave it if it is none."),
    Finding.HEALTH: _l("This may speak of health or care. Leave it if it belongs to the job."),
}


def remark(text: str, start: int, end: int, finding: Finding, *, blocks: bool = True) -> Remark:
    """A remark on ``text[start:end]``."""
    return Remark(start, end, text[start:end], why(finding, blocks=blocks), blocks, finding)


def why(finding: Finding, *, blocks: bool) -> LazyString:
    """The sentence that says why something stands out."""
    return _WHY[finding] if blocks else _WHY_DOUBTFUL.get(finding, _WHY[finding])


def without_overlaps(found: Iterable[Remark]) -> list[Remark]:
    """One remark a place, in the order of the text: what blocks goes before what asks, then the longer."""
    kept: list[Remark] = []
    for one in sorted(found, key=lambda each: (not each.blocks, each.start - each.end, each.start)):
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)
