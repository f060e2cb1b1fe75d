"""What is done with candidates, one verb a function: check, change, write to the log, mail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import TypeVar

from flask_babel import gettext as _
from sqlalchemy import update
from sqlalchemy.orm.attributes import set_committed_value

from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.audit import service as audit
from portal.candidates import events, keeping, mails, profiles, rules, textguard
from portal.candidates.models import (
    Candidate,
    DisclosurePlan,
    Experience,
    Identity,
    Note,
    PersonalField,
    PhaseChange,
    Profile,
    SupportTelling,
)
from portal.candidates.states import PHASES, Phase
from portal.candidates.words import LEVEL_NAMES
from portal.core import clock, guarding, reference
from portal.core.actors import SYSTEM, Actor, Role
from portal.core.db import db, rows_changed
from portal.core.errors import Invalid, Missing, Overtaken, Refused
from portal.core.i18n import Language
from portal.core.states import Transition
from portal.core.work import Shift
from portal.outbox.addresses import acceptable_address

Part = TypeVar("Part", Identity, Profile, DisclosurePlan)

HOURS_MOST = 60
OCCUPATIONS_MOST = 5


@dataclass(frozen=True, kw_only=True)
class IdentityValues:
    """Who a candidate is, as a form gives it; see ``models.Identity``."""

    first_name: str
    last_name: str
    nickname: str = ""
    birth_date: date | None = None
    email: str = ""
    phone: str = ""
    street: str = ""
    postal_code: str = ""
    municipality: str = ""
    language: Language = Language.SV
    care_contact: str = ""


@dataclass(frozen=True, kw_only=True)
class ProfileValues:
    """What a candidate brings, as a form gives it; see ``models.Profile``."""

    occupations: Mapping[str, Experience] = field(default_factory=dict)
    skills: Iterable[str] = ()
    languages: Mapping[str, str] = field(default_factory=dict)
    driving_licence: str = ""
    hours_min: int | None = None
    hours_max: int | None = None
    shifts: Iterable[Shift] = ()
    areas: Iterable[str] = ()
    earliest_start: date | None = None
    works_well: str = ""
    pitch: str = ""
    pitch_language: Language = Language.SV
    wishes: str = ""
    words_read: str = ""  # tokens of the doubtful words in pitch and lines that the coach has looked at


@dataclass(frozen=True, kw_only=True)
class PlanValues:
    """What a candidate has decided may be told, as a form gives it; see ``models.DisclosurePlan``."""

    proposals_allowed: bool
    fields: Iterable[PersonalField] = ()
    support_telling: SupportTelling = SupportTelling.NOTHING
    agreed_words: str = ""
    never_say: str = ""
    words_read: str = ""  # tokens of the doubtful words in the agreed words that the coach has looked at


def refer(actor: Actor, identity: IdentityValues) -> Candidate:
    """Take in somebody who was referred: a candidate with identity, an empty profile and a plan that tells nothing.

    A coach's referral comes to the own caseload; a team leader's waits until a coach is chosen.

    :raises Invalid: at the field that is wrong.
    """
    PHASES.check(None, "refer", actor.role)
    if actor.team_id is None:
        raise Missing
    _refuse_bad_identity(identity)
    candidate = Candidate(
        team_id=actor.team_id,
        coach_id=actor.user_id if actor.role is Role.COACH else None,
        phase=Phase.REFERRED,
    )
    candidate.identity = Identity(**asdict(identity))
    candidate.profile = Profile(pitch_language=identity.language)
    db.session.add(candidate)
    db.session.flush()
    db.session.add(DisclosurePlan(candidate_id=candidate.id, reviewed_by_id=actor.user_id))
    _note_phase(candidate, actor)
    audit.record(actor, "candidates.refer", "candidate", candidate.id, to=Phase.REFERRED.value)
    return candidate


def edit_identity(actor: Actor, candidate: Candidate, values: IdentityValues, version: int) -> None:
    """Change who a candidate is.

    :param version: the one that the form was filled from.
    :raises Invalid: at the field that is wrong, or at ``version`` when somebody else has changed it meanwhile.
    """
    _refuse_stranger(actor, candidate)
    _refuse_bad_identity(values)
    identity = _locked(Identity, candidate)
    _refuse_lost_update(identity.version, version)
    for name, value in asdict(values).items():
        setattr(identity, name, value)
    db.session.flush()
    audit.record(actor, "candidates.edit_identity", "candidate", candidate.id)


def correct_address(actor: Actor, candidate: Candidate, email: str, version: int) -> None:
    """Change a candidate's mail address alone, since a mail to it did not arrive.

    :param version: the one that the form was filled from.
    :raises Invalid: at ``email``, or at ``version`` when somebody else has changed who it is meanwhile.
    """
    _refuse_stranger(actor, candidate)
    if not email:
        raise Invalid("email", _("Fill this in."))
    now = _locked(Identity, candidate)
    values = {one.name: getattr(now, one.name) for one in fields(IdentityValues)}
    edit_identity(actor, candidate, IdentityValues(**{**values, "email": email}), version)


def edit_profile(actor: Actor, candidate: Candidate, values: ProfileValues, version: int) -> None:
    """Change the coach's working copy of the profile; what is frozen stays as it is.

    :param version: the one that the form was filled from.
    :raises Invalid: at the field that is wrong, or at ``version`` when somebody else has changed it meanwhile.
    :raises HeldBack: at ``pitch`` and ``works_well``, for words that may not reach an employer.
    """
    _refuse_stranger(actor, candidate)
    _refuse_bad_profile(values)
    profile = _locked(Profile, candidate)
    _refuse_lost_update(profile.version, version)
    words_read = _read_texts(candidate, values, profile.words_read)
    before = profiles.working_copy(candidate)
    profile.occupations = {key: Experience(band).value for key, band in values.occupations.items()}
    profile.skills = sorted(set(values.skills))
    profile.languages = dict(values.languages)
    profile.driving_licence = values.driving_licence
    profile.hours_min, profile.hours_max = values.hours_min, values.hours_max
    profile.shifts = list(values.shifts)
    profile.areas = sorted(set(values.areas))
    profile.earliest_start = values.earliest_start
    profile.works_well = values.works_well
    profile.pitch = values.pitch
    profile.pitch_language = values.pitch_language
    profile.wishes = values.wishes
    profile.words_read = words_read
    profile.changed_at = clock.now()
    db.session.flush()
    audit.record(actor, "candidates.edit_profile", "candidate", candidate.id)
    keeping.forget_gone(candidate)
    if profiles.working_copy(candidate) != before:
        events.PROFILE_CHANGED.emit(actor, candidate)


def edit_plan(actor: Actor, candidate: Candidate, values: PlanValues, version: int) -> DisclosurePlan:
    """Write down what the candidate has decided may be told; the day of the review is today.

    :param version: the one that the form was filled from.
    :raises Invalid: when agreed words are missing, or at ``version`` when somebody else has changed it meanwhile.
    """
    _refuse_stranger(actor, candidate)
    if values.support_telling is SupportTelling.AGREED_WORDS and not values.agreed_words:
        raise Invalid("agreed_words", _("Write the words that you have agreed on."))
    plan = _locked(DisclosurePlan, candidate)
    _refuse_lost_update(plan.version, version)
    found = textguard.remarks_on({"agreed_words": values.agreed_words}, candidate.id, _CANDIDATES_OWN)
    guarding.refuse(found, values.words_read)
    plan.proposals_allowed = values.proposals_allowed
    plan.fields = [one for one in PersonalField if one in set(values.fields)]
    plan.support_telling = values.support_telling
    plan.agreed_words = values.agreed_words
    plan.never_say = values.never_say
    plan.reviewed_on = clock.today()
    plan.reviewed_by_id = actor.user_id
    db.session.flush()
    audit.record(actor, "candidates.edit_plan", "candidate", candidate.id, fields=[one.value for one in plan.fields])
    return plan


# The agreed words are the candidate's own: they may name and tell what the candidate wants, once the coach has looked.
_CANDIDATES_OWN = textguard.Passes(asks=frozenset(textguard.Finding) - {textguard.Finding.IDENTITY_CODE})


def _read_texts(candidate: Candidate, values: ProfileValues, read_before: str) -> str:
    """Have the guard read a profile's texts. Returns the tokens of the doubtful words that were looked at.

    :raises HeldBack: for what blocks, and for what the coach has not looked at, now or before.
    """
    content = {"pitch": values.pitch, "works_well": profiles.lines(values.works_well)}
    found = textguard.read_profile(content, candidate.id)
    guarding.refuse(found, f"{values.words_read} {read_before}")
    return guarding.tokens(found)


def assign(actor: Actor, candidate: Candidate, coach: User) -> None:
    """Give a candidate to a coach of the same team; the coach is mailed. One who waits starts with it.

    :raises Refused: when the actor does not lead the team, or somebody was quicker.
    :raises Invalid: at ``coach`` when that is nobody who can take a candidate of this team.
    """
    if not rules.may_assign(actor, candidate):
        raise Refused(_("This step is somebody else's to take."))
    if coach.role is not Role.COACH or coach.team_id != candidate.team_id or not coach.is_active:
        raise Invalid("coach", _("Choose a coach of your team."))
    if candidate.coach_id != coach.id:
        _change(candidate, {"coach_id": coach.id})
        set_committed_value(candidate, "coach", coach)
        audit.record(actor, "candidates.assign", "candidate", candidate.id, user_id=coach.id)
        mails.candidate_assigned(candidate, coach.id)
        events.ASSIGNED.emit(actor, candidate)
    if candidate.phase in (Phase.REFERRED, Phase.WAITING):
        change_phase(candidate, "start", actor)


def change_phase(candidate: Candidate, verb: str, actor: Actor) -> None:
    """Take a step of the table of phases, with its history, log and mails.

    That the candidate is in the actor's sight is for the caller to know: a page by ``queries.get_for``, a room above by
    what it was asked to do (an employer who confirms a hire brings it about without ever seeing the candidate).

    :param verb: a verb of ``states.PHASES`` other than "refer".
    :raises Refused: when the table, a guard or a quicker colleague does not allow it.
    """
    row = PHASES.check(candidate.phase, verb, actor.role)
    for name in row.guards:
        if (objection := rules.GUARDS[name](candidate, actor)) is not None:
            raise Refused(objection)
    if row.target is None:
        raise ValueError(f"{verb} leads nowhere")
    before = candidate.phase
    _change(candidate, _values_of(row, candidate))
    if candidate.coach_id is None:
        set_committed_value(candidate, "coach", None)
    if row.target is not before:
        _note_phase(candidate, actor)
    audit.record(
        actor, f"candidates.{verb}", "candidate", candidate.id, **{"from": before.value, "to": row.target.value}
    )
    for mail in row.mails:
        _MAILS[mail](candidate)


def add_note(actor: Actor, candidate: Candidate, text: str) -> Note:
    """Write a note for the team. :raises Invalid: when it is empty."""
    _refuse_stranger(actor, candidate)
    if not text:
        raise Invalid("text", _("Fill this in."))
    if actor.user_id is None:
        raise Missing
    note = Note(candidate_id=candidate.id, author_id=actor.user_id, text=text)
    db.session.add(note)
    db.session.flush()
    audit.record(actor, "candidates.add_note", "candidate", candidate.id)
    return note


def _values_of(row: Transition[Phase], candidate: Candidate) -> dict[str, object]:
    """The columns that a step sets beside the phase."""
    values: dict[str, object] = {"phase": row.target}
    if row.target is not candidate.phase:
        values["phase_since"] = clock.today()
    if row.target is Phase.SEARCHING and candidate.started_on is None:
        values["started_on"] = clock.today()
    if row.verb == "lose_coach":
        values["coach_id"] = None
    return values


def _change(candidate: Candidate, values: Mapping[str, object]) -> None:
    """Compare and set: of two who press at once, one gets through. :raises Refused: for the other."""
    changed = rows_changed(
        update(Candidate)
        .where(
            Candidate.id == candidate.id,
            Candidate.phase == candidate.phase,
            Candidate.coach_id.is_not_distinct_from(candidate.coach_id),
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if changed != 1:
        raise Overtaken(_("Somebody else was quicker. Look at it again and decide anew."))
    db.session.refresh(candidate, ["phase", "phase_since", "started_on", "coach_id"])


def _note_phase(candidate: Candidate, actor: Actor) -> None:
    db.session.add(PhaseChange(candidate_id=candidate.id, phase=candidate.phase, by_id=actor.user_id))
    db.session.flush()


def _mail_leaders(candidate: Candidate) -> None:
    for leader in accounts.team_leaders(candidate.team_id):
        mails.candidate_waits(candidate, leader.id)


_MAILS = {"candidate_waits": _mail_leaders}


def _refuse_stranger(actor: Actor, candidate: Candidate) -> None:
    if actor is not SYSTEM and not rules.may_touch(actor, candidate):
        raise Missing


def _locked(part: type[Part], candidate: Candidate) -> Part:
    """A candidate's part as it is now, kept from others until the transaction ends. :raises Missing: when gone."""
    row = db.session.get(part, candidate.id, with_for_update=True, populate_existing=True)
    if row is None:
        raise Missing
    return row


