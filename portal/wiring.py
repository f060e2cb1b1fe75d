"""The one module that knows every feature: blueprints, navigation, jobs, and what rooms below ask of rooms above."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_bootstrap import Bootstrap5
from flask_compress import Compress
from flask_login import LoginManager, current_user
from flask_migrate import Migrate
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Config
from portal import cli
from portal.accounts import events as account_events
from portal.accounts import mail_examples as accounts_examples
from portal.accounts import queries as accounts
from portal.accounts.choice_views import bp as mail_choices_bp
from portal.accounts.link_views import bp as sign_in_links_bp
from portal.accounts.views import bp as accounts_bp
from portal.audit import jobs as audit_jobs
from portal.calendars import panels as calendar_panels
from portal.calendars.views import bp as calendars_bp
from portal.candidates import asked_below, textguard
from portal.candidates import events as candidate_events
from portal.candidates import mail_examples as candidates_examples
from portal.candidates import queries as candidates
from portal.candidates import rules as candidate_rules
from portal.candidates.guard_word_views import bp as guard_words_bp
from portal.candidates.views import bp as candidates_bp
from portal.core import access, guarding, panels, submissions
from portal.core.actors import Role
from portal.core.app import Portal, begin_unit_of_work, end_unit_of_work
from portal.core.db import db
from portal.core.encryption import init_encryption
from portal.core.errors import init_errors
from portal.core.i18n import OWN_NAMES, county_name, init_i18n, language, service_name
from portal.core.icons import init_icons
from portal.core.navigation import Place, nav_items
from portal.core.reference import own as own_reference
from portal.core.security import init_security
from portal.core.states import roles
from portal.core.views import bp as core_bp
from portal.delivery import jobs as delivery_jobs
from portal.delivery import mail_examples as delivery_examples
from portal.delivery import panels as delivery_panels
from portal.delivery.views import bp as delivery_bp
from portal.desk import mail_examples as desk_examples
from portal.desk import monday
from portal.desk.views import bp as desk_bp
from portal.employers import events as employer_events
from portal.employers import handover as employer_handover
from portal.employers import jobs as employer_jobs
from portal.employers import mail_examples as employers_examples
from portal.employers import queries as employers
from portal.employers import service as employer_service
from portal.employers import subjects
from portal.employers.views import bp as employers_bp
from portal.leaves import handover as leave_handover
from portal.leaves import mails as leave_mails
from portal.leaves import panels as leave_panels
from portal.leaves.views import bp as leaves_bp
from portal.lists import queries as lists
from portal.lists.views import bp as lists_bp
from portal.openings import events as opening_events
from portal.openings import jobs as opening_jobs
from portal.openings import mail_examples as openings_examples
from portal.openings import service as openings
from portal.openings.views import bp as openings_bp
from portal.outbox import digest, jobs, recipients
from portal.outbox import mail_examples as outbox_examples
from portal.outbox.health import outbox_health
from portal.outbox.sending import mail
from portal.outbox.views import bp as outbox_bp
from portal.placements import asked_below as asked_of_placements
from portal.placements import columns as placement_columns
from portal.placements import jobs as placement_jobs
from portal.placements import mail_examples as placements_examples
from portal.placements import panels as placement_panels
from portal.placements import service as placements
from portal.placements.by_link import bp as support_bp
from portal.placements.pulse_views import bp as pulses_bp
from portal.placements.views import bp as placements_bp
from portal.privacy import jobs as privacy_jobs
from portal.privacy import mail_examples as privacy_examples
from portal.privacy import panels as privacy_panels
from portal.privacy import starting, tombstones
from portal.privacy.views import bp as privacy_bp
from portal.proposals import events as proposal_events
from portal.proposals import handover as proposal_handover
from portal.proposals import jobs as proposal_jobs
from portal.proposals import mail_examples as proposals_examples
from portal.proposals import panels as proposal_panels
from portal.proposals import service as proposals
from portal.proposals.views import bp as proposals_bp

ROOT = Path(__file__).parent.parent

PLACES = (
    Place("desk.employer", lazy_pgettext("first page", "Start"), "house", roles(Role.EMPLOYER)),
    Place("openings.index", lazy_pgettext("place", "Needs"), "megaphone", roles(Role.EMPLOYER)),
    Place("placements.index", _l("Hires"), "people", roles(Role.EMPLOYER)),
    Place("employers.organisation", _l("Organisation"), "building", roles(Role.EMPLOYER)),
    Place("desk.coach", _l("Today"), "sun", roles(Role.COACH)),
    Place("desk.team", _l("Team"), "people", roles(Role.TEAM_LEADER)),
    Place("candidates.index", _l("Candidates"), "person-badge", roles(Role.COACH, Role.TEAM_LEADER)),
    Place("openings.index", lazy_pgettext("place", "Needs"), "megaphone", roles(Role.COACH, Role.TEAM_LEADER)),
    Place("employers.index", _l("Employers"), "building", roles(Role.COACH, Role.TEAM_LEADER, Role.ADMINISTRATOR)),
    Place("placements.index", _l("Hires"), "briefcase", roles(Role.COACH, Role.TEAM_LEADER)),
    Place("accounts.users", _l("People"), "people", roles(Role.ADMINISTRATOR)),
    Place("desk.access_log", _l("Access log"), "eye", roles(Role.ADMINISTRATOR)),
    Place("outbox.queue", _l("Mails"), "envelope", roles(Role.ADMINISTRATOR)),
    Place("guard_words.index", _l("Words"), "shield-lock", roles(Role.ADMINISTRATOR)),
    Place("privacy.periods", _l("Retention"), "calendar-x", roles(Role.ADMINISTRATOR)),
)

# What the administrator's previews of mails are written from: a room's examples are given when they are imported.
MAIL_EXAMPLES = (
    accounts_examples,
    candidates_examples,
    delivery_examples,
    desk_examples,
    employers_examples,
    openings_examples,
    placements_examples,
    outbox_examples,
    privacy_examples,
    proposals_examples,
)

HOMES = {
    Role.EMPLOYER: "desk.employer",
    Role.COACH: "desk.coach",
    Role.TEAM_LEADER: "desk.team",
    Role.ADMINISTRATOR: "accounts.users",
}

BLUEPRINTS = (
    core_bp,
    accounts_bp,
    sign_in_links_bp,
    mail_choices_bp,
    employers_bp,
    leaves_bp,
    lists_bp,
    openings_bp,
    candidates_bp,
    guard_words_bp,
    proposals_bp,
    placements_bp,
    pulses_bp,
    support_bp,
    desk_bp,
    delivery_bp,
    calendars_bp,
    privacy_bp,
    outbox_bp,
)


def build(config: Config | None = None) -> Portal:
    """Put the application together.

    :param config: the settings; read from the environment when None.
    """
    settings = config or Config.from_environ()
    app = Portal("portal", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.from_mapping(settings.flask_settings())
    if settings.proxies:  # the visitor's own address for the throttles, and whether the visitor came over TLS
        count = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals["once_key"] = submissions.once_key
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    starting.init_app(app)
    app.before_request(begin_unit_of_work)
    app.teardown_request(end_unit_of_work)
    db.init_app(app)
    init_encryption(app, settings.data_keys)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True)
    init_i18n(app)
    init_security(app)
    Bootstrap5(app)
    init_icons(app)
    Compress(app)
    mail.init_app(app)
    _init_sign_in(app)
    init_errors(app)
    app.before_request(access.enforce)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if settings.demo:
        from portal.demo.views import bp as demo_bp  # only here, so that a real installation never loads it

        app.register_blueprint(demo_bp)
    app.context_processor(_shell)
    app.extensions["health_checks"] = {"mail": outbox_health}
    cli.init_app(app)
    _connect()
    return app


def _init_sign_in(app: Portal) -> None:
    login = LoginManager(app)
    login.session_protection = None  # the cookie is signed and dies with the user's session number
    login.user_loader(accounts.load_user)
    app.extensions["actor_of"] = employers.actor_of
    app.extensions["home_of"] = lambda user: HOMES[user.role]


def _shell() -> dict[str, Any]:
    """What every page's frame needs."""
    signed_in = current_user and current_user.is_authenticated
    return {
        "portal_name": service_name(current_app),  # type: ignore[arg-type]  # a proxy of our own class
        "service_county": county_name(current_app),  # type: ignore[arg-type]  # the same
        "contact_phone": current_app.config["PORTAL"].contact_phone,
        "contact_email": current_app.config["PORTAL"].contact_email,
        "demo_mode": current_app.config["PORTAL"].demo,
        "nav_items": nav_items(PLACES, current_user.role) if signed_in else [],
        "language": language().value,
        "language_choices": [(code.value, name) for code, name in OWN_NAMES.items()],
    }


