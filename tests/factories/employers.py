"""Employers, their people and their sites."""

from __future__ import annotations

import itertools
from typing import Any

from portal.accounts.models import User
from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db
from portal.core.i18n import Language
from portal.employers.models import Employer, EmployerContact, Membership, Workplace
from portal.employers.rules import TERMS_VERSION
from portal.employers.states import Verification
from tests.factories import accounts

_numbers = itertools.count(1)
KOKKOLA = "272"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2)


def business_id(number: int | None = None) -> str:
    """A Business ID with a right check digit; each call another one unless a number is given."""
    while True:
        stem = f"{2_000_000 + (number if number is not None else next(_numbers)):07d}"
        rest = sum(int(sign) * weight for sign, weight in zip(stem, _WEIGHTS, strict=True)) % 11
        if rest != 1:
            return f"{stem}-{(11 - rest) % 11}"
        if number is not None:
            raise ValueError(f"no check digit exists for {stem}")


def employer(**values: Any) -> Employer:
    """A verified employer in Kokkola."""
    verified = values.get("verification", Verification.VERIFIED) is Verification.VERIFIED
    row = Employer(
        **{
            "name": f"Firma {next(_numbers)}",
            "business_id": business_id(),
            "municipality": KOKKOLA,
            "language": Language.SV,
            "verification": Verification.VERIFIED,
            "verified_at": clock.now() if verified else None,
            **values,
        }
    )
    db.session.add(row)
    db.session.flush()
    return row


def membership(user: User, employer: Employer, *, manages: bool = True) -> Membership:
    """A user's place at an employer."""
    row = Membership(user=user, employer=employer, manages=manages, terms_version=TERMS_VERSION)
    db.session.add(row)
    db.session.flush()
    return row


def employer_user(at: Employer | None = None, *, manages: bool = True, **values: Any) -> User:
    """A user of an employer, of a new verified one when none is given."""
    user = accounts.user(Role.EMPLOYER, **values)
    membership(user, at or employer(), manages=manages)
    return user


def workplace(employer: Employer, **values: Any) -> Workplace:
    """A site of an employer in Kokkola."""
    row = Workplace(**{"employer": employer, "name": f"Plats {next(_numbers)}", "municipality": KOKKOLA, **values})
    db.session.add(row)
    db.session.flush()
    return row


def contact(employer: Employer, coach: User, **values: Any) -> EmployerContact:
    """A logged visit of today."""
    row = EmployerContact(**{"employer": employer, "coach": coach, "on_day": clock.today(), **values})
    db.session.add(row)
    db.session.flush()
    return row
