"""The one form: an address that mails reach."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import EmailField

from portal.candidates.forms import VersionField
from portal.core.forms import PortalForm, at_most, required


class AddressForm(PortalForm):
    """The right mail address. ``version``: of who the candidate is, when the form was filled."""

    email = EmailField(_l("Mail address"), [required(), at_most(254)])
    version = VersionField()
