"""Whose mails that did not arrive a coach sees and acts on."""

from __future__ import annotations

from tests.mutants.mutant import taken

_QUERIES = "delivery/queries.py"
_TESTS = "delivery/test_undelivered.py::"
_WHOSE = f"{_TESTS}test_each_coach_sees_what_did_not_reach_their_own_people"
_CANDIDATE = f"{_TESTS}test_a_candidates_address_is_corrected_by_the_coach_and_what_waited_goes_there"
_INVITED = f"{_TESTS}test_an_unanswered_invitation_goes_to_the_right_address_instead"

MUTANTS = (
    taken(
        "every coach sees every undelivered mail",
        _QUERIES,
        "_failed().where(_concerns(actor.caseloads), *conditions)",
        "_failed().where(*conditions)",
        _WHOSE,
    ),
    taken(
        "undelivered mails to other coaches' candidates",
        _QUERIES,
        "own = select(Candidate.id).where(Candidate.coach_id.in_(coach_ids))",
        "own = select(Candidate.id)",
        _CANDIDATE,
    ),
    taken(
        "undelivered mails to employers that somebody else looks after",
        _QUERIES,
        "Membership.employer_id)\n        .where(Employer.coach_id.in_(coach_ids))",
        "Membership.employer_id)\n        .where(Employer.coach_id.is_not(None))",
        _WHOSE,
    ),
    taken(
        "undelivered mails to who had a proposal once",
        _QUERIES,
        "Proposal.candidate_id.in_(own), Proposal.state.in_(SENT)",
        "Proposal.candidate_id.in_(own)",
        _WHOSE,
    ),
    taken(
        "undelivered mails about other coaches' hires",
        _QUERIES,
        "        Placement.candidate_id.in_(own), Placement.state",
        "        Placement.state",
        f"{_TESTS}test_a_hire_keeps_its_contact_persons_with_the_coach",
    ),
    taken(
        "undelivered invitations to employers that somebody else looks after",
        _QUERIES,
        "        .where(Employer.coach_id.in_(coach_ids), Invitation.accepted_at",
        "        .where(Invitation.accepted_at",
        _INVITED,
    ),
    taken(
        "undelivered mails about somebody's account",
        _QUERIES,
        "SendState.FAILED, Notification.kind.not_in(_not_the_coachs())",
        "SendState.FAILED",
        f"{_TESTS}test_no_mail_is_told_of_that_is_the_coachs_own_or_about_somebodys_account",
    ),
    taken(
        "an employer reads whom the portal mailed",
        _QUERIES,
        "    if not actor.is_staff:\n        return []\n    rows",
        "    rows",
        f"{_TESTS}test_the_teams_pages_say_of_each_mail_whether_it_arrived",
    ),
    taken(
        "a coach reads the address that somebody signs in with as one to correct",
        "delivery/views.py",
        "    if one.candidate is None and not one.is_invitation:\n        raise Missing",
        "    if False:\n        raise Missing",
        f"{_TESTS}test_the_address_that_somebody_signs_in_with_is_not_the_coachs_to_change",
    ),
    taken(
        "a coach is mailed of what is not theirs any more",
        "delivery/mails.py",
        "_write, still_due=_still_undelivered)",
        "_write)",
        _WHOSE,
    ),
    taken(
        "the administrator sends candidates' mails again",
        "outbox/service.py",
        "    if actor.role is Role.ADMINISTRATOR and notification.candidate_id is not None:",
        "    if False:",
        f"{_TESTS}test_the_administrator_sends_no_candidates_mail_again",
    ),
)
