"""What each role sees in each room, and for whom somebody stands in: look-ups, one condition taken away at a time."""

from __future__ import annotations

from tests.mutants.mutant import edit, taken

_NOBODY = "guards/test_sight.py::"
_CANDIDATES = "candidates/queries.py"
_SEEING = "proposals/queries/seeing.py"
_ACCESS = "candidates/test_access.py::"
_STRANGERS = f"{_ACCESS}test_strangers_meet_no_page_and_leave_no_trace"

_LEAVES = "leaves/queries.py"
_STANDS_IN = "leaves/test_leaves.py::"
_CASELOAD = f"{_STANDS_IN}test_the_deputy_has_the_caseload_from_the_first_day_to_the_last"

MUTANTS = (
    # --- who stands in for a coach
    taken(
        "everybody stands in for everybody",
        _LEAVES,
        "select(Leave).where(Leave.deputy_id == user_id)",
        "select(Leave)",
        _CASELOAD,
    ),
    taken(
        "a deputy before the first day",
        _LEAVES,
        "            Leave.starts_on <= day,\n",
        "",
        f"{_CASELOAD}[day0-23-59-False]",
    ),
    taken(
        "a deputy after the last day",
        _LEAVES,
        "            Leave.ends_on >= day,\n",
        "",
        f"{_CASELOAD}[day4-0-0-False]",
    ),
    taken(
        "a deputy after the leave was ended",
        _LEAVES,
        "            Leave.ended_at.is_(None),\n            Leave.starts_on <= day",
        "            Leave.starts_on <= day",
        f"{_STANDS_IN}test_the_deputy_records_what_the_employer_said",
    ),
    taken(
        "a deputy of another team",
        _LEAVES,
        "            deputy.team_id == coach.team_id,\n",
        "",
        f"{_STANDS_IN}test_who_moves_to_another_team_stands_in_no_more",
    ),
    taken(
        "anybody arranges a leave",
        "leaves/service.py",
        "    if not may_arrange(actor, coach):\n        raise Missing\n",
        "",
        f"{_STANDS_IN}test_who_may_arrange",
    ),
    taken(
        "anybody stands in",
        "leaves/service.py",
        "    if not may_stand_in(deputy, coach):",
        "    if deputy.id == coach.id:",
        f"{_STANDS_IN}test_what_cannot_be_arranged_is_said_at_its_field[elsewhere-0-1-deputy]",
    ),
    taken(
        "a deputy ends the leave of who is away",
        _LEAVES,
        "    if found is None or (actor.role is Role.COACH and found.coach_id != actor.user_id):",
        "    if found is None:",
        f"{_STANDS_IN}test_a_coach_arranges_and_comes_back",
    ),
    taken(
        "a deputy's copy leaves when nobody stands in any more",
        "outbox/recipients.py",
        "            return None  # nobody stands in any more",
        "            pass",
        f"{_STANDS_IN}test_the_deputy_gets_the_mails_too_and_reads_why",
    ),
    taken(
        "every mail of a coach is copied, the way into the account too",
        "outbox/recipients.py",
        " if kind in kinds for one in ask(user_id)]",
        " for one in ask(user_id)]",
        f"{_STANDS_IN}test_what_is_told_once_is_told_to_both_once",
    ),
    # --- conditions that hold for who has something of the own, and have lost what ties them to the row
    taken(
        "a team leader with a team sees every proposal",
        _SEEING,
        "exists().where(Candidate.id == Proposal.candidate_id, Candidate.team_id == actor.team_id)",
        "exists().where(Candidate.team_id == actor.team_id)",
        f"{_NOBODY}test_those_who_have_proposals_of_their_own_see_those_alone",
    ),
    taken(
        "a coach with a caseload sees every proposal",
        _SEEING,
        "exists().where(Candidate.id == Proposal.candidate_id, Candidate.coach_id.in_(actor.caseloads))",
        "exists().where(Candidate.coach_id.in_(actor.caseloads))",
        f"{_NOBODY}test_those_who_have_proposals_of_their_own_see_those_alone",
    ),
    taken(
        "erasing somebody ends others' jobs",
        "privacy/queries.py",
        "where(Placement.candidate_id == candidate_id, Placement.state == PlacementState.ACTIVE)",
        "where(Placement.state == PlacementState.ACTIVE)",
        "privacy/test_erasing.py::test_on_request_a_followed_hire_ends_for_us_alone",
    ),
    taken(
        "a renewed yes gives the details that were agreed and not given yet",
        "proposals/service/renewing.py",
        "        if proposal.state in IDENTITY_KNOWN:  # else it was agreed and not given yet\n            hand_over",
        "        if True:\n            hand_over",
        "proposals/test_yes_again.py::test_details_that_were_agreed_and_not_given_are_not_given_by_a_renewed_yes",
    ),
    taken(
        "who has a number told may read it in the named colleague's place",
        "placements/service.py",
        "own_words.passes(placement, with_details=False)",
        "own_words.passes(placement)",
        "placements/test_service.py::test_the_named_colleague_may_be_called_as_somebody_else_is",
    ),
    # --- candidates
    taken(
        "a coach sees every candidate",
        _CANDIDATES,
        "        return Candidate.coach_id.in_(actor.caseloads)",
        "        return Candidate.id.is_not(None)",
        f"{_STRANGERS}[colleague-]",
    ),
    taken(
        "a team leader sees every team's candidates",
        _CANDIDATES,
        "        return Candidate.team_id == actor.team_id",
        "        return Candidate.id.is_not(None)",
        f"{_STRANGERS}[other_leader-]",
    ),
    taken(
        "other roles see candidates",
        _CANDIDATES,
        "    raise Missing\n\n\ndef _with_parts",
        "    return Candidate.id.is_not(None)\n\n\ndef _with_parts",
        f"{_ACCESS}test_no_query_answers_other_roles",
    ),
    taken(
        "a candidate by any id",
        _CANDIDATES,
        "where(Candidate.public_id == public_id, _in_sight(actor))",
        "where(Candidate.public_id == public_id)",
        f"{_STRANGERS}[colleague-/profile]",
        f"{_NOBODY}test_another_teams_candidate_is_not_there",
    ),
    taken(
        "names of candidates out of sight",
        _CANDIDATES,
        "Identity.candidate_id.in_(wanted), _in_sight(actor))",
        "Identity.candidate_id.in_(wanted))",
        f"{_ACCESS}test_names_are_for_those_who_may_see_them",
    ),
    taken(
        "names for other roles: both conditions together",
        _CANDIDATES,
        "    if not wanted or actor.role not in _WHY:",
        "    if not wanted:",
        f"{_ACCESS}test_names_are_for_those_who_may_see_them",
        also=(
            edit(
                _CANDIDATES,
                "    raise Missing\n\n\ndef _with_parts",
                "    return Candidate.id.is_not(None)\n\n\ndef _with_parts",
            ),
        ),
        fails_with="KeyError",
    ),
    taken(
        "an identity out of sight",
        _CANDIDATES,
        "where(Identity.candidate_id == candidate.id, _in_sight(actor))",
        "where(Identity.candidate_id == candidate.id)",
        f"{_NOBODY}test_who_a_candidate_is_and_who_has_looked_is_the_coachs_and_the_leaders",
    ),
    taken(
        "notes out of sight",
        _CANDIDATES,
        "where(Note.candidate_id == candidate.id, _in_sight(actor))",
        "where(Note.candidate_id == candidate.id)",
        f"{_NOBODY}test_a_note_is_read_by_no_other_team",
    ),
    taken(
        "who has looked, out of sight",
        _CANDIDATES,
        "where(Candidate.id == candidate.id, _in_sight(actor))) is None:",
        "where(Candidate.id == candidate.id)) is None:",
        f"{_NOBODY}test_who_a_candidate_is_and_who_has_looked_is_the_coachs_and_the_leaders",
    ),
    taken(
        "the list holds candidates out of sight",
        _CANDIDATES,
        "        .where(_in_sight(actor))\n        .options(joinedload(Candidate.coach))\n"
        "        .order_by(Candidate.phase_since, Candidate.id)",
        "        .options(joinedload(Candidate.coach))\n        .order_by(Candidate.phase_since, Candidate.id)",
        f"{_NOBODY}test_lists_of_candidates_hold_those_in_sight",
    ),
    taken(
        "another coach changes a candidate",
        "candidates/rules.py",
        "        return actor.user_id == candidate.coach_id",
        "        return True",
        f"{_NOBODY}test_only_the_coach_and_the_leader_may_touch",
    ),
    taken(
        "another team's leader changes a candidate",
        "candidates/rules.py",
        "    return actor.role is Role.TEAM_LEADER and actor.team_id == candidate.team_id\n\n\ndef steps",
        "    return actor.role is Role.TEAM_LEADER\n\n\ndef steps",
        f"{_NOBODY}test_only_the_coach_and_the_leader_may_touch",
    ),
    taken(
        "other roles change a candidate",
        "candidates/rules.py",
        "    return actor.role is Role.TEAM_LEADER and actor.team_id == candidate.team_id\n\n\ndef steps",
        "    return actor.team_id == candidate.team_id or actor.role is not Role.TEAM_LEADER\n\n\ndef steps",
        f"{_NOBODY}test_only_the_coach_and_the_leader_may_touch",
    ),
    taken(
        "the service changes a stranger's candidate",
        "candidates/service.py",
        "    if actor is not SYSTEM and not rules.may_touch(actor, candidate):",
        "    if False:",
        f"{_NOBODY}test_services_refuse_whoever_may_not_touch",
    ),
    taken(
        "anybody assigns",
        "candidates/rules.py",
        "    return actor.role is Role.TEAM_LEADER and actor.team_id == candidate.team_id and candidate.phase",
        "    return candidate.phase",
        "candidates/test_phases.py::test_nobody_else_assigns",
    ),
    taken(
        "a coach of another team is chosen",
        "candidates/service.py",
        " or coach.team_id != candidate.team_id or not coach.is_active:",
        " or not coach.is_active:",
        "candidates/test_phases.py::test_only_an_active_coach_of_the_team_is_chosen",
    ),
    taken(
        "the log's filter names another team's candidate",
        "desk/log.py",
        "        return select(Candidate).where(Candidate.team_id == actor.team_id)",
        "        return select(Candidate)",
        "desk/test_log.py::test_what_is_not_the_leaders_is_as_absent_as_what_does_not_exist",
    ),
    taken(
        "a leader reads every team's log",
        "desk/log.py",
        "    page = paged(_narrowed(_of_team(actor), chosen), page_number())",
        "    page = paged(_narrowed(audit.shown_to_anyone(), chosen), page_number())",
        "desk/test_log.py",
    ),
    # --- proposals
    taken(
        "an employer sees another's proposals, or a suspended one its own",
        _SEEING,
        "        return and_(owned, _kept_for_employers(), _is_contact(actor))",
        "        return and_(_kept_for_employers(), _is_contact(actor))",
        "attacks/test_who_sees.py::test_nobody_at_a_suspended_employer_is_mailed",
    ),
    taken(
        "an ended proposal stays with the employer",
        _SEEING,
        "    return and_(Proposal.proposed_at.is_not(None), shown)",
        "    return Proposal.proposed_at.is_not(None)",
        "privacy/test_retention.py::test_an_ended_proposal_leaves_the_employers_pages_after_six_months",
    ),
    taken(
        "colleagues know of what was not sent yet",
        _SEEING,
        "    return and_(Proposal.proposed_at.is_not(None), shown)",
        "    return shown",
        f"{_NOBODY}test_what_was_refused_before_it_was_sent_is_nobodys_at_the_employer",
    ),
    taken(
        "who was taken off the need sees on",
        _SEEING,
        "            opening_contacts.c.opening_id == Proposal.opening_id, "
        "opening_contacts.c.user_id == actor.user_id\n",
        "            opening_contacts.c.opening_id == Proposal.opening_id\n",
        "attacks/test_who_sees.py::test_a_place_that_is_somebody_elses_stays_so_after_the_opening_was_given_to_others",
    ),
    taken(
        "who is new at the need sees before the candidate knows",
        _SEEING,
        "            consent_contacts.c.consent_id == Proposal.consent_id, "
        "consent_contacts.c.user_id == actor.user_id\n",
        "            consent_contacts.c.consent_id == Proposal.consent_id\n",
        "proposals/test_candidate_pages.py::test_a_new_contact_person_sees_nothing_before_the_candidate_agreed_again",
    ),
    taken(
        "every user of the employer sees the profile",
        _SEEING,
        "        return and_(owned, _kept_for_employers(), _is_contact(actor))",
        "        return and_(owned, _kept_for_employers())",
        f"{_NOBODY}test_a_proposal_and_a_hire_are_not_there_for_strangers",
    ),
    taken(
        "a coach sees another coach's proposals",
        _SEEING,
        "Candidate.id == Proposal.candidate_id, Candidate.coach_id.in_(actor.caseloads))",
        "Candidate.id == Proposal.candidate_id)",
        "attacks/test_who_sees.py::test_the_new_coach_hears_and_the_old_one_does_not",
    ),
    taken(
        "a leader sees another team's proposals",
        _SEEING,
        "Candidate.id == Proposal.candidate_id, Candidate.team_id == actor.team_id)",
        "Candidate.id == Proposal.candidate_id)",
        f"{_NOBODY}test_a_proposal_and_a_hire_are_not_there_for_strangers",
    ),
    taken(
        "other roles see proposals",
        _SEEING,
        "    return false()",
        "    return Proposal.id.is_not(None)",
        f"{_NOBODY}test_a_proposal_and_a_hire_are_not_there_for_strangers",
    ),
    taken(
        "a proposal by any id",
        _SEEING,
        "where(Proposal.public_id == public_id, visible_to(actor))",
        "where(Proposal.public_id == public_id)",
        f"{_NOBODY}test_a_proposal_and_a_hire_are_not_there_for_strangers",
    ),
    taken(
        "colleagues of another employer know of a proposal",
        _SEEING,
        "            ~_is_contact(actor),\n"
        "            exists().where(Opening.id == Proposal.opening_id, Opening.employer_id == actor.employer_id),\n",
        "            ~_is_contact(actor),\n",
        f"{_NOBODY}test_that_there_is_a_proposal_is_known_to_the_own_colleagues_alone",
    ),
)
