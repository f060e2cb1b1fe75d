"""Icons of the set that Bootstrap-Flask ships, drawn into the page one by one.

The set is one file of a megabyte. A page that points into it makes every phone fetch and read all of it for the
three icons that it shows, so each icon's own few lines are copied into the page instead.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import flask_bootstrap

if TYPE_CHECKING:
    from portal.core.app import Portal

SHEET = Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5" / "icons" / "bootstrap-icons.svg"

_SYMBOL = re.compile(r'<symbol\b[^>]*\bviewBox="([^"]+)"[^>]*\bid="([^"]+)"[^>]*>(.*?)</symbol>', re.DOTALL)


@cache
def _sheet() -> dict[str, tuple[str, str]]:
    """Every icon's view box and shapes, by name. Read once, when the first icon is drawn."""
    return {name: (box, shapes) for box, name, shapes in _SYMBOL.findall(SHEET.read_text(encoding="utf-8"))}


def icon_shapes(name: str) -> tuple[str, str]:
    """One icon's view box and its shapes as SVG; ``templates/components/icon.html`` draws them.

    :param name: the icon's name in Bootstrap's set, for example ``telephone``.
    :raises LookupError: when the set has no such icon, so that a misspelt name is found by whoever writes it.
    """
    if name not in _sheet():
        raise LookupError(f"Bootstrap's set has no icon “{name}”.")
    return _sheet()[name]


def init_icons(app: Portal) -> None:
    """Give templates ``icon_shapes``; pages use it through the ``icon`` macro."""
    app.jinja_env.globals["icon_shapes"] = icon_shapes
