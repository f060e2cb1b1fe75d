"""The candidate's pages: no account, one thing a page, large text, in the candidate's own language.

Whoever holds the link sees the profile without a name and the job; never a name, a phone number or a note.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import segno
from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts import links
from portal.accounts.models import Purpose, SignedLink
from portal.candidates import consents
from portal.candidates import queries as candidates
from portal.candidates.models import PERSONAL_FIELD_NAMES, ConsentHow, ConsentKind, PersonalField
from portal.core.access import by_link
from portal.core.actors import Actor, Role
from portal.core.errors import LinkDead, Missing
from portal.core.i18n import Language, in_language
from portal.openings import reading
from portal.openings.content import of as content_of
from portal.proposals import page, queries, service
from portal.proposals.forms import FieldsForm, PressForm, WishForm
from portal.proposals.models import Proposal
from portal.proposals.rules import shows_profile
from portal.proposals.states import ProposalState
from portal.proposals.views.blueprint import bp


def as_code(link: SignedLink) -> dict[str, Any]:
    """The address of a consent link and its QR code as a data address, for the coach's screen."""
    base = current_app.config["PORTAL"].base_url
    address = base + url_for("proposals.consent", token=links.token_of(link))
    return {"address": address, "image": segno.make(address, error="m").svg_data_uri(scale=6, border=2)}


@contextmanager
def _opened(token: str, purpose: Purpose) -> Iterator[tuple[Proposal, Actor, Language]]:
    """The proposal behind a link, the candidate as an actor, and the candidate's language for all that is inside."""
    link = links.find(token, purpose)
    try:
        proposal = queries.load(link.subject_id)
    except Missing as error:
        raise LinkDead("") from error
    code = _language_of(proposal)
    with in_language(code):
        yield proposal, Actor(Role.CANDIDATE, candidate_id=proposal.candidate_id), code


def _language_of(proposal: Proposal) -> Language:
    """The candidate's own language, unless this visit chose another one."""
    chosen = request.args.get("lang", "")
    if chosen in set(Language):
        return Language(chosen)
    return candidates.language_of(proposal.candidate_id)


def _job(proposal: Proposal) -> dict[str, Any]:
    opening = proposal.opening
    return {
        "proposal": proposal,
        "opening": opening,
        "parts": reading.parts(content_of(opening), opening.workplace.name if opening.workplace else ""),
        "contacts": [user.name for user in opening.contacts if user.is_active],
        "content": proposal.frozen_profile.content if proposal.frozen_profile else None,
        "coach": proposal.coach,
    }


def _kind_of(proposal: Proposal) -> str:
    """What the link asks now: a proposal, details, the changed job, or nothing any more."""
    if proposal.state is ProposalState.AWAITING_CONSENT:
        return "proposal"
    if page.needs_new_yes(proposal):
        return "again"
    if proposal.state is ProposalState.INTERESTED:
        return "details"
    return "over"


def _consent_page(
    token: str, proposal: Proposal, code: Language, form: Any = None, status: int = 200
) -> tuple[str, int]:
    kind = _kind_of(proposal)
    if kind == "over":
        return render_template("proposals/consent_over.html", coach=proposal.coach, lang=code), 410
    which = ConsentKind.DISCLOSURE if kind == "details" else ConsentKind.PROPOSAL
    plan = candidates.plan_of(proposal.candidate_id)
    if form is None:
        form = FieldsForm(formdata=None)
    if isinstance(form, FieldsForm):
        form.offer(plan.fields)
    return (
        render_template(
            "proposals/consent.html",
            token=token,
            kind=kind,
            form=form,
            paragraphs=consents.text(which, code),
            lang=code,
            **_job(proposal),
        ),
        status,
    )


@bp.get("/consent/<token>")
@by_link
def consent(token: str) -> ResponseReturnValue:
    """Who asks, for which job where, exactly what they would see, and the three answers."""
    with _opened(token, Purpose.CONSENT) as (proposal, _actor, code):
        return _consent_page(token, proposal, code)


