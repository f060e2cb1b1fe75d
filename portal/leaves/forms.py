"""The form of a leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField

from portal.accounts.models import User
from portal.core.forms import PortalForm, required


class LeaveForm(PortalForm):
    """Who is away, from when to when, and who stands in. A coach's own form does not ask who is away."""

    coach = SelectField(_l("Who is away"), validators=[required()])
    starts_on = DateField(_l("First day away"), validators=[required()])
    ends_on = DateField(_l("Last day away"), validators=[required()])
    deputy = SelectField(_l("Who stands in"), validators=[required()])

    def __init__(self, coaches: Sequence[User], own_id: int | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        offered = [("", _("Choose a coach")), *((one.public_id, one.name) for one in coaches)]
        if own_id is None:
            self.coach.choices = offered
        else:
            del self.coach
        self.deputy.choices = [choice for choice in offered if choice[0] != _public(coaches, own_id)]


def _public(coaches: Sequence[User], user_id: int | None) -> str | None:
    return next((one.public_id for one in coaches if one.id == user_id), None)