def _refuse_lost_update(present: int, version: int) -> None:
    if present != version:
        raise Invalid("version", changed_meanwhile())


def changed_meanwhile() -> str:
    """What one reads whose form was filled from an older version; the text stays in the form."""
    text: str = _(
        "Somebody else has changed this since you opened it. What you wrote is still here, and what is saved now is "
        "shown beside it. Put the two together and save again."
    )
    return text


def _refuse_bad_identity(values: IdentityValues) -> None:
    if values.birth_date is not None and not date(1900, 1, 1) <= values.birth_date <= clock.today():
        raise Invalid("birth_date", _("Choose a day of birth that has passed."))
    if values.email:
        try:
            acceptable_address(values.email)
        except ValueError:
            raise Invalid("email", _("Write a mail address, such as anna@firma.example.")) from None
    if values.postal_code and not (
        len(values.postal_code) == 5 and values.postal_code.isascii() and values.postal_code.isdigit()
    ):
        raise Invalid("postal_code", _("Write five digits."))
    if values.municipality:
        _refuse_unknown("municipality", reference.municipality, [values.municipality])


def _refuse_unknown(field_name: str, look_up: Callable[[str], object], keys: Iterable[str]) -> None:
    for key in keys:
        try:
            look_up(key)
        except reference.UnknownReference:
            raise Invalid(field_name, _("Choose from the list.")) from None


def _refuse_bad_profile(values: ProfileValues) -> None:
    _refuse_unknown("occupations", reference.occupation, values.occupations)
    if len(values.occupations) > OCCUPATIONS_MOST:
        raise Invalid("occupations", _("Choose five occupations at most."))
    _refuse_unknown("skills", reference.skill, values.skills)
    _refuse_unknown("areas", reference.municipality, values.areas)
    if any(level not in LEVEL_NAMES for level in values.languages.values()):
        raise Invalid("languages", _("Choose from the list."))
    least, most = values.hours_min, values.hours_max
    if (least is None) is not (most is None):
        raise Invalid("hours_max" if most is None else "hours_min", _("Give both the fewest and the most hours."))
    if least is not None and most is not None and not 0 < least <= most <= HOURS_MOST:
        raise Invalid("hours_max", _("Write hours from 1 to 60, the fewest first."))
