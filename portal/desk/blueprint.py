"""The blueprint that the first pages of all roles share; ``views`` gathers the modules that add to it."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("desk", __name__)
