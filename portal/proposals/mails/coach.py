"""To the coach: what happened to a proposal, and what to do next. The letters differ in three sentences only."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.core import clock
from portal.outbox.letters import Context, Letter
from portal.outbox.models import Notification
from portal.proposals.mails.readers import always, kind, to_coach, while_asked, while_live, while_proposed, why_coach
from portal.proposals.models import Proposal


def _mail(
    name: str,
    subject: LazyString,
    happened: LazyString,
    nxt: LazyString,
    still_due: Callable[[Notification], bool] = always,
    *,
    informative: bool = False,
    once_a_day: bool = False,
) -> Callable[[Proposal], None]:
    """Declare a mail to the coach; returns the function that sends it.

    :param subject: stands before the opening's title. :param happened: may name ``%(alias)s``.
    :param nxt: what the coach does next, or who does it.
    :param once_a_day: told once a day of each proposal, however often it happens.
    """

    def write(context: Context) -> Letter:
        return Letter(
            subject=f"{subject}: {context['title']}",
            paragraphs=[happened % {"alias": context["alias"]}, str(nxt)],
            action=(_("Open the proposal"), context["page"]),
            why=why_coach(),
        )

    declared = kind(name, write, still_due, informative=informative)

    def send(proposal: Proposal) -> None:
        to_coach(declared, proposal, f"{name}-{proposal.id}-{clock.today()}" if once_a_day else None)

    return send


# The candidate answers

consent_given = _mail(
    "consent_given",
    _l("Consent given"),
    _l("The candidate agreed, and the proposal has gone to the employer as %(alias)s."),
    _l("The employer answers next. You are told when they do."),
    informative=True,
)
disclosure_agreed = _mail(
    "disclosure_agreed",
    _l("The candidate chose what may be told"),
    _l("The candidate %(alias)s said which details the employer may know."),
    _l("Open the proposal and give them to the employer."),
    while_live,
)
disclosure_refused = _mail(
    "disclosure_refused",
    _l("The candidate wants nothing told yet"),
    _l("The candidate %(alias)s said no to telling details. Nothing was told."),
    _l("Call and talk about it: you can ask again, or withdraw the proposal."),
    while_live,
)
change_asked = _mail(
    "change_asked",
    _l("A change is asked for"),
    _l("The candidate wants something changed before the profile is sent."),
    _l("Read what it is on the page, change the profile, and ask again."),
)
yes_stopped = _mail(
    "yes_stopped",
    _l("A yes could not be taken"),
    _l("The candidate pressed yes, and the portal could not take it. Nothing was sent."),
    _l("Look at the profile and at the need, mend what is wrong, and ask again."),
    while_asked,
    once_a_day=True,
)
consent_refused = _mail(
    "consent_refused",
    _l("No consent"),
    _l("The candidate said no to this proposal. Nothing was sent."),
    _l("This need is not asked about again. Talk about what would fit better."),
)
consent_expired = _mail(  # not a no: the clock's
    "consent_expired",
    _l("No answer to the consent request"),
    _l("The last day to answer passed. Nothing was sent."),
    _l("Call the candidate. If the need is still open, you can propose again."),
)
consent_renewed = _mail(
    "consent_renewed",
    _l("Consent given again"),
    _l("The candidate agreed to the changed need."),
    _l("You can go on."),
    informative=True,
)
candidate_withdrew = _mail(
    "candidate_withdrew",
    _l("The candidate withdrew"),
    _l("The candidate took the consent back. The employer's pages show nothing of it any more."),
    _l("The page says what the employer had already seen."),
)

# The employer answers, or does not

employer_interested = _mail(
    "employer_interested",
    _l("The employer is interested"),
    _l("The employer wants to know more about %(alias)s."),
    _l("Ask the candidate what may be told, and give the contact details."),
)
employer_declined = _mail(
    "employer_declined",
    _l("Not this time"),
    _l("The employer said no to %(alias)s. The reason is on the page."),
    _l("The employer can take the answer back for 24 hours."),
)
decline_undone = _mail(
    "decline_undone",
    _l("An answer was taken back"),
    _l("The employer took the “not this time” back for %(alias)s."),
    _l("The proposal stands where it stood before."),
    informative=True,
)
proposal_silent = _mail(  # after the second reminder
    "proposal_silent",
    _l("No answer yet"),
    _l("The employer has not answered about %(alias)s for a week, though we reminded them."),
    _l("A call helps more than another mail."),
    while_proposed,
)
opening_changed = _mail(
    "opening_changed",
    _l("The need was changed"),
    _l("The employer changed workplace, hours, pay or contact persons under a live proposal."),
    _l("The candidate is asked again before anything more is told."),
    while_live,
)
