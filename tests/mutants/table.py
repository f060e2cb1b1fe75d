"""All mutants, and the places in the code of which the tables must hold every one."""

from __future__ import annotations

from tests.mutants import (
    answers,
    consents,
    doors,
    erasing,
    guards,
    links,
    logs,
    mails,
    pulses,
    shown,
    sights,
    sights_of_hires,
    steps,
    texts,
)

MUTANTS = (
    *guards.MUTANTS,
    *steps.MUTANTS,
    *consents.MUTANTS,
    *shown.MUTANTS,
    *sights.MUTANTS,
    *sights_of_hires.MUTANTS,
    *logs.MUTANTS,
    *texts.MUTANTS,
    *doors.MUTANTS,
    *links.MUTANTS,
    *answers.MUTANTS,
    *mails.MUTANTS,
    *erasing.MUTANTS,
    *pulses.MUTANTS,
)

# (file below portal/, function) whose every refusal and every condition that it returns is taken away by some entry.
# A new ``if … raise`` or ``return`` in them without an entry fails ``test_every_check_of_the_walls_has_its_mutant``.
WALLS = (
    ("accounts/links.py", "find"),
    ("accounts/links.py", "handed_out"),
    ("accounts/links.py", "is_live"),
    ("accounts/links.py", "use"),
    ("accounts/queries.py", "load_user"),
    ("accounts/sign_in_links.py", "employer_of_link"),
    ("candidates/consents.py", "give"),
    ("candidates/consents.py", "named"),
    ("candidates/consents.py", "withdraw"),
    ("candidates/consents.py", "_may_withdraw"),
    ("candidates/consents.py", "_refuse_against_plan"),
    ("candidates/consents.py", "_refuse_unsound"),
    ("candidates/disclosure.py", "disclosed_fields"),
    ("candidates/models.py", "is_live"),
    ("candidates/queries.py", "_in_sight"),
    ("candidates/rules.py", "may_assign"),
    ("candidates/rules.py", "may_touch"),
    ("core/access.py", "enforce"),
    ("employers/by_link.py", "opened"),
    ("employers/queries.py", "_may_see"),
    ("employers/rules.py", "may_edit"),
    ("openings/queries.py", "visible_to"),
    ("openings/rules.py", "may_register_for"),
    ("placements/pulse_mails.py", "_waits"),
    ("placements/pulse_queries.py", "_seen_by"),
    ("placements/pulses.py", "_is_for"),
    ("placements/by_link.py", "_followed"),
    ("placements/queries.py", "visible_to"),
    ("privacy/rules.py", "may_erase_on_request"),
    *(("proposals/mails/readers.py", f"while_{name}") for name in ("sent", "live", "proposed", "asked", "reported")),
    ("proposals/queries/seeing.py", "visible_to"),
    ("proposals/queries/seeing.py", "_is_contact"),
    ("proposals/queries/seeing.py", "_kept_for_employers"),
    ("proposals/rules.py", "shows_profile"),
)

# Where a look-up asks what the actor may see; each is taken away by some entry.
LOOK_UPS = (
    ("accounts/queries.py", "get_for"),
    ("candidates/queries.py", "get_for"),
    ("candidates/queries.py", "names"),
    ("candidates/queries.py", "identity_of"),
    ("candidates/queries.py", "notes"),
    ("employers/queries.py", "get_for"),
    ("openings/queries.py", "get_for"),
    ("placements/pulse_queries.py", "get_for"),
    ("placements/pulse_queries.py", "of_placement"),
    ("placements/pulse_queries.py", "waiting"),
    ("placements/queries.py", "get_by_id"),
    ("placements/queries.py", "get_for"),
    ("placements/queries.py", "contact_for"),
    ("placements/queries.py", "contacts_of"),
    ("placements/queries.py", "_requests"),
    ("placements/queries.py", "may_be_told"),
    ("proposals/queries/seeing.py", "get_by_id"),
    ("proposals/queries/seeing.py", "get_for"),
    ("proposals/queries/seeing.py", "known_to_colleagues"),
    ("proposals/queries/mailing.py", "may_be_told"),
)

# What needs no mutant: (file, function, a piece of the line) -> why.
HARMLESS = {
    ("accounts/queries.py", "load_user", "return user"): "the good end",
    ("candidates/consents.py", "_may_withdraw", "return True"): "the system may: nothing is refused there",
    ("candidates/consents.py", "give", "return consent"): "the good end",
    ("candidates/consents.py", "_refuse_against_plan", "plan is None"): "each candidate has a plan by foreign key; "
    "without one the next line cannot be reached",
    ("candidates/disclosure.py", "disclosed_fields", "if identity is None"): "without one there is no value to give",
    ("candidates/disclosure.py", "disclosed_fields", "return {"): "the good end",
    ("core/access.py", "enforce", "x00"): "about odd addresses, not about right",
    ("core/access.py", "enforce", "return None"): "the good ends",
    ("accounts/links.py", "find", "return link"): "the good end",
    ("accounts/links.py", "handed_out", "return link"): "the good end",
    ("accounts/sign_in_links.py", "employer_of_link", "return user"): "the good end",
    ("placements/by_link.py", "_followed", "return placement"): "the good end",
    ("openings/queries.py", "visible_to", "return true()"): "the system sees all",
    ("placements/queries.py", "visible_to", "return true()"): "the system sees all",
}
