"""Who has looked at whom: the team's log for its leader, and the whole of it, without names, for the administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, or_, select

from portal.accounts.models import User
from portal.audit import queries as audit
from portal.audit.models import AccessLogEntry
from portal.candidates import queries as candidates
from portal.candidates.log_words import page_words, right_words
from portal.candidates.models import Candidate
from portal.core import clock
from portal.core.access import allow, current_actor
from portal.core.actors import ROLE_NAMES, Actor, Role
from portal.core.db import db
from portal.core.errors import Missing
from portal.core.paging import Page, page_number, paged
from portal.desk.blueprint import bp

HERE = "desk.team_log"
DAYS = (1, 7, 30, 365)
DAYS_AT_FIRST = 30


@dataclass(frozen=True)
class Filters:
    """What the address narrows the log to."""

    person: User | None
    candidate: Candidate | None
    days: int
    readings: bool  # with the looks that reading this log is itself


@dataclass(frozen=True)
class Row:
    """One showing as the page says it. ``whom`` is a name for the leader, an opaque id for the administrator."""

    at: datetime
    who: str
    role: str
    whom: str
    what: str
    why: str
    only_who: str | None
    only_whom: str | None


@bp.get("/team/log")
@allow(Role.TEAM_LEADER, logs_access=True)
def team_log() -> str:
    """Who of the team has looked at whom, and who else has looked at the team's candidates."""
    actor = current_actor()
    chosen = _filters()
    page = paged(_narrowed(_of_team(actor), chosen), page_number())
    ids = [row.candidate_id for row in page.items] + ([chosen.candidate.id] if chosen.candidate else [])
    return _page(page, chosen, candidates.names(actor, ids, HERE), _("A candidate of another team"))


@bp.get("/log")
@allow(Role.ADMINISTRATOR)
def access_log() -> str:
    """Everybody's looks, with ids that say nothing of who a candidate is."""
    chosen = _filters()
    page = paged(_narrowed(audit.shown_to_anyone(), chosen), page_number())
    return _page(page, chosen, {}, "")


def _of_team(actor: Actor) -> Select[tuple[AccessLogEntry]]:
    """Looks at the team's candidates, whoever looked, and looks of the team's people, at whomever."""
    own_candidates = select(Candidate.id).where(Candidate.team_id == actor.team_id)
    own_people = select(User.id).where(User.team_id == actor.team_id)
    return audit.shown_to_anyone().where(
        or_(AccessLogEntry.candidate_id.in_(own_candidates), AccessLogEntry.viewer_id.in_(own_people))
    )


def _narrowed(query: Select[tuple[AccessLogEntry]], chosen: Filters) -> Select[tuple[AccessLogEntry]]:
    if chosen.person is not None:
        query = query.where(AccessLogEntry.viewer_id == chosen.person.id)
    if chosen.candidate is not None:
        query = query.where(AccessLogEntry.candidate_id == chosen.candidate.id)
    if chosen.days:
        query = query.where(AccessLogEntry.at >= clock.now() - timedelta(days=chosen.days))
    if not chosen.readings:
        query = query.where(AccessLogEntry.what != HERE)
    return query.order_by(AccessLogEntry.at.desc(), AccessLogEntry.id.desc())


def _filters() -> Filters:
    """What the address says. :raises Missing: for a person or a candidate who is not there, or no number of days."""
    days = request.args.get("days", str(DAYS_AT_FIRST))
    if days not in {str(one) for one in (0, *DAYS)}:
        raise Missing
    return Filters(
        person=_named(User, request.args.get("person", "")),
        candidate=_named(Candidate, request.args.get("candidate", "")),
        days=int(days),
        readings=request.args.get("readings") == "1",
    )


def _named(model: Any, public_id: str) -> Any:
    if not public_id:
        return None
    found = db.session.scalar(_seen(model).where(model.public_id == public_id))
    if found is None:
        raise Missing
    return found


def _seen(model: Any) -> Select[Any]:
    """Whom a filter may name: for a leader the team's own candidates, so that a foreign one is as absent as none."""
    actor = current_actor()
    if model is Candidate and actor.role is Role.TEAM_LEADER:
        return select(Candidate).where(Candidate.team_id == actor.team_id)
    return select(model)


def _page(page: Page[AccessLogEntry], chosen: Filters, names: dict[int, str], unnamed: str) -> str:
    viewers = {row.viewer_id for row in page.items if row.viewer_id is not None}
    people = {one.id: one for one in db.session.scalars(select(User).where(User.id.in_(viewers)).order_by(User.id))}
    whom = {row.candidate_id for row in page.items}
    ids = select(Candidate.id, Candidate.public_id).where(Candidate.id.in_(whom)).order_by(Candidate.id)
    known = {one.id: one.public_id for one in db.session.execute(ids)}
    rows = [
        _row(row, people.get(row.viewer_id or 0), known.get(row.candidate_id), names, unnamed) for row in page.items
    ]
    return render_template(
        "desk/log.html",
        page=page,
        rows=rows,
        chips=_chips(chosen, names),
        chosen=chosen,
        days=[(0, _("All")), *((one, ngettext("%(num)d day", "%(num)d days", one)) for one in DAYS)],
        is_leader=request.endpoint == HERE,
        here=url_for(request.endpoint or ""),
    )


def _row(row: AccessLogEntry, person: User | None, public_id: str | None, names: dict[int, str], unnamed: str) -> Row:
    name = names.get(row.candidate_id, unnamed or (public_id or "")[:8] or _("erased"))
    linked = public_id if public_id and (row.candidate_id in names or not unnamed) else None
    return Row(
        at=row.at,
        who=person.name if person else str(ROLE_NAMES[row.viewer_role]),
        role=str(ROLE_NAMES[row.viewer_role]),
        whom=name,
        what=page_words(row.what),
        why=right_words(row.why),
        only_who=_with(person=person.public_id) if person else None,
        only_whom=_with(candidate=linked) if linked else None,
    )


def _with(**changed: str | None) -> str:
    """The address of this list with these filters changed, from its first page on."""
    kept: dict[str, Any] = {key: value for key, value in request.args.items() if key != "page" and value}
    return url_for(request.endpoint or "", **{**kept, **changed})


def _chips(chosen: Filters, names: dict[int, str]) -> list[tuple[str, str]]:
    found = []
    if chosen.person is not None:
        found.append((chosen.person.name, _with(person=None)))
    if chosen.candidate is not None:
        found.append((names.get(chosen.candidate.id, chosen.candidate.public_id[:8]), _with(candidate=None)))
    if chosen.readings:
        found.append((_("With looks at this log"), _with(readings=None)))
    return found
