"""Reading many rows at once, as the database's driver gives them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


def fetch_rows(rows: QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """Return rows of numbers and text, of which drivers know more than enough: what Django makes
    of them is the same, and takes as long as the query.

    Like Django, it asks the database nothing where there can be no row.
    """
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        fetched: list[tuple[Any, ...]] = cursor.fetchall()
    return fetched
