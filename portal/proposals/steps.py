"""Each verb of the table as its page asks for it: which form, and which service it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.candidates.models import ConsentHow, PersonalField
from portal.core.actors import Actor
from portal.core.errors import Invalid
from portal.openings.models import EmploymentType
from portal.proposals import service
from portal.proposals.forms import (
    ConfirmHireForm,
    ConsentForm,
    DeclineForm,
    DiscloseForm,
    HireForm,
    PressForm,
)
from portal.proposals.models import PayKind, Proposal
from portal.proposals.states import DeclineReason


@dataclass(frozen=True)
class Step:
    """A step of the workflow as a page.

    :param form: what is asked for. :param run: calls the service with what was typed.
    :param explains: what the press does, in a sentence. :param done: the sentence afterwards.
    :param renamed: the form's names of the service's fields, where the two differ.
    """

    form: type[Any]
    run: Callable[[Actor, Proposal, Any], object]
    explains: LazyString
    done: LazyString
    renamed: dict[str, str] = field(default_factory=dict)


def given_in(form: Any) -> service.HowGiven:
    """How the yes was given, as it stands in a ``ConsentForm``."""
    return service.HowGiven(
        how=ConsentHow(form.how.data),
        who_was_there=form.who_was_there.data or "",
        until=form.until.data,
        as_shown=form.digests,
    )


def _disclose(actor: Actor, proposal: Proposal, form: Any) -> None:
    consent = proposal.disclosure_consent
    if form.gives_agreed() and consent is not None:
        if form.differs_from(consent.fields):
            raise Invalid(
                "basis",
                _("You have filled in a new yes below. Choose it here, or set it back: otherwise it would be lost."),
            )
    else:
        chosen = [PersonalField(value) for value in form.fields_told.data or []]
        service.record_disclosure_consent(actor, proposal, chosen, given_in(form))
    service.disclose(actor, proposal)


def _report(actor: Actor, proposal: Proposal, form: Any) -> None:
    terms = service.HireTerms(
        starts_on=form.starts_on.data,
        hours=form.hours.data,
        contract_type=EmploymentType(form.contract_type.data),
        ends_on=form.ends_on.data,
        pay=PayKind(form.pay.data),
        subsidy_decided_on=form.subsidy_decided_on.data,
    )
    service.report_hire(actor, proposal, terms, candidate_said_yes=form.candidate_said_yes.data)


def _confirm(actor: Actor, proposal: Proposal, form: Any) -> None:
    if actor.is_staff and proposal.candidate_said_yes_at is None and not form.candidate_said_yes.data:
        raise Invalid("candidate_said_yes", _("Ask the candidate first, and tick when the answer is yes."))
    service.confirm_hire(actor, proposal, candidate_said_yes=form.candidate_said_yes.data)


STEPS: dict[str, Step] = {
    "record_consent": Step(
        ConsentForm,
        lambda actor, proposal, form: service.record_consent(actor, proposal, given_in(form)),
        _l("The profile goes to the employer's contact persons as it is now. The candidate can take the yes back."),
        _l("Sent. The employer's contact persons are mailed."),
    ),
    "ask_consent": Step(
        PressForm,
        lambda actor, proposal, form: service.ask_consent(actor, proposal),
        _l("The candidate gets a mail with a link. Nothing goes to the employer before a yes."),
        _l("Asked. The candidate is mailed and has a week to answer."),
    ),
    "take_back": Step(
        PressForm,
        lambda actor, proposal, form: service.take_back(actor, proposal),
        _l("The link that the candidate has stops working, and you can edit the profile."),
        _l("Taken back. The candidate's link does not work any more."),
    ),
    "interested": Step(
        PressForm,
        lambda actor, proposal, form: service.interested(actor, proposal),
        _l("The coach is told that you want to know more. It binds you to nothing."),
        _l("Thank you. The coach is mailed, asks the candidate, and answers within a working day."),
    ),
    "decline": Step(
        DeclineForm,
        lambda actor, proposal, form: service.decline(actor, proposal, DeclineReason(form.reason.data), form.note.data),
        _l("The profile leaves your pages. You can take the answer back for 24 hours."),
        _l("Thank you for the answer. The other side is mailed. You can take it back for 24 hours."),
    ),
    "undo_decline": Step(
        PressForm,
        lambda actor, proposal, form: service.undo_decline(actor, proposal),
        _l("The proposal stands again where it stood before the answer."),
        _l("The answer is taken back, and the other side is mailed."),
    ),
    "disclose": Step(
        DiscloseForm,
        _disclose,
        _l("The employer's contact persons see exactly what you tick, and nothing else."),
        _l("Given. The employer's contact persons and the candidate are mailed."),
        {"fields": "fields_told"},
    ),
    "offer": Step(
        PressForm,
        lambda actor, proposal, form: service.offer(actor, proposal),
        _l("The other side is told that the job is offered. When it is agreed, one of you reports the hire."),
        _l("Noted. The other side is mailed."),
    ),
    "report_hire": Step(
        HireForm,
        _report,
        _l("The other side confirms. Then the support before and after the start is planned."),
        _l("Reported. The other side is mailed and asked to confirm."),
    ),
    "confirm_hire": Step(
        ConfirmHireForm,
        _confirm,
        _l("With this the hire is agreed, and everybody gets the dates of the support."),
        _l("Confirmed. Both sides are mailed, with the dates of the support."),
    ),
    "turn_down": Step(
        PressForm,
        lambda actor, proposal, form: service.turn_down(actor, proposal),
        _l("The employer reads that the candidate is no longer available, and nothing more."),
        _l("Noted. The employer is mailed one neutral sentence."),
    ),
    "withdraw": Step(
        PressForm,
        lambda actor, proposal, form: service.withdraw(actor, proposal),
        _l("Everything of this candidate leaves the employer's pages at once. Consents end with it."),
        _l("Withdrawn. The employer's pages show nothing of it any more."),
    ),
}
