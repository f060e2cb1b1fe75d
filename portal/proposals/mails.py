"""The mails of a proposal, one function each. None holds a name, a profile or a message's words.

A mail's context: ``title`` (the opening's own words), ``alias``, ``page`` (the proposal's address), and ``link`` where
a candidate or an answer needs none but the link.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from flask_babel import gettext as _

from portal.accounts import links
from portal.accounts.models import SignedLink, User
from portal.candidates.models import PERSONAL_FIELD_NAMES, PersonalField
from portal.core.i18n import day, moment
from portal.outbox.letters import CalendarEntry, Context, Letter, MailKind, mail_kind
from portal.outbox.models import Notification
from portal.outbox.service import enqueue
from portal.proposals import queries
from portal.proposals.models import CloseGround, Interview, InterviewState, Proposal
from portal.proposals.states import LIVE, PROPOSALS, SENT, ProposalState


def _state_of(notification: Notification) -> ProposalState | None:
    return queries.state_of(notification.about_id)


def _while_sent(notification: Notification) -> bool:
    """Still due while the proposal lives with the employer."""
    return _state_of(notification) in SENT


def _while_live(notification: Notification) -> bool:
    return _state_of(notification) in LIVE


def _while_proposed(notification: Notification) -> bool:
    return _state_of(notification) is ProposalState.PROPOSED


def _while_asked(notification: Notification) -> bool:
    return _state_of(notification) is ProposalState.AWAITING_CONSENT


def _always(_notification: Notification) -> bool:
    return True


def _kind(
    name: str, write: Callable[[Context], Letter], still_due: Callable[[Notification], bool] = _always
) -> MailKind:
    """A kind of mail that also asks, at sending, whether its reader may still be told of the proposal."""

    def check(notification: Notification) -> bool:
        return queries.may_be_told(notification.about_id, notification.user_id) and still_due(notification)

    return mail_kind(name, write, still_due=check)


def _page(proposal: Proposal) -> str:
    return f"/proposals/{proposal.public_id}"


def _base(proposal: Proposal) -> Context:
    return {"title": proposal.opening.title, "alias": proposal.alias.alias, "page": _page(proposal)}


def _why_employer() -> str:
    return _("You get this because you are a contact person for the need.")


def _why_coach() -> str:
    return _("You get this because you are the coach of this candidate.")


def _why_candidate() -> str:
    return _("You get this because your coach wrote down your mail address.")


def _to_user(kind: MailKind, proposal: Proposal, user: User, **context: object) -> None:
    enqueue(
        kind,
        about=("proposal", proposal.id),
        context={**_base(proposal), **context},
        user_id=user.id,
        thread=f"proposal-{proposal.public_id}-{user.role.value}",
    )


def _to_contacts(kind: MailKind, proposal: Proposal, **context: object) -> None:
    for user in queries.contact_users(proposal):
        _to_user(kind, proposal, user, **context)


def _to_coach(kind: MailKind, proposal: Proposal, **context: object) -> None:
    _to_user(kind, proposal, proposal.coach, **context)


def _to_candidate(kind: MailKind, proposal: Proposal, **context: object) -> None:
    """Nothing is queued for a candidate without a mail address: the coach tells them."""
    if queries.has_address(proposal.candidate_id):
        enqueue(
            kind,
            about=("proposal", proposal.id),
            context={"title": proposal.opening.title, "employer": proposal.opening.employer.name, **context},
            candidate_id=proposal.candidate_id,
            thread=f"candidate-{proposal.public_id}",
        )


# To the candidate


def _write_consent_request(context: Context) -> Letter:
    return Letter(
        subject=_("A question from your coach"),
        paragraphs=[
            _("Your coach found a job that could fit you: %(title)s, %(employer)s.", **_job(context)),
            _("Nothing has been sent. Look at what the employer would see, and say yes, no, or ask for a change."),
            _("Please answer by %(day)s.", day=day(date.fromisoformat(context["answer_by"]))),
        ],
        action=(_("Look and answer"), "/consent/{link}"),
        why=_why_candidate(),
    )


def _job(context: Context) -> dict[str, str]:
    return {"title": context["title"], "employer": context["employer"]}


CONSENT_REQUEST = _kind("consent_request", _write_consent_request, _while_asked)


def consent_request(proposal: Proposal, link: SignedLink) -> None:
    """Ask the candidate; the link opens the page with the three answers."""
    if proposal.answer_by is not None:
        answer_by = proposal.answer_by.isoformat()
        _to_candidate(CONSENT_REQUEST, proposal, link=links.mail_context(link), answer_by=answer_by)


def _write_disclosure_request(context: Context) -> Letter:
    return Letter(
        subject=_("A question from your coach"),
        paragraphs=[
            _("The employer wants to know more about you: %(title)s, %(employer)s.", **_job(context)),
            _("You choose what they may know. Nothing is told before you say yes."),
        ],
        action=(_("Look and choose"), "/consent/{link}"),
        why=_why_candidate(),
    )


DISCLOSURE_REQUEST = _kind("disclosure_request", _write_disclosure_request, _while_sent)


def disclosure_request(proposal: Proposal, link: SignedLink) -> None:
    """Ask the candidate which details the employer may know."""
    _to_candidate(DISCLOSURE_REQUEST, proposal, link=links.mail_context(link))


def _write_consent_again(context: Context) -> Letter:
    return Letter(
        subject=_("The job has changed"),
        paragraphs=[
            _("You agreed to a job with us: %(title)s, %(employer)s. The employer has changed it.", **_job(context)),
            _("Look at how it is now. Nothing more is told before you say yes again."),
        ],
        action=(_("Look and answer"), "/consent/{link}"),
        why=_why_candidate(),
    )


CONSENT_AGAIN = _kind("consent_again", _write_consent_again, _while_sent)


def consent_again(proposal: Proposal, link: SignedLink) -> None:
    """Ask again after workplace, hours, pay or contact persons were changed."""
    _to_candidate(CONSENT_AGAIN, proposal, link=links.mail_context(link))


def _write_consent_recorded(context: Context) -> Letter:
    fields = ", ".join(str(PERSONAL_FIELD_NAMES[PersonalField(name)]) for name in context["fields"])
    told = (
        _("The employer may know this about you: %(fields)s.", fields=fields)
        if fields
        else _("The employer sees your profile without your name.")
    )
    return Letter(
        subject=_("What you agreed to"),
        paragraphs=[
            _("You said yes to this job: %(title)s, %(employer)s.", **_job(context)),
            told,
            _("You can take your yes back at any time. You need not say why."),
        ],
        action=(_("See what I agreed to, or take it back"), "/my-consents/{link}"),
        why=_why_candidate(),
    )


CONSENT_RECORDED = _kind("consent_recorded", _write_consent_recorded, _while_sent)
DISCLOSURE_RECORDED = _kind("disclosure_recorded", _write_consent_recorded, _while_sent)


def consent_recorded(proposal: Proposal, link: SignedLink) -> None:
    """Tell the candidate what was agreed, with the link to take it back."""
    _to_candidate(CONSENT_RECORDED, proposal, link=links.mail_context(link), fields=[])


def disclosure_recorded(proposal: Proposal, link: SignedLink, fields: list[PersonalField]) -> None:
    """Tell the candidate which details the employer was given, with the link to take it back."""
    names = [field.value for field in fields]
    _to_candidate(DISCLOSURE_RECORDED, proposal, link=links.mail_context(link), fields=names)


# To the employer


def _write_candidate_proposed(context: Context) -> Letter:
    return Letter(
        subject=_("A candidate for: %(title)s", title=context["title"]),
        paragraphs=[
            _("Candidate %(alias)s could fit your need “%(title)s”.", alias=context["alias"], title=context["title"]),
            _("Look at the profile, which is without a name, and answer “Interested” or “Not this time”."),
            _("You answer with two presses. If you have a question, the coach's phone number is on the page."),
        ],
        action=(_("Open the profile"), context["page"]),
        why=_why_employer(),
    )


CANDIDATE_PROPOSED = _kind("candidate_proposed", _write_candidate_proposed, _while_proposed)


def candidate_proposed(proposal: Proposal) -> None:
    """Tell the contact persons that there is a candidate."""
    _to_contacts(CANDIDATE_PROPOSED, proposal)


def _write_proposal_waits(context: Context) -> Letter:
    return Letter(
        subject=_("A candidate waits for your answer: %(title)s", title=context["title"]),
        paragraphs=[
            _("Candidate %(alias)s still waits for your answer.", alias=context["alias"]),
            _("“Interested” binds you to nothing. “Not this time” is a good answer too."),
        ],
        action=(_("Look and answer"), context["page"]),
        why=_why_employer(),
    )


PROPOSAL_WAITS = _kind("proposal_waits", _write_proposal_waits, _while_proposed)


def proposal_waits(proposal: Proposal) -> None:
    """Remind the contact persons, after 3 and after 7 days."""
    _to_contacts(PROPOSAL_WAITS, proposal)


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
        why=_why_employer(),
    )


ANSWER_RECORDED = _kind("answer_recorded", _write_answer_recorded)


def answer_recorded(proposal: Proposal) -> None:
    """Show the contact persons what the coach wrote down after a call."""
    _to_contacts(ANSWER_RECORDED, proposal, state=proposal.state.value)


def _write_identity_disclosed(context: Context) -> Letter:
    return Letter(
        subject=_("Contact details for: %(title)s", title=context["title"]),
        paragraphs=[
            _("Candidate %(alias)s wants to meet you and lets you see contact details.", alias=context["alias"]),
            _("Sign in to see them. Then suggest times for a meeting on the same page."),
        ],
        action=(_("See the details"), context["page"]),
        why=_why_employer(),
    )


IDENTITY_DISCLOSED = _kind("identity_disclosed", _write_identity_disclosed, _while_sent)


def identity_disclosed(proposal: Proposal) -> None:
    """Tell the contact persons that there are details to see; the mail itself says none."""
    _to_contacts(IDENTITY_DISCLOSED, proposal)


def _write_no_longer_available(context: Context) -> Letter:
    return Letter(
        subject=_("No longer available: %(title)s", title=context["title"]),
        paragraphs=[
            _("Candidate %(alias)s is no longer available.", alias=context["alias"]),
            _("Your need stays as it was. The coach goes on looking for you."),
        ],
        action=(_("Open the need"), context["opening"]),
        why=_why_employer(),
    )


NO_LONGER_AVAILABLE = _kind("no_longer_available", _write_no_longer_available)


def no_longer_available(proposal: Proposal) -> None:
    """One neutral sentence to the contact persons, whatever the reason was."""
    _to_contacts(NO_LONGER_AVAILABLE, proposal, opening=f"/openings/{proposal.opening.public_id}")


# To the coach


def _coach_letter(subject: str, happened: str, nxt: str, context: Context) -> Letter:
    return Letter(
        subject=f"{subject}: {context['title']}",
        paragraphs=[happened, nxt],
        action=(_("Open the proposal"), context["page"]),
        why=_why_coach(),
    )


def _write_consent_given(context: Context) -> Letter:
    return _coach_letter(
        _("Consent given"),
        _("The candidate agreed, and the proposal has gone to the employer as %(alias)s.", alias=context["alias"]),
        _("The employer answers next. You are told when they do."),
        context,
    )


CONSENT_GIVEN = _kind("consent_given", _write_consent_given)


def consent_given(proposal: Proposal) -> None:
    """Tell the coach that the candidate agreed by link."""
    _to_coach(CONSENT_GIVEN, proposal)


def _write_disclosure_agreed(context: Context) -> Letter:
    return _coach_letter(
        _("The candidate chose what may be told"),
        _("The candidate %(alias)s said which details the employer may know.", alias=context["alias"]),
        _("Open the proposal and give them to the employer."),
        context,
    )


DISCLOSURE_AGREED = _kind("disclosure_agreed", _write_disclosure_agreed, _while_live)


def disclosure_agreed(proposal: Proposal) -> None:
    """Tell the coach that the candidate chose by link which details may be told."""
    _to_coach(DISCLOSURE_AGREED, proposal)


def _write_disclosure_refused(context: Context) -> Letter:
    return _coach_letter(
        _("The candidate wants nothing told yet"),
        _("The candidate %(alias)s said no to telling details. Nothing was told.", alias=context["alias"]),
        _("Call and talk about it: you can ask again, or withdraw the proposal."),
        context,
    )


DISCLOSURE_REFUSED = _kind("disclosure_refused", _write_disclosure_refused, _while_live)


def disclosure_refused(proposal: Proposal) -> None:
    """Tell the coach that the candidate does not want details told."""
    _to_coach(DISCLOSURE_REFUSED, proposal)


def _write_change_asked(context: Context) -> Letter:
    return _coach_letter(
        _("A change is asked for"),
        _("The candidate wants something changed before the profile is sent."),
        _("Read what it is on the page, change the profile, and ask again."),
        context,
    )


CHANGE_ASKED = _kind("change_asked", _write_change_asked)


def change_asked(proposal: Proposal) -> None:
    """Tell the coach that the candidate wants a change."""
    _to_coach(CHANGE_ASKED, proposal)


def _write_consent_refused(context: Context) -> Letter:
    return _coach_letter(
        _("No consent"),
        _("The candidate said no to this proposal. Nothing was sent."),
        _("This need is not asked about again. Talk about what would fit better."),
        context,
    )


CONSENT_REFUSED = _kind("consent_refused", _write_consent_refused)


def consent_refused(proposal: Proposal) -> None:
    """Tell the coach that the candidate said no."""
    _to_coach(CONSENT_REFUSED, proposal)


def _write_consent_expired(context: Context) -> Letter:
    return _coach_letter(
        _("No answer to the consent request"),
        _("The last day to answer passed. Nothing was sent."),
        _("Call the candidate. If the need is still open, you can propose again."),
        context,
    )


CONSENT_EXPIRED = _kind("consent_expired", _write_consent_expired)


def consent_expired(proposal: Proposal) -> None:
    """Tell the coach that the candidate did not answer in time."""
    _to_coach(CONSENT_EXPIRED, proposal)


def _write_consent_renewed(context: Context) -> Letter:
    return _coach_letter(
        _("Consent given again"),
        _("The candidate agreed to the changed need."),
        _("You can go on."),
        context,
    )


CONSENT_RENEWED = _kind("consent_renewed", _write_consent_renewed)


def consent_renewed(proposal: Proposal) -> None:
    """Tell the coach that the candidate agreed to the changed opening."""
    _to_coach(CONSENT_RENEWED, proposal)


def _write_employer_interested(context: Context) -> Letter:
    return _coach_letter(
        _("The employer is interested"),
        _("The employer wants to know more about %(alias)s.", alias=context["alias"]),
        _("Ask the candidate what may be told, and give the contact details."),
        context,
    )


EMPLOYER_INTERESTED = _kind("employer_interested", _write_employer_interested)


def employer_interested(proposal: Proposal) -> None:
    """Tell the coach that the employer is interested."""
    _to_coach(EMPLOYER_INTERESTED, proposal)


def _write_employer_declined(context: Context) -> Letter:
    return _coach_letter(
        _("Not this time"),
        _("The employer said no to %(alias)s. The reason is on the page.", alias=context["alias"]),
        _("The employer can take the answer back for 24 hours."),
        context,
    )


EMPLOYER_DECLINED = _kind("employer_declined", _write_employer_declined)


def employer_declined(proposal: Proposal) -> None:
    """Tell the coach that the employer declined."""
    _to_coach(EMPLOYER_DECLINED, proposal)


def _write_decline_undone(context: Context) -> Letter:
    return _coach_letter(
        _("An answer was taken back"),
        _("The employer took the “not this time” back for %(alias)s.", alias=context["alias"]),
        _("The proposal stands where it stood before."),
        context,
    )


DECLINE_UNDONE = _kind("decline_undone", _write_decline_undone)


def decline_undone(proposal: Proposal) -> None:
    """Tell the coach that the employer took a no back."""
    _to_coach(DECLINE_UNDONE, proposal)


def _write_candidate_withdrew(context: Context) -> Letter:
    return _coach_letter(
        _("The candidate withdrew"),
        _("The candidate took the consent back. The employer's pages show nothing of it any more."),
        _("The page says what the employer had already seen."),
        context,
    )


CANDIDATE_WITHDREW = _kind("candidate_withdrew", _write_candidate_withdrew)


def candidate_withdrew(proposal: Proposal) -> None:
    """Tell the coach that the candidate took the consent back by link."""
    _to_coach(CANDIDATE_WITHDREW, proposal)


def _write_proposal_silent(context: Context) -> Letter:
    return _coach_letter(
        _("No answer yet"),
        _("The employer has not answered about %(alias)s for a week, after two reminders.", alias=context["alias"]),
        _("A call helps more than a third mail."),
        context,
    )


PROPOSAL_SILENT = _kind("proposal_silent", _write_proposal_silent, _while_proposed)


def proposal_silent(proposal: Proposal) -> None:
    """Raise an unanswered proposal with the coach after the second reminder."""
    _to_coach(PROPOSAL_SILENT, proposal)


def _write_opening_changed(context: Context) -> Letter:
    return _coach_letter(
        _("The need was changed"),
        _("The employer changed workplace, hours, pay or contact persons under a live proposal."),
        _("The candidate is asked again before anything more is told."),
        context,
    )


OPENING_CHANGED = _kind("opening_changed", _write_opening_changed, _while_live)


def opening_changed(proposal: Proposal) -> None:
    """Tell the coach that the opening was changed under a live proposal."""
    _to_coach(OPENING_CHANGED, proposal)


# To either side


def _to_other_side(kind: MailKind, proposal: Proposal, from_employer: bool, **context: object) -> None:
    if from_employer:
        _to_coach(kind, proposal, **context)
    else:
        _to_contacts(kind, proposal, **context)


def _either_letter(subject: str, happened: str, nxt: str, context: Context) -> Letter:
    return Letter(
        subject=f"{subject}: {context['title']}",
        paragraphs=[happened, nxt],
        action=(_("Open the page"), context["page"]),
        why=_("You get this because you take part in this recruitment."),
    )


def _write_message(context: Context) -> Letter:
    return _either_letter(
        _("A new message"),
        _("There is a message about candidate %(alias)s.", alias=context["alias"]),
        _("Read it and answer on the page."),
        context,
    )


MESSAGE = _kind("message", _write_message)


def message(proposal: Proposal, *, from_employer: bool) -> None:
    """Tell the other side that there is a message; its words stay on the page."""
    _to_other_side(MESSAGE, proposal, from_employer)


def _write_interview_proposed(context: Context) -> Letter:
    return _either_letter(
        _("Times for a meeting"),
        _("There are times to choose from for a meeting with candidate %(alias)s.", alias=context["alias"]),
        _("Pick the one that suits you, or suggest others."),
        context,
    )


INTERVIEW_PROPOSED = _kind("interview_proposed", _write_interview_proposed, _while_sent)


def interview_proposed(proposal: Proposal, *, from_employer: bool) -> None:
    """Tell the other side that there are times to pick from."""
    _to_other_side(INTERVIEW_PROPOSED, proposal, from_employer)


def _calendar(context: Context, *, cancelled: bool = False) -> CalendarEntry:
    return CalendarEntry(
        uid=context["uid"],
        sequence=context["sequence"],
        starts_at=context["starts_at"],
        minutes=context["minutes"],
        path=context.get("page", "/"),
        cancelled=cancelled,
    )


def _meeting(interview: Interview) -> Context:
    if interview.starts_at is None:
        raise ValueError("an interview without a time has no calendar entry")
    return {
        "uid": interview.public_id,
        "sequence": interview.sequence,
        "starts_at": interview.starts_at.isoformat(),
        "minutes": interview.minutes,
        "interview": interview.id,
    }


def _when(context: Context) -> str:
    return moment(datetime.fromisoformat(context["starts_at"]))


def _interview_stands(notification: Notification) -> bool:
    return queries.interview_state(notification.context["interview"]) is InterviewState.AGREED and _while_sent(
        notification
    )


def _write_interview_confirmed(context: Context) -> Letter:
    letter = _either_letter(
        _("A meeting is agreed"),
        _("You meet candidate %(alias)s %(when)s.", alias=context["alias"], when=_when(context)),
        _("Place and way are on the page. The calendar file says only that there is a meeting."),
        context,
    )
    return Letter(
        subject=letter.subject,
        paragraphs=letter.paragraphs,
        action=letter.action,
        why=letter.why,
        calendar=_calendar(context),
    )


INTERVIEW_CONFIRMED = _kind("interview_confirmed", _write_interview_confirmed, _interview_stands)


def interview_confirmed(proposal: Proposal, interview: Interview) -> None:
    """Tell both sides when they meet, with a calendar file."""
    _to_contacts(INTERVIEW_CONFIRMED, proposal, **_meeting(interview))
    _to_coach(INTERVIEW_CONFIRMED, proposal, **_meeting(interview))


def _write_interview_for_candidate(context: Context) -> Letter:
    return Letter(
        subject=_("A meeting is agreed"),
        paragraphs=[
            _("You meet an employer %(when)s: %(title)s, %(employer)s.", when=_when(context), **_job(context)),
            _("Your coach tells you more and can come along."),
        ],
        why=_why_candidate(),
        calendar=_calendar(context),
    )


INTERVIEW_FOR_CANDIDATE = _kind("interview_for_candidate", _write_interview_for_candidate, _interview_stands)


def interview_for_candidate(proposal: Proposal, interview: Interview) -> None:
    """Tell the candidate when the meeting is."""
    _to_candidate(INTERVIEW_FOR_CANDIDATE, proposal, **_meeting(interview))


def _write_interview_cancelled(context: Context) -> Letter:
    letter = _either_letter(
        _("A meeting is called off"),
        _("The meeting %(when)s with candidate %(alias)s is called off.", alias=context["alias"], when=_when(context)),
        _("New times can be suggested on the page."),
        context,
    )
    return Letter(
        subject=letter.subject,
        paragraphs=letter.paragraphs,
        action=letter.action,
        why=letter.why,
        calendar=_calendar(context, cancelled=True),
    )


INTERVIEW_CANCELLED = _kind("interview_cancelled", _write_interview_cancelled)


def _write_interview_off_for_candidate(context: Context) -> Letter:
    return Letter(
        subject=_("A meeting is called off"),
        paragraphs=[
            _("You do not meet the employer %(when)s: %(title)s, %(employer)s.", when=_when(context), **_job(context)),
            _("You need not do anything. Your coach tells you what happens next."),
        ],
        why=_why_candidate(),
        calendar=_calendar(context, cancelled=True),
    )


INTERVIEW_OFF_FOR_CANDIDATE = _kind("interview_off_for_candidate", _write_interview_off_for_candidate)


def interview_cancelled(proposal: Proposal, interview_context: Context) -> None:
    """Tell everybody who was to meet that it is called off. ``interview_context`` is from ``meeting_context``."""
    _to_contacts(INTERVIEW_CANCELLED, proposal, **interview_context)
    _to_coach(INTERVIEW_CANCELLED, proposal, **interview_context)
    _to_candidate(INTERVIEW_OFF_FOR_CANDIDATE, proposal, **interview_context)


def meeting_context(interview: Interview) -> Context:
    """What a cancellation must still know of an agreed meeting; taken before the meeting loses its time."""
    context = _meeting(interview)
    return {**context, "sequence": interview.sequence + 1}


def _write_job_offered(context: Context) -> Letter:
    return _either_letter(
        _("The job is offered"),
        _("The job is offered to candidate %(alias)s.", alias=context["alias"]),
        _("When it is agreed, report the hire on the page."),
        context,
    )


JOB_OFFERED = _kind("job_offered", _write_job_offered)


def job_offered(proposal: Proposal, *, from_employer: bool) -> None:
    """Tell the other side that the job is offered."""
    _to_other_side(JOB_OFFERED, proposal, from_employer)


def _write_confirm_hire(context: Context) -> Letter:
    return _either_letter(
        _("Please confirm a hire"),
        _(
            "A hire of candidate %(alias)s is reported, with start %(day)s.",
            alias=context["alias"],
            day=day(date.fromisoformat(context["starts_on"])),
        ),
        _("Look at the terms and confirm, so that the support before and after the start is planned."),
        context,
    )


def _while_reported(notification: Notification) -> bool:
    return _state_of(notification) is ProposalState.HIRE_REPORTED


CONFIRM_HIRE = _kind("confirm_hire", _write_confirm_hire, _while_reported)


def confirm_hire(proposal: Proposal, *, from_employer: bool) -> None:
    """Ask the other side to confirm the hire."""
    if proposal.hire_starts_on is not None:
        _to_other_side(CONFIRM_HIRE, proposal, from_employer, starts_on=proposal.hire_starts_on.isoformat())


def _write_proposal_closed(context: Context) -> Letter:
    grounds = {
        CloseGround.OPENING_FILLED: _("The need is filled."),
        CloseGround.OPENING_CLOSED: _("The need was closed."),
        CloseGround.OPENING_EXPIRED: _("The last day of the need has passed."),
        CloseGround.UNANSWERED: _("There was no answer for a month."),
        CloseGround.HIRED_ELSEWHERE: _("The candidate is no longer available."),
    }
    return _either_letter(
        _("A proposal is closed"),
        _("The proposal of candidate %(alias)s is closed.", alias=context["alias"]),
        grounds[CloseGround(context["ground"])],
        context,
    )


PROPOSAL_CLOSED = _kind("proposal_closed", _write_proposal_closed)


def _write_closed_for_candidate(context: Context) -> Letter:
    return Letter(
        subject=_("A job is no longer open"),
        paragraphs=[
            _("This job is no longer open for you: %(title)s, %(employer)s.", **_job(context)),
            _("The employer can no longer see your profile. Your coach goes on looking with you."),
        ],
        why=_why_candidate(),
    )


CLOSED_FOR_CANDIDATE = _kind("closed_for_candidate", _write_closed_for_candidate)


def proposal_closed(proposal: Proposal, ground: CloseGround, *, was_sent: bool) -> None:
    """Tell both sides and the candidate; an employer who never saw it is told nothing."""
    _to_coach(PROPOSAL_CLOSED, proposal, ground=ground.value)
    if not was_sent:
        return
    if ground is CloseGround.HIRED_ELSEWHERE:  # the employer reads what it reads when a candidate withdraws
        no_longer_available(proposal)
    else:
        _to_contacts(PROPOSAL_CLOSED, proposal, ground=ground.value)
        _to_candidate(CLOSED_FOR_CANDIDATE, proposal)
