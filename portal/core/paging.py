"""Long lists in pages, with the filters kept in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request, url_for
from sqlalchemy import Select, func, literal_column, select

from portal.core.db import db
from portal.core.errors import Missing

T = TypeVar("T")

PER_PAGE = 25


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list. ``page`` counts from 1; ``total`` is the number of all rows."""

    items: list[T]
    page: int
    total: int
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.per_page))

    def url_for(self, number: int) -> str:
        """The address of another page of the same list, filters kept."""
        values = {**(request.view_args or {}), **request.args.to_dict(flat=False), "page": number}
        return url_for(request.endpoint or "", **values)


def page_number() -> int:
    """The page that the address asks for. :raises Missing: when it is no page number."""
    text = request.args.get("page", "1")
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= 1_000_000:
        raise Missing
    return int(text[:9])


def paged(query: Select[Any], page: int = 1, per_page: int = PER_PAGE) -> Page[Any]:
    """One page of an ordered query, in two statements. :raises Missing: beyond the last page."""
    # the FROM is kept by hand: a query without a condition would lose it with its columns, and count one row
    rows: Select[Any] = query.order_by(None).with_only_columns(literal_column("1"), maintain_column_froms=True)
    counted = select(func.count()).select_from(rows.subquery())
    total = db.session.scalar(counted) or 0
    items = list(db.session.scalars(query.limit(per_page).offset((page - 1) * per_page)).unique())
    if page > 1 and not items:
        raise Missing
    return Page(items, page, total, per_page)
