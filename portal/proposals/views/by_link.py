"""The candidate's pages: no account, one thing a page, large text, in the candidate's own language.

Whoever holds the link sees the profile without a name and the job; never a name, a phone number or a note.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import segno
from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts import links
from portal.accounts.models import Purpose, SignedLink
from portal.candidates import queries as candidates
from portal.candidates.models import ConsentHow, PersonalField
from portal.core.access import by_link
from portal.core.actors import Actor, Role
from portal.core.errors import LinkDead, Missing
from portal.core.i18n import Language, in_language
from portal.proposals import queries, service
from portal.proposals.asked import Question, question_of
from portal.proposals.forms import FieldsForm, PressForm, WishForm
from portal.proposals.models import Proposal
from portal.proposals.rules import shows_profile
from portal.proposals.states import ProposalState
from portal.proposals.views.blueprint import bp
from portal.proposals.views.reading_out import named, shown_of


def as_code(link: SignedLink) -> dict[str, Any]:
    """The address of a candidate's link and its QR code as a data address, for the coach's screen."""
    base = current_app.config["PORTAL"].base_url
    page = "proposals.consent" if link.purpose is Purpose.CONSENT else "proposals.my_consents"
    address = base + url_for(page, token=links.token_of(link))
    return {"address": address, "image": segno.make(address, error="m").svg_data_uri(scale=6, border=2)}


@dataclass(frozen=True)
class Visit:
    """Somebody came with a link: what it leads to, the candidate as an actor, and the language of the page."""

    token: str
    link: SignedLink
    proposal: Proposal
    actor: Actor
    code: Language


@contextmanager
def _opened(token: str, purpose: Purpose) -> Iterator[Visit]:
    """The proposal behind a link, with all that is inside in the candidate's language."""
    link = links.find(token, purpose)
    try:
        proposal = queries.load(link.subject_id)
    except Missing as error:
        raise LinkDead("") from error
    code = _language_of(proposal)
    with in_language(code):
        yield Visit(token, link, proposal, Actor(Role.CANDIDATE, candidate_id=proposal.candidate_id), code)


def _language_of(proposal: Proposal) -> Language:
    """The candidate's own language, unless this visit chose another one."""
    chosen = request.args.get("lang", "")
    if chosen in set(Language):
        return Language(chosen)
    return candidates.language_of(proposal.candidate_id)


def _question(visit: Visit) -> Question | None:
    return question_of(visit.link, visit.proposal, visit.code)


def _consent_page(visit: Visit, form: Any = None, status: int = 200, *, changed: bool = False) -> tuple[str, int]:
    """The question, or that it is over. ``changed``: something has become another since the page was opened."""
    asked = _question(visit)
    if asked is None:
        return render_template("proposals/consent_over.html", coach=visit.proposal.coach, lang=visit.code), 410
    if form is None:
        form = FieldsForm(formdata=None)
    if isinstance(form, FieldsForm):
        form.offer(asked.offered)
    page = render_template(
        "proposals/consent.html",
        token=visit.token,
        by_link=True,
        changed=changed,
        form=form,
        lang=visit.code,
        coach=visit.proposal.coach,
        **shown_of(asked, visit.proposal.opening),
    )
    return page, status


@bp.get("/consent/<token>")
@by_link
def consent(token: str) -> ResponseReturnValue:
    """Who asks, for which job where, exactly what they would see, until when, and the three answers."""
    with _opened(token, Purpose.CONSENT) as visit:
        return _consent_page(visit)


@bp.post("/consent/<token>")
@by_link
def answer(token: str) -> ResponseReturnValue:
    """The press: yes or no. A yes is for what its page showed and for nothing else."""
    with _opened(token, Purpose.CONSENT) as visit:
        asked = _question(visit)
        said = request.form.get("answer", "")
        if asked is None or said not in ("yes", "no"):
            return _consent_page(visit, status=422)
        if said == "no":
            return _no(visit, asked.kind)
        if request.form.get("shown", "") != asked.shown:
            return _consent_page(visit, status=409, changed=True)
        return _yes(visit, asked)


