"""What each role sees of hires, needs, employers and accounts: one condition taken away at a time."""

from __future__ import annotations

from tests.mutants.mutant import taken

_NOBODY = "guards/test_sight.py::"
_HIRES = "placements/queries.py"
_HIRE_PAGES = "placements/test_pages.py::"

MUTANTS = (
    # --- hires
    taken(
        "a coach sees another coach's hires",
        _HIRES,
        "_whose.id == Placement.candidate_id, _whose.coach_id.in_(actor.caseloads))",
        "_whose.id == Placement.candidate_id)",
        f"{_HIRE_PAGES}test_a_former_coach_sees_it_no_more",
    ),
    taken(
        "a leader sees another team's hires",
        _HIRES,
        "_whose.id == Placement.candidate_id, _whose.team_id == actor.team_id)",
        "_whose.id == Placement.candidate_id)",
        f"{_HIRE_PAGES}test_only_contact_persons_see_a_hire",
    ),
    taken(
        "every user of the employer sees a hire",
        _HIRES,
        "            consent_contacts.c.user_id == actor.user_id,\n        )\n        return and_",
        "        )\n        return and_",
        f"{_HIRE_PAGES}test_only_contact_persons_see_a_hire",
    ),
    taken(
        "a job of which nobody is told",
        _HIRES,
        "Placement.employer_id == actor.employer_id, Placement.told_at_work != ToldAtWork.NOBODY, named)",
        "Placement.employer_id == actor.employer_id, named)",
        "placements/test_service.py::test_an_employer_sees_nothing_of_a_job_that_nobody_is_told_of_whatever_the_database_holds",
    ),
    taken(
        "an own find is the employer's to see",
        _HIRES,
        "Placement.told_at_work != ToldAtWork.NOBODY, named)",
        "Placement.told_at_work != ToldAtWork.NOBODY)",
        f"{_HIRE_PAGES}test_an_own_find_is_seen_by_no_employer",
    ),
    taken(
        "another employer sees a hire",
        _HIRES,
        "        return and_(Placement.employer_id == actor.employer_id, Placement.told_at_work",
        "        return and_(Placement.told_at_work",
        f"{_NOBODY}test_a_hire_stays_with_the_employer_whatever_place_its_people_have",
    ),
    taken(
        "a hire by a yes that was taken back",
        _HIRES,
        "    return and_(Consent.withdrawn_at.is_(None), Consent.until >= clock.today())",
        "    return Consent.until >= clock.today()",
        f"{_HIRE_PAGES}test_a_hire_is_seen_and_mailed_to_those_whom_the_living_yes_names",
    ),
    taken(
        "a hire by a yes past its day",
        _HIRES,
        "    return and_(Consent.withdrawn_at.is_(None), Consent.until >= clock.today())",
        "    return Consent.withdrawn_at.is_(None)",
        f"{_HIRE_PAGES}test_a_hire_is_seen_and_mailed_to_those_whom_the_living_yes_names",
    ),
    taken(
        "everybody at the employer is mailed of a hire",
        _HIRES,
        "            User.id.in_(named),\n",
        "",
        f"{_HIRE_PAGES}test_a_hire_is_seen_and_mailed_to_those_whom_the_living_yes_names",
    ),
    taken(
        "who works elsewhere by now is mailed of a hire",
        _HIRES,
        "            Membership.employer_id == placement.employer_id,\n            User.deactivated_at",
        "            User.deactivated_at",
        f"{_HIRE_PAGES}test_a_hire_is_seen_and_mailed_to_those_whom_the_living_yes_names",
    ),
    taken(
        "who has left is mailed of a hire",
        _HIRES,
        "            User.deactivated_at.is_(None),\n",
        "",
        f"{_HIRE_PAGES}test_a_hire_is_seen_and_mailed_to_those_whom_the_living_yes_names",
    ),
    taken(
        "other roles see hires",
        _HIRES,
        "    return false()",
        "    return Placement.id.is_not(None)",
        f"{_NOBODY}test_a_proposal_and_a_hire_are_not_there_for_strangers",
    ),
    taken(
        "a hire by any id",
        _HIRES,
        "where(Placement.public_id == public_id, visible_to(actor))",
        "where(Placement.public_id == public_id)",
        f"{_HIRE_PAGES}test_only_contact_persons_see_a_hire",
    ),
    taken(
        "a request for support by any id",
        _HIRES,
        "        .join(SupportRequest.placement)\n        .where(visible_to(actor))\n",
        "        .join(SupportRequest.placement)\n",
        "placements/test_support.py::test_strangers_take_nothing",
    ),
    taken(
        "an employer opens a contact of the plan",
        _HIRES,
        "    if contact is None or not actor.is_staff:",
        "    if contact is None:",
        f"{_NOBODY}test_a_plan_is_the_teams",
    ),
    taken(
        "an employer loads both sides of the plan",
        _HIRES,
        "    if not actor.is_staff:\n        return []\n"
        "    query = select(SupportContact).where(SupportContact.placement_id == placement.id)",
        "    query = select(SupportContact).where(SupportContact.placement_id == placement.id)",
        f"{_HIRE_PAGES}test_a_query_for_an_employer_loads_the_employers_side_alone",
    ),
    taken(
        "an employer's page shows the employee's side",
        _HIRES,
        "            SupportContact.placement_id == placement.id,\n"
        "            SupportContact.side == ContactSide.EMPLOYER,\n",
        "            SupportContact.placement_id == placement.id,\n",
        f"{_HIRE_PAGES}test_the_employer_can_never_reach_the_employees_side",
    ),
    taken(
        "what is due for an employer holds the employee's side",
        _HIRES,
        "    return query if all_sides else query.where(SupportContact.side == ContactSide.EMPLOYER)",
        "    return query",
        f"{_HIRE_PAGES}test_a_query_for_an_employer_loads_the_employers_side_alone",
    ),
    taken(
        "the next contact tells of the employee's side",
        _HIRES,
        "query.where(SupportContact.side == ContactSide.EMPLOYER, SupportContact.due_on >= clock.today())",
        "query.where(SupportContact.due_on >= clock.today())",
        f"{_HIRE_PAGES}test_counts_tell_the_employer_nothing_of_the_employees_side",
        "desk/test_employer.py",
    ),
    # --- needs and employers
    taken(
        "an employer sees another's needs",
        "openings/queries.py",
        "        return Opening.employer_id == actor.employer_id",
        "        return Opening.id.is_not(None)",
        "openings/test_posting.py::test_somebody_elses_need_looks_like_none",
    ),
    taken(
        "staff see an employer's own drafts",
        "openings/queries.py",
        "        return or_(Opening.posted_at.is_not(None), Opening.wants_posting, "
        "Opening.created_by_id.in_(_BY_STAFF))",
        "        return Opening.id.is_not(None)",
        "openings/test_states.py::test_a_draft_of_the_employers_own_is_hidden_from_staff",
    ),
    taken(
        "other roles see needs",
        "openings/queries.py",
        "    return false()",
        "    return Opening.id.is_not(None)",
        f"{_NOBODY}test_a_need_is_not_there_for_other_roles",
    ),
    taken(
        "a need by any id",
        "openings/queries.py",
        "where(Opening.public_id == public_id, visible_to(actor))",
        "where(Opening.public_id == public_id)",
        "openings/test_posting.py::test_somebody_elses_need_looks_like_none",
    ),
    taken(
        "anybody registers for an employer",
        "openings/rules.py",
        "    return actor.is_staff or (actor.is_employer and actor.employer_id == employer_id)",
        "    return True",
        f"{_NOBODY}test_a_need_is_registered_by_its_own_people_and_the_team",
    ),
    taken(
        "an employer sees another",
        "employers/queries.py",
        "        return actor.employer_id == employer.id",
        "        return True",
        "employers/test_relationship.py::test_what_services_refuse_whoever_calls",
    ),
    taken(
        "other roles see employers",
        "employers/queries.py",
        "    return actor.is_staff or actor.role is Role.ADMINISTRATOR\n",
        "    return True\n",
        f"{_NOBODY}test_an_employer_is_not_there_for_other_roles",
    ),
    taken(
        "an employer by any id",
        "employers/queries.py",
        "    if employer is None or not _may_see(actor, employer):",
        "    if employer is None:",
        "employers/test_relationship.py::test_what_services_refuse_whoever_calls",
    ),
    taken(
        "a suspended employer goes on seeing its own",
        "employers/queries.py",
        "Membership.user_id == user.id, Employer.verification != Verification.SUSPENDED)",
        "Membership.user_id == user.id)",
        "employers/test_relationship.py::test_a_suspended_organisation_sees_nothing_from_the_next_request_on",
    ),
    taken(
        "an employer edits another",
        "employers/rules.py",
        "        return actor.employer_id == employer.id\n    if actor.role is Role.COACH:",
        "        return True\n    if actor.role is Role.COACH:",
        "employers/test_relationship.py::test_what_services_refuse_whoever_calls",
    ),
    taken(
        "a coach edits employers of others",
        "employers/rules.py",
        "        return employer.coach_id in actor.caseloads",
        "        return True",
        "employers/test_relationship.py::test_a_coach_edits_those_looked_after_and_may_take_over",
    ),
    taken(
        "other roles edit employers",
        "employers/rules.py",
        "    return actor.role is Role.TEAM_LEADER\n",
        "    return True\n",
        f"{_NOBODY}test_an_employer_is_not_there_for_other_roles",
    ),
    taken(
        "colleagues are invited by who does not manage",
        "employers/rules.py",
        "    return actor.is_staff or _manages(actor, employer)",
        "    return True",
        "employers/test_joining.py::test_only_those_who_manage_invite",
    ),
    taken(
        "what was said with an employer, for the employer",
        "employers/queries.py",
        "    if not actor.is_staff:\n        return []\n    query = (\n        select(EmployerContact)",
        "    query = (\n        select(EmployerContact)",
        f"{_NOBODY}test_what_was_said_with_an_employer_is_the_teams",
    ),
    taken(
        "users for other roles",
        "accounts/queries.py",
        "    if user is None or actor.role is not Role.ADMINISTRATOR:",
        "    if user is None:",
        f"{_NOBODY}test_an_account_is_the_administrators_to_see",
    ),
)