@bp.post("/consent/<token>")
@by_link
def answer(token: str) -> ResponseReturnValue:
    """The press: yes or no."""
    with _opened(token, Purpose.CONSENT) as (proposal, actor, code):
        kind = _kind_of(proposal)
        form = FieldsForm() if kind == "details" else PressForm()
        said = request.form.get("answer", "")
        if kind == "over" or said not in ("yes", "no"):
            return _consent_page(token, proposal, code, status=422)
        if said == "no":
            return _no(proposal, actor, kind, code)
        return _yes(token, proposal, actor, kind, code, form)


def _no(proposal: Proposal, actor: Actor, kind: str, code: Language) -> ResponseReturnValue:
    if kind == "proposal":
        service.refuse(actor, proposal)
    elif kind == "again":
        service.withdraw(actor, proposal)
    else:
        service.refuse_disclosure(actor, proposal)
    return render_template("proposals/consent_done.html", said="no", kind=kind, coach=proposal.coach, lang=code)


def _yes(token: str, proposal: Proposal, actor: Actor, kind: str, code: Language, form: Any) -> ResponseReturnValue:
    given = service.HowGiven(how=ConsentHow.LINK)
    with form.catching(fields="fields_told"):
        if kind == "proposal":
            service.agree(actor, proposal, in_language=code)
        elif kind == "again":
            service.renew_consent(actor, proposal, given, in_language=code)
        else:
            chosen = request.form.getlist("fields_told")
            known = {one.value for one in PersonalField}
            fields = [PersonalField(value) for value in chosen if value in known]
            service.agree_disclosure(actor, proposal, fields, in_language=code)
    if not form.is_clean:
        return _consent_page(token, proposal, code, form, 422)
    return render_template("proposals/consent_done.html", said="yes", kind=kind, coach=proposal.coach, lang=code)


@bp.route("/consent/<token>/change", methods=["GET", "POST"])
@by_link
def change(token: str) -> ResponseReturnValue:
    """What should be changed; the coach reads it."""
    with _opened(token, Purpose.CONSENT) as (proposal, actor, code):
        if _kind_of(proposal) != "proposal":
            return _consent_page(token, proposal, code)
        form = WishForm()
        if form.validate_on_submit():
            service.ask_change(actor, proposal, form.wish.data or "")
            return render_template(
                "proposals/consent_done.html", said="change", kind="proposal", coach=proposal.coach, lang=code
            )
        status = 422 if form.is_submitted() else 200
        return render_template(
            "proposals/consent_change.html", form=form, token=token, lang=code, coach=proposal.coach
        ), status


@bp.get("/my-consents/<token>")
@by_link
def my_consents(token: str) -> ResponseReturnValue:
    """What was agreed, and one press to take it back."""
    with _opened(token, Purpose.MY_CONSENTS) as (proposal, _actor, code):
        return _my_page(token, proposal, code)


def _my_page(token: str, proposal: Proposal, code: Language) -> str:
    told = proposal.disclosure_consent
    return render_template(
        "proposals/my_consents.html",
        token=token,
        form=PressForm(),
        live=shows_profile(proposal),
        declined=proposal.state is ProposalState.DECLINED and bool(proposal.consent and proposal.consent.is_live()),
        hired=proposal.state is ProposalState.HIRED,
        consent=proposal.consent,
        told=[str(PERSONAL_FIELD_NAMES[one]) for one in told.fields] if told and told.is_live() else [],
        lang=code,
        **_job(proposal),
    )


@bp.post("/my-consents/<token>")
@by_link
def take_back(token: str) -> ResponseReturnValue:
    """The press: everything of the candidate leaves the employer's pages at once."""
    with _opened(token, Purpose.MY_CONSENTS) as (proposal, actor, code):
        service.take_consent_back(actor, proposal)
        return render_template(
            "proposals/consent_done.html", said="withdrawn", kind="proposal", coach=proposal.coach, lang=code
        )