def _no(visit: Visit, kind: str) -> ResponseReturnValue:
    if kind == "proposal":
        service.refuse(visit.actor, visit.proposal)
    elif kind == "again":
        service.withdraw(visit.actor, visit.proposal)
    else:
        service.refuse_disclosure(visit.actor, visit.proposal)
    return _done(visit, "no", kind)


def _yes(visit: Visit, asked: Question) -> ResponseReturnValue:
    actor, proposal = visit.actor, visit.proposal
    form = FieldsForm() if asked.kind == "details" else PressForm()
    given = service.HowGiven(how=ConsentHow.LINK, until=asked.until)
    with form.catching(fields="fields_told"):
        if asked.kind == "proposal":
            if why := service.agree_or_tell(actor, proposal, given, in_language=visit.code):
                return _done(visit, "stopped", asked.kind, why)
        elif asked.kind == "again":
            service.renew_consent(actor, proposal, given, in_language=visit.code)
        else:
            known = {one.value for one in PersonalField}
            fields = [PersonalField(value) for value in request.form.getlist("fields_told") if value in known]
            service.agree_disclosure(actor, proposal, fields, given, in_language=visit.code)
    if not form.is_clean:
        return _consent_page(visit, form, 422)
    return _done(visit, "yes", asked.kind)


def _done(visit: Visit, said: str, kind: str, why: str = "") -> str:
    """The page after the press. ``kind``: of the question. ``why``: a yes could not be taken."""
    coach = visit.proposal.coach
    return render_template("proposals/consent_done.html", said=said, kind=kind, why=why, coach=coach, lang=visit.code)


@bp.route("/consent/<token>/change", methods=["GET", "POST"])
@by_link
def change(token: str) -> ResponseReturnValue:
    """What should be changed; the coach reads it."""
    with _opened(token, Purpose.CONSENT) as visit:
        asked = _question(visit)
        if asked is None or asked.kind != "proposal":
            return _consent_page(visit)
        form = WishForm()
        if form.validate_on_submit():
            service.ask_change(visit.actor, visit.proposal, form.wish.data or "")
            return _done(visit, "change", "proposal")
        status = 422 if form.is_submitted() else 200
        return render_template(
            "proposals/consent_change.html", form=form, token=token, lang=visit.code, coach=visit.proposal.coach
        ), status


@bp.get("/my-consents/<token>")
@by_link
def my_consents(token: str) -> ResponseReturnValue:
    """What was agreed, and one press to take it back."""
    with _opened(token, Purpose.MY_CONSENTS) as visit:
        return _my_page(visit)


def _my_page(visit: Visit) -> str:
    proposal, told = visit.proposal, visit.proposal.disclosure_consent
    return render_template(
        "proposals/my_consents.html",
        token=visit.token,
        form=PressForm(),
        live=shows_profile(proposal),
        declined=proposal.state is ProposalState.DECLINED and bool(proposal.consent and proposal.consent.is_live()),
        hired=proposal.state is ProposalState.HIRED,
        consent=proposal.consent,
        people=[user.name for user in proposal.consent.contacts] if proposal.consent else [],
        told=named(told.fields) if told and told.is_live() else [],
        lang=visit.code,
        opening=proposal.opening,
        content=proposal.frozen_profile.content if proposal.frozen_profile else None,
        coach=proposal.coach,
    )


@bp.post("/my-consents/<token>")
@by_link
def take_back(token: str) -> ResponseReturnValue:
    """The press: everything of the candidate leaves the employer's pages at once."""
    with _opened(token, Purpose.MY_CONSENTS) as visit:
        service.take_consent_back(visit.actor, visit.proposal)
        return _done(visit, "withdrawn", "proposal")
