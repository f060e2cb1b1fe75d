"""Ask for support from a mail: a contact person's own link for one hire, without signing in.

The page says which job it is and who the coach is, and takes words for the coach; of the employee it says nothing, and
of earlier requests neither. The link lives while the job is followed and its reader is a contact person of it; it can
be used more than once, as support can be asked for more than once.
"""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.accounts import links
from portal.accounts.models import Purpose
from portal.core.access import by_link
from portal.core.errors import LinkDead, Missing
from portal.employers import by_link as employers
from portal.placements import contacts, queries
from portal.placements.forms import AskForm
from portal.placements.models import Placement
from portal.placements.rules import placement_is_active

bp = Blueprint("support", __name__)


@bp.route("/ask-for-support/<token>", methods=["GET", "POST"])
@by_link
def ask(token: str) -> ResponseReturnValue:
    """What the employer would like to say, the sentence about 112, and one press."""
    with employers.opened(token, Purpose.SUPPORT) as reader:
        placement = _followed(reader)
        coach = queries.coach_of(placement)
        form = AskForm()
        if form.validate_on_submit():
            asked = contacts.ask_support(reader.actor, placement, text=form.text.data or "")
            return render_template("placements/asked.html", placement=placement, coach=coach, asked=asked)
        status = 422 if form.is_submitted() else 200
        return render_template("placements/ask.html", form=form, placement=placement, coach=coach, token=token), status


def _followed(reader: employers.Reader) -> Placement:
    """The hire of a live link. :raises LinkDead: when it has ended, or is not this reader's to see any more."""
    if not links.is_live(reader.link):
        raise LinkDead(employers.gone())
    try:
        placement = queries.get_by_id(reader.actor, reader.link.subject_id)
    except Missing as error:
        raise LinkDead(employers.gone()) from error
    if ended := placement_is_active(placement, reader.actor):
        raise LinkDead(ended)
    return placement
