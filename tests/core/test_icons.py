"""Icons: each name that a template or a place writes is in the set, and a misspelt one is found out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.core.icons import icon_shapes
from portal.core.navigation import Place
from portal.wiring import PLACES

pytestmark = pytest.mark.either_database

ROOT = Path(__file__).parents[2]
NAMES_AN_ICON = re.compile(r"""\bicon(?:_name)?(?:\(|=)\s*['"]([^'"]+)['"]""")


def names_in_templates() -> list[str]:
    """Every icon's name that is written out in a template, the macros' README aside."""
    found = {
        name
        for template in (ROOT / "templates").rglob("*.html")
        for name in NAMES_AN_ICON.findall(template.read_text(encoding="utf-8"))
    }
    return sorted(found)


def test_an_icon_is_its_own_few_lines() -> None:
    box, shapes = icon_shapes("telephone")
    assert box == "0 0 16 16"
    assert shapes.startswith("<path ")
    assert len(shapes) < 2000
    assert "<symbol" not in shapes


def test_a_misspelt_icon_is_an_error() -> None:
    with pytest.raises(LookupError, match="telefone"):
        icon_shapes("telefone")


def test_the_search_for_names_finds_some() -> None:
    assert {"globe2", "gear", "arrow-left"} <= set(names_in_templates())


@pytest.mark.parametrize("name", names_in_templates())
def test_templates_name_icons_that_exist(name: str) -> None:
    assert icon_shapes(name)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.endpoint)
def test_places_have_icons_that_exist(place: Place) -> None:
    assert icon_shapes(place.icon)
