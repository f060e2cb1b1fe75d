"""Who erases, and that who was erased does not come back with a backup."""

from __future__ import annotations

from tests.mutants.mutant import taken

_RESTORED = "privacy/test_restore.py::test_a_restored_backup_revives_nobody"

MUTANTS = (
    taken(
        "the web server does not read the list before its first answer",
        "privacy/starting.py",
        "                    reapply()\n",
        "                    pass\n",
        _RESTORED,
    ),
    taken(
        "the worker does not read it before its first mail",
        "privacy/jobs.py",
        '    first_of_all("privacy.reapply", begin)\n',
        "",
        "privacy/test_restore.py::test_the_worker_does_it_before_its_first_mail",
    ),
    taken(
        "what the worker does first is nothing",
        "privacy/jobs.py",
        "    reapply()\n\n\ndef register",
        "    return None\n\n\ndef register",
        "privacy/test_restore.py::test_the_worker_does_it_before_its_first_mail",
    ),
    taken(
        "under another key the portal starts all the same",
        "privacy/starting.py",
        "        tombstones.read()  #",
        "        pass  #",
        "privacy/test_restore.py::test_under_another_key_the_portal_does_not_start",
    ),
    taken(
        "who is erased is not put on the list",
        "privacy/erasing.py",
        "    tombstones.note(tombstones.Gone.CANDIDATE, public_id)\n",
        "",
        _RESTORED,
    ),
    taken(
        "a user who is erased is not put on the list",
        "privacy/erasing.py",
        "    tombstones.note(tombstones.Gone.USER, user.public_id)\n",
        "",
        _RESTORED,
    ),
    taken(
        "a yes that was taken back is not put on the list",
        "wiring.py",
        "    candidate_events.CONSENT_WITHDRAWN.subscribe(tombstones.note_consent)\n",
        "",
        _RESTORED,
    ),
    taken(
        "consents on the list stay alive",
        "privacy/reapply.py",
        "        _take_back(consent_id)\n",
        "        pass\n",
        _RESTORED,
    ),
    taken(
        "anybody erases on request",
        "privacy/service.py",
        "    if not rules.may_erase_on_request(actor, candidate):",
        "    if False:",
        "privacy/test_erasing.py::test_only_the_leader_of_the_team_erases",
    ),
    taken(
        "another team's leader erases",
        "privacy/rules.py",
        "    return actor.role is Role.TEAM_LEADER and actor.team_id == candidate.team_id",
        "    return actor.role is Role.TEAM_LEADER",
        "privacy/test_erasing.py::test_only_the_leader_of_the_team_erases",
    ),
    taken(
        "other roles of the team erase",
        "privacy/rules.py",
        "    return actor.role is Role.TEAM_LEADER and actor.team_id == candidate.team_id",
        "    return actor.team_id == candidate.team_id",
        "privacy/test_erasing.py::test_only_the_leader_of_the_team_erases",
    ),
    taken(
        "a stranger makes the clock begin anew",
        "privacy/service.py",
        "    if not rules.may_keep(actor, candidate):",
        "    if False:",
        "guards/test_sight.py::test_services_refuse_whoever_may_not_touch",
        fails_with="portal.core.errors.Overtaken",
    ),
    taken(
        "a stranger keeps a part of the extract back",
        "privacy/service.py",
        "    if not rules.may_refuse_part(actor, candidate):\n        raise Missing\n    if part not in PARTS:",
        "    if part not in PARTS:",
        "guards/test_sight.py::test_services_refuse_whoever_may_not_touch",
    ),
    taken(
        "erased without a warning",
        "privacy/rules.py",
        "    if standing.live or standing.warned_on is None:",
        "    if standing.live:",
        "privacy/test_rules.py::test_nobody_goes_without_a_warning_or_while_something_is_live",
    ),
    taken(
        "erased while something is live",
        "privacy/rules.py",
        "    if standing.live or standing.warned_on is None:",
        "    if standing.warned_on is None:",
        "privacy/test_rules.py::test_nobody_goes_without_a_warning_or_while_something_is_live",
    ),
)
