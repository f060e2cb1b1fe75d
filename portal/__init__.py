"""The employer relationship portal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config import Config
    from portal.core.app import Portal


def create_app(config: Config | None = None) -> Portal:
    """Build the application.

    :param config: the settings; read from the environment when not given.
    :returns: an application with every feature mounted.
    """
    from portal.wiring import build  # here, so that a feature can be imported without all the others

    return build(config)
