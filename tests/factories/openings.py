"""Recruitment needs."""

from __future__ import annotations

import itertools
from typing import Any

from portal.accounts.models import User
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import Language
from portal.employers.models import Employer
from portal.openings.models import Adaptation, Opening
from portal.openings.states import OpeningState
from tests.factories import employers

_numbers = itertools.count(1)


def opening(at: Employer | None = None, *, contacts: list[User] | None = None, **values: Any) -> Opening:
    """An open need for a cook in Kokkola, of a verified employer with one contact person unless others are given.

    The one who posted it is the first contact person; ``created_by`` may name another.
    """
    employer = at or employers.employer()
    people = [employers.employer_user(employer)] if contacts is None else contacts
    created_by = values.pop("created_by", None) or (people[0] if people else employers.employer_user(employer))
    state = values.get("state", OpeningState.OPEN)
    row = Opening(
        **{
            "employer": employer,
            "contacts": people,
            "created_by_id": created_by.id,
            "state": state,
            "title": f"Kock {next(_numbers)}",
            "occupation": "cook",
            "municipality": employers.KOKKOLA,
            "hours_min": 20,
            "hours_max": 30,
            "adaptations": [Adaptation.WORKING_TIME],
            "paid_work": True,
            "language": Language.SV,
            "posted_at": None if state is OpeningState.DRAFT else clock.now(),
            **values,
        }
    )
    db.session.add(row)
    db.session.flush()
    return row


def draft(at: Employer | None = None, **values: Any) -> Opening:
    """A need that was saved and not posted."""
    return opening(at, **{"state": OpeningState.DRAFT, **values})
