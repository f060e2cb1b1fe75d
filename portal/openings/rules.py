"""Who may do what to a recruitment need, and what must hold before it is posted. Pure: nothing is looked up here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection

from flask_babel import gettext as _

from portal.core import clock
from portal.core.actors import Actor, Role
from portal.core.states import Transition
from portal.employers.states import Verification
from portal.openings.models import Opening
from portal.openings.states import OPENINGS, OpeningState

# While it can still be edited. What has ended is copied instead, so that its history stays what it was.
EDITABLE = frozenset({OpeningState.DRAFT, OpeningState.OPEN, OpeningState.PAUSED})
ENDED = frozenset({OpeningState.FILLED, OpeningState.CLOSED, OpeningState.EXPIRED})

Guard = Callable[[Opening, Actor], str | None]


def may_register_for(actor: Actor, employer_id: int) -> bool:
    """An employer's user registers for the own organisation; coaches and team leaders for any."""
    return actor.is_staff or (actor.is_employer and actor.employer_id == employer_id)


def may_change(actor: Actor, opening: Opening) -> bool:
    """Whether this actor's role and organisation let it touch the need at all; the state is another question."""
    return may_register_for(actor, opening.employer_id)


def may_edit(actor: Actor, opening: Opening) -> bool:
    """Whether the need may be edited now by this actor."""
    return may_change(actor, opening) and opening.state in EDITABLE


def may_propose(actor: Actor, opening: Opening) -> bool:
    """Whether this actor may propose candidates for the need now: coaches, for open needs of verified employers."""
    return (
        actor.role is Role.COACH
        and opening.state is OpeningState.OPEN
        and opening.employer.verification is Verification.VERIFIED
    )


def actions(actor: Actor, opening: Opening) -> list[Transition[OpeningState]]:
    """The rows of the table that this actor may press now and whose guards hold (``employer`` must be loaded).

    "Post" is offered while the employer waits for verification too: the need is then put in line.
    """
    if not may_change(actor, opening):
        return []
    offered = []
    for row in OPENINGS.open_to(opening.state, actor.role):
        guards = [name for name in row.guards if not (row.verb == "post" and name == "employer_is_verified")]
        if row.verb == "post" and (opening.wants_posting or _turned_away(opening)):
            continue
        if all(GUARDS[name](opening, actor) is None for name in guards):
            offered.append(row)
    return offered


def missing(adaptations: Collection[object], paid_work: bool) -> list[tuple[str, str]]:
    """What must still be said before a need can be posted: (field, sentence) pairs, in the form's order."""
    found = []
    if not adaptations:
        found.append(("adaptations", _("Say what the workplace can adapt, or tick “Nothing just now”.")))
    if not paid_work:
        found.append(
            (
                "paid_work",
                _(
                    "The service is for ordinary paid jobs. Work without pay, trials and practice cannot be posted "
                    "here. Tick the box when the job is paid by its collective agreement or the going wage."
                ),
            )
        )
    return found


def _missing_of(field: str, opening: Opening) -> str | None:
    return next((sentence for name, sentence in missing(opening.adaptations, opening.paid_work) if name == field), None)


def _turned_away(opening: Opening) -> bool:
    return opening.employer.verification in (Verification.REJECTED, Verification.SUSPENDED)


def employer_is_verified(opening: Opening, _actor: Actor) -> str | None:
    """Guard: the team has verified the organisation. Needs ``opening.employer`` loaded."""
    if opening.employer.verification is Verification.VERIFIED:
        return None
    if _turned_away(opening):
        return str(_("The organisation is not verified, so its needs cannot be open. Call the team to sort it out."))
    return str(_("The team has not verified the organisation yet. The need opens as soon as it has."))


def is_complete(opening: Opening, _actor: Actor) -> str | None:
    """Guard: everything that the form requires is there; most of it the database requires already."""
    return _missing_of("adaptations", opening)


def is_paid_work(opening: Opening, _actor: Actor) -> str | None:
    """Guard: the employer confirms that the job is paid by its collective agreement or the going wage."""
    return _missing_of("paid_work", opening)


def last_day_not_passed(opening: Opening, _actor: Actor) -> str | None:
    """Guard: there is still time to answer."""
    if opening.last_day is None or opening.last_day >= clock.today():
        return None
    return str(_("The last day to answer has passed. Edit the need and set a later day first."))


GUARDS: dict[str, Guard] = {
    "employer_is_verified": employer_is_verified,
    "is_complete": is_complete,
    "is_paid_work": is_paid_work,
    "last_day_not_passed": last_day_not_passed,
}


def terms_digest(opening: Opening) -> str:
    """SHA-256 of what a candidate's consent leans on: where, how many hours, what pay, and who reads the profile.

    A site that moves is another workplace, whatever need names it; its name may change.

    :param opening: with ``contacts`` and ``workplace`` loaded.
    :returns: 64 hexadecimal digits; equal terms give equal digests on every machine.
    """
    site = opening.workplace
    terms = {
        "workplace": [site.id, site.street, site.municipality] if site is not None else None,
        "municipality": opening.municipality,
        "hours": [opening.hours_min, opening.hours_max],
        "pay": opening.pay,
        "contacts": sorted(user.id for user in opening.contacts),
    }
    return hashlib.sha256(json.dumps(terms, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
