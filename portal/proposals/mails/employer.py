"""To the employer's contact persons: a candidate, the wait for an answer, details, and the neutral end."""

from __future__ import annotations

from flask_babel import gettext as _

from portal.outbox.letters import Context, Letter
from portal.proposals.mails.readers import (
    FIRST,
    answer_page,
    kind,
    own_link,
    to_contacts,
    while_proposed,
    while_sent,
    why_employer,
)
from portal.proposals.models import Proposal
from portal.proposals.states import PROPOSALS, ProposalState


def _write_candidate_proposed(context: Context) -> Letter:
    return Letter(
        subject=_("A candidate for: %(title)s", title=context["title"]),
        paragraphs=[
            _("Candidate %(alias)s could fit your need “%(title)s”.", alias=context["alias"], title=context["title"]),
            _("Look at the profile, which is without a name, and answer “Interested” or “Not this time”."),
            _("If you have a question, the coach's phone number is on the page."),
            own_link(),
        ],
        action=(_("Look and answer"), answer_page(context)),
        why=why_employer(),
    )


CANDIDATE_PROPOSED = kind(FIRST, _write_candidate_proposed, while_proposed)


def candidate_proposed(proposal: Proposal) -> None:
    """Tell the contact persons that there is a candidate."""
    to_contacts(CANDIDATE_PROPOSED, proposal, answers=True, spread=True)


def _write_proposal_waits(context: Context) -> Letter:
    return Letter(
        subject=_("A candidate waits for your answer: %(title)s", title=context["title"]),
        paragraphs=[
            _("Candidate %(alias)s still waits for your answer.", alias=context["alias"]),
            _("“Interested” binds you to nothing. “Not this time” is a good answer too."),
            own_link(),
        ],
        action=(_("Look and answer"), answer_page(context)),
        why=why_employer(),
    )


PROPOSAL_WAITS = kind("proposal_waits", _write_proposal_waits, while_proposed)


def proposal_waits(proposal: Proposal) -> None:
    """Remind the contact persons, after 3 and after 7 days."""
    to_contacts(PROPOSAL_WAITS, proposal, answers=True, spread=True)


def _write_answer_recorded(context: Context) -> Letter:
    state = PROPOSALS.labels[ProposalState(context["state"])]
    return Letter(
        subject=_("We wrote down your answer: %(title)s", title=context["title"]),
        paragraphs=[
            _(
                "You talked with the coach about candidate %(alias)s. The coach wrote down: %(state)s.",
                alias=context["alias"],
                state=state,
            ),
            _("If that is not what you meant, answer on the page or call the coach."),
        ],
        action=(_("Open the page"), context["page"]),
        why=why_employer(),
    )


ANSWER_RECORDED = kind("answer_recorded", _write_answer_recorded)


def answer_recorded(proposal: Proposal) -> None:
    """Show the contact persons what the coach wrote down after a call."""
    to_contacts(ANSWER_RECORDED, proposal, state=proposal.state.value)


def _write_identity_disclosed(context: Context) -> Letter:
    return Letter(
        subject=_("Contact details for: %(title)s", title=context["title"]),
        paragraphs=[
            _("Candidate %(alias)s wants to meet you and lets you see contact details.", alias=context["alias"]),
            _("Sign in to see them. Then suggest times for a meeting on the same page."),
        ],
        action=(_("See the details"), context["page"]),
        why=why_employer(),
    )


IDENTITY_DISCLOSED = kind("identity_disclosed", _write_identity_disclosed, while_sent)


def identity_disclosed(proposal: Proposal) -> None:
    """Tell the contact persons that there are details to see; the mail itself says none."""
    to_contacts(IDENTITY_DISCLOSED, proposal)


def _write_no_longer_available(context: Context) -> Letter:
    return Letter(
        subject=_("No longer available: %(title)s", title=context["title"]),
        paragraphs=[
            _("Candidate %(alias)s is no longer available.", alias=context["alias"]),
            _("Your need stays as it was. The coach goes on looking for you."),
        ],
        action=(_("Open the need"), context["opening"]),
        why=why_employer(),
    )


NO_LONGER_AVAILABLE = kind("no_longer_available", _write_no_longer_available, informative=True)


def no_longer_available(proposal: Proposal) -> None:
    """One neutral sentence to the contact persons, whatever the reason was."""
    to_contacts(NO_LONGER_AVAILABLE, proposal, spread=True, opening=f"/openings/{proposal.opening.public_id}")