def _connect() -> None:
    """Tell rooms above what happens below, give pages their panels, and the worker its jobs."""
    recipients.register("user", accounts.recipient, accounts.addresses)
    recipients.register("candidate", candidates.recipient)
    recipients.provide_deputies(leave_mails.COPIED, leave_mails.deputies)

    own_reference.provide(lists.own_entries)
    subjects.provide(asked_below)
    guarding.provide(textguard.read_of_employer)
    candidate_rules.ask_before_exit(asked_of_placements.still_running)
    candidate_rules.ask_before_leaving_alone(asked_of_placements.left_alone)

    account_events.ADDRESS_VERIFIED.subscribe(employer_service.address_verified)
    for kept in (
        asked_below.kept_by,
        proposal_handover.carried_by,
        asked_of_placements.planned_for,
        employer_handover.looked_after_by,
        employer_handover.promised_by,
        leave_handover.stood_in_by,
    ):
        account_events.ask_before_closing(kept)
    employer_events.VERIFIED.subscribe(openings.post_waiting)
    employer_events.MOVED.subscribe(openings.follow_workplace)
    candidate_events.ASSIGNED.subscribe(proposals.take_over)
    candidate_events.CONSENT_WITHDRAWN.subscribe(tombstones.note_consent)
    candidate_events.PROFILE_CHANGED.subscribe(proposals.take_back_asked)
    opening_events.ENDED.subscribe(proposals.close_with_opening)
    opening_events.CHANGED.subscribe(proposals.ask_again)
    opening_events.RESIZED.subscribe(proposals.fill_when_enough)
    opening_events.POSTED.subscribe(proposals.tell_of_new_need)
    proposal_events.HIRED.subscribe(placements.begin_from_proposal)

    panels.provide("opening", proposal_panels.on_opening)
    panels.provide("candidate", proposal_panels.on_candidate)
    panels.provide("employer", proposal_panels.on_employer)
    panels.provide("candidate", placement_panels.on_candidate)
    panels.provide("employer", placement_panels.on_employer)
    panels.provide("proposal", placement_panels.on_proposal)
    panels.provide_columns("candidates", placement_columns.on_candidates)
    panels.provide_columns("candidates", proposal_panels.on_candidates)

    panels.provide("coach's first page", leave_panels.on_first_page)
    panels.provide("coach's first page", placement_panels.past_last_day)
    panels.provide("coach's first page", placement_panels.on_first_page)
    panels.provide("proposal", delivery_panels.on_proposal)
    panels.provide("placement", delivery_panels.on_placement)
    panels.provide("coach's first page", delivery_panels.on_first_page)
    panels.provide("settings", calendar_panels.on_settings)
    panels.provide("settings", leave_panels.on_settings)

    panels.provide("candidate", privacy_panels.on_candidate)
    panels.provide("coach's first page", privacy_panels.on_first_page)

    privacy_jobs.register(jobs.job, jobs.first_of_all)
    rooms = (audit_jobs, employer_jobs, opening_jobs, proposal_jobs, placement_jobs, delivery_jobs)
    for room in (digest, monday, *rooms):
        room.register(jobs.job)
    jobs.job("core.forget_submissions", submissions.EVERY)(submissions.forget_old)


__all__ = ["HOMES", "PLACES", "build"]
