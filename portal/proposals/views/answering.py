"""A contact person of the employer answers from the mail, without signing in: one page, one press.

The link is its reader's own, for one proposal, and lives while the very answer waits that it was mailed for. The page
shows the profile as it was frozen and the days of a meeting or a hire; never an identity, a message, a note, a place or
a pay: whoever gets the mail passed on sees the page too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import links
from portal.accounts.models import Purpose
from portal.core.access import by_link
from portal.core.app import begin_again
from portal.core.errors import LinkDead, Missing
from portal.employers import by_link as employers
from portal.employers.models import CHANNEL_NAMES
from portal.proposals import actions, interviews, page, queries, service, waiting
from portal.proposals.compare import compare
from portal.proposals.forms import DeclineForm, PickForm, PressForm
from portal.proposals.models import Proposal
from portal.proposals.rules import shows_profile
from portal.proposals.states import PROPOSALS
from portal.proposals.steps import STEPS
from portal.proposals.views.blueprint import bp
from portal.proposals.views.showing import pick_form, picked
from portal.proposals.waiting import VERBS, Waits
from portal.proposals.wording import state_for

UNDO = "undo_decline"


@dataclass(frozen=True)
class Visit:
    """Somebody came with an answer link: who is meant, the proposal, and what waits that this link can answer."""

    token: str
    reader: employers.Reader
    proposal: Proposal
    waits: Waits | None


@contextmanager
def _opened(token: str) -> Iterator[Visit]:
    """What a link leads to. :raises LinkDead: when its reader may see nothing of the proposal any more."""
    with employers.opened(token, Purpose.ANSWER) as reader:
        try:
            proposal = queries.get_by_id(reader.actor, reader.link.subject_id)
        except Missing as error:
            raise LinkDead(employers.gone()) from error
        waits = waiting.waits_for_employer(proposal) if links.is_live(reader.link) else None
        yield Visit(token, reader, proposal, waits)


@bp.get("/answer/<token>")
@by_link
def answering(token: str) -> ResponseReturnValue:
    """What this is, the profile without a name, and what each press does; or how it stands when it was answered."""
    with _opened(token) as visit:
        return _page(visit) if visit.waits else _over(visit)


@bp.post("/answer/<token>/<verb>")
@by_link
def answer_by_link(token: str, verb: str) -> ResponseReturnValue:
    """The press. The services are those of a signed-in visit, with their guards, mails and audit events."""
    with _opened(token) as visit:
        if verb == UNDO and _may_undo(visit):
            return _undo(visit)
        if visit.waits is None:
            return _over(visit, 409)
        if verb not in VERBS[visit.waits]:
            return _page(visit), 409
        form = _form(visit, verb)
        if form.validate_on_submit():
            with form.catching():
                _take(visit, verb, form)
            if form.is_clean:
                links.mark_used(visit.reader.link)
                return redirect(url_for("proposals.answering", token=token))
    begin_again()
    with _opened(token) as visit:
        return _page(visit, **{verb: form}), 422


def _form(visit: Visit, verb: str) -> Any:
    asked = waiting.times_to_pick(visit.proposal) if visit.waits is Waits.TIMES else None
    return pick_form(asked) if asked is not None else STEPS[verb].form()


def _take(visit: Visit, verb: str, form: Any) -> None:
    actor, proposal = visit.reader.actor, visit.proposal
    asked = waiting.times_to_pick(proposal) if isinstance(form, PickForm) else None
    if asked is not None:
        interviews.pick_time(actor, proposal, asked, picked(form, asked))
    else:
        STEPS[verb].run(actor, proposal, form)


def _page(visit: Visit, **sent: Any) -> str:
    """The page that asks. ``sent``: the form that came back with mistakes, by its verb."""
    proposal = visit.proposal
    content = proposal.frozen_profile.content if shows_profile(proposal) and proposal.frozen_profile else None
    asked = waiting.times_to_pick(proposal) if visit.waits is Waits.TIMES else None
    return render_template(
        "proposals/answering.html",
        token=visit.token,
        proposal=proposal,
        waits=visit.waits.value if visit.waits else "",
        content=content if visit.waits is Waits.ANSWER else None,
        lines=compare(proposal.opening, content) if content else [],
        press=PressForm(formdata=None),
        decline=sent.get("decline") or DeclineForm(formdata=None),
        pick=sent.get("agree_interview") or (pick_form(asked) if asked else None),
        asked=asked,
        channel=CHANNEL_NAMES[asked.channel] if asked else "",
        hire=page.hire_facts(proposal, with_pay=False),
    )


def _over(visit: Visit, status: int = 410) -> tuple[str, int]:
    """How it stands: what this reader has answered and what is next, or that it waits for this link no more."""
    actor, proposal = visit.reader.actor, visit.proposal
    own = waiting.answered_with(visit.reader.link, actor, proposal)
    shown = render_template(
        "proposals/answered.html",
        token=visit.token,
        proposal=proposal,
        own=own,
        done=_done(own),
        given=waiting.answer_given(actor, proposal),
        waits=waiting.waits_for_employer(proposal) is not None,
        state=state_for(actor, proposal),
        tone=PROPOSALS.tones[proposal.state],
        may_undo=_may_undo(visit),
    )
    return shown, 200 if own and status == 410 else status


def _done(verb: str | None) -> str:
    """What happened, and what is next."""
    if verb == "agree_interview":
        return str(_("Agreed. Both sides are mailed, with a calendar file."))
    return str(STEPS[verb].done) if verb else ""


def _may_undo(visit: Visit) -> bool:
    """Whether this link has said no, and its reader can still take that back with it."""
    actor, proposal = visit.reader.actor, visit.proposal
    link = visit.reader.link
    if link.revoked_at is not None or waiting.answered_with(link, actor, proposal) != "decline":
        return False
    return any(one.verb == UNDO for one in actions.actions_for(actor, proposal, queries.next_for(proposal)))


def _undo(visit: Visit) -> ResponseReturnValue:
    """Take the no back, and go on with the same link."""
    service.undo_decline(visit.reader.actor, visit.proposal)
    links.renew(visit.reader.link)
    return redirect(url_for("proposals.answering", token=visit.token))
