"""Load the demonstration's county into an empty database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from portal.accounts import links
from portal.accounts.models import Purpose, Team, User
from portal.candidates.models import Candidate
from portal.core import clock
from portal.core.db import db
from portal.demo.loader_candidates import candidates
from portal.demo.loader_county import County
from portal.demo.loader_days import Days
from portal.demo.loader_employers import contact_log, doors, employers
from portal.demo.loader_hires import hires
from portal.demo.loader_openings import openings
from portal.demo.loader_people import staff
from portal.demo.loader_pulses import questions
from portal.demo.loader_stories import stories
from portal.demo.loader_support import requests, what_is_due
from portal.employers.models import Employer
from portal.proposals import mails, queries
from portal.proposals.states import ProposalState


@dataclass(frozen=True)
class Loaded:
    """How much was loaded; all nought when the database was not empty."""

    employers: int = 0
    openings: int = 0
    candidates: int = 0
    hires: int = 0
    proposals: int = 0

    def __str__(self) -> str:
        if not self.candidates:
            return "The database holds data already; nothing was loaded."
        return (
            f"Loaded the demonstration: {self.employers} employers, {self.openings} needs, {self.candidates} "
            f"candidates, {self.proposals} proposals and {self.hires} hires."
        )


def load(now: datetime | None = None) -> Loaded:
    """Load the demonstration when the database holds nobody; otherwise change nothing. The caller commits.

    :param now: the instant that every day counts from; the present one by default.
    """
    if not _is_empty():
        return Loaded()
    county = staff(Days(now or clock.now()))
    _fill(county)
    return Loaded(
        employers=len(county.employers),
        openings=len(county.openings),
        candidates=len(county.candidates),
        hires=len(county.placements),
        proposals=len(county.proposals),
    )


def _fill(county: County) -> None:
    employers(county)
    openings(county)
    candidates(county)
    hires(county)
    stories(county)
    what_is_due(county)
    requests(county)
    questions(county)
    contact_log(county)
    doors(county)
    db.session.flush()
    county.journal.write()
    _ask(county)


def _ask(county: County) -> None:
    """Whoever has not answered yet is asked now: the links work, on the coach's screen and from the mailbox."""
    for proposal in county.proposals:
        if proposal.state is ProposalState.PROPOSED:
            mails.proposal_waits(queries.load(proposal.id))
        if proposal.state is ProposalState.AWAITING_CONSENT and proposal.answer_by is not None:
            answered_by = clock.at_local(proposal.answer_by + timedelta(days=1))
            link = links.issue(Purpose.CONSENT, proposal.id, answered_by - clock.now())
            mails.consent_request(proposal, link)


def _is_empty() -> bool:
    models = (Team, User, Employer, Candidate)
    return not any(db.session.scalar(select(func.count()).select_from(model)) for model in models)
