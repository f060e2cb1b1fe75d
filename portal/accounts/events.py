"""What happens to users, for the rooms above."""

from __future__ import annotations

from portal.accounts.models import User
from portal.core.events import Event

ADDRESS_VERIFIED: Event[User] = Event("address verified")

# Asked before it is done: a room that still needs the user raises Refused with what to do first.
DEACTIVATING: Event[User] = Event("user is being deactivated")
