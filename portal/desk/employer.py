"""The employer's first page: what waits, the own needs, the own people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask import render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from portal.core import clock
from portal.core.access import allow, current_actor
from portal.core.actors import Actor, Role
from portal.desk.blueprint import bp
from portal.employers import queries as employers
from portal.openings import queries as openings
from portal.openings.states import OPENINGS
from portal.placements import pulse_queries as pulses
from portal.placements import queries as placements
from portal.placements.models import Placement, Pulse
from portal.placements.states import PlacementState
from portal.proposals import queries as proposals
from portal.proposals.models import Proposal
from portal.proposals.turns import Step

NEEDS_SHOWN = 8


@dataclass(frozen=True)
class Waits:
    """One thing that waits for the reader: what, about which need, since when, and where to do it."""

    what: Markup
    title: str
    language: str
    since: datetime
    url: str


@dataclass(frozen=True)
class Person:
    """Somebody hired, as the employer's side knows it: the job, the next contact, whom to call."""

    placement: Placement
    alias: str
    next_contact: date | None
    coach_name: str
    coach_phone: str
    url: str
    ask_url: str


@bp.get("/start")
@allow(Role.EMPLOYER)
def employer() -> str:
    """What waits for me, my needs, my people."""
    actor = current_actor()
    organisation = employers.own(actor)
    needs = openings.of_employer(actor, organisation.id, live_only=True, limit=NEEDS_SHOWN)
    live, total = openings.counts(actor, organisation.id)
    return render_template(
        "desk/employer.html",
        employer=organisation,
        waits=_waiting(actor),
        needs=needs,
        more_needs=live - len(needs),
        has_openings=total > 0,
        candidates=proposals.sent_counts(need.id for need in needs),
        people=_people(actor),
        table_of=OPENINGS,
        today=clock.today(),
        actor=actor,
    )


def _waiting(actor: Actor) -> list[Waits]:
    """Proposals to answer, hires to confirm, questions, times to pick; the one that has waited longest first."""
    words = {
        Step.ANSWER: _("Candidate %(alias)s is proposed to you. Are you interested?"),
        Step.SUGGEST: _("Suggest times to meet candidate %(alias)s"),
        Step.PICK: _("Pick a time to meet candidate %(alias)s"),
        Step.SUGGEST_NEW: _("Suggest new times to meet candidate %(alias)s"),
        Step.AGREE_ANEW: _("Suggest new times to meet candidate %(alias)s"),
        Step.DECIDE: _("Offer candidate %(alias)s the job, or say no"),
        Step.CONFIRM: _("Confirm the hire of candidate %(alias)s"),
    }
    found = [
        _waits(one, ahead.since, words.get(ahead.step, _("Go on with candidate %(alias)s")))
        for one, ahead in proposals.waiting_for(actor)
    ]
    found += [_pulse(one) for one in pulses.waiting(actor)]
    return sorted(found, key=lambda each: (clock.local(each.since).date(), each.url))  # no order finer than the day


def _pulse(pulse: Pulse) -> Waits:
    placement = pulse.placement
    opening = placement.proposal.opening if placement.proposal is not None else None
    alias = placement.proposal.alias.alias if placement.proposal is not None else ""
    return Waits(
        what=escape(_("Three short questions about candidate %(alias)s")) % {"alias": _unbroken(alias)},
        title=placement.title,
        language=opening.language if opening is not None else "",
        since=clock.at_local(pulse.asked_on or pulse.due_on),
        url=url_for("pulses.show", public_id=placement.public_id, pulse_id=pulse.public_id),
    )


def _unbroken(alias: str) -> Markup:
    """An alias is read as one word: no line ends at its hyphen."""
    return Markup('<span class="nowrap">%s</span>') % alias


def _waits(proposal: Proposal, since: datetime, words: str) -> Waits:
    return Waits(
        what=escape(words) % {"alias": _unbroken(proposal.alias.alias)},
        title=proposal.opening.title,
        language=proposal.opening.language,
        since=since,
        url=url_for("proposals.show", public_id=proposal.public_id),
    )


def _people(actor: Actor) -> list[Person]:
    page = placements.placements(actor, state=PlacementState.ACTIVE)
    coming = placements.next_contacts(actor, [each.id for each in page.items])
    return [_person(each, coming.get(each.id)) for each in page.items]


def _person(placement: Placement, next_contact: date | None) -> Person:
    coach = placements.coach_of(placement)
    alias = placement.proposal.alias.alias if placement.proposal is not None else ""
    return Person(
        placement=placement,
        alias=_("Candidate %(alias)s", alias=alias) if alias else "",
        next_contact=next_contact,
        coach_name=coach.name,
        coach_phone=coach.phone,
        url=url_for("placements.show", public_id=placement.public_id),
        ask_url=url_for("placements.ask", public_id=placement.public_id),
    )
