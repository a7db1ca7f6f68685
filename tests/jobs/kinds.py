"""Kinds of work for tests, made of plain functions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from jobs import registry
from jobs.registry import Kind, ReportProgress, register


@contextmanager
def registered(
    name: str,
    handler: Callable[[str, ReportProgress], None] = lambda subject, report: None,
    *,
    watcher: str = "",
    page: Callable[[str], str] | None = None,
) -> Iterator[Kind]:
    """A kind that is known for as long as the context lasts.

    Its jobs may be seen by whoever has the e-mail address `watcher`.
    """
    kind = Kind(
        name,
        title="Counting the cases",
        handler=handler,
        may_see=lambda user, subject: user.get_username() == watcher,
        page=page,
    )
    register(kind)
    try:
        yield kind
    finally:
        del registry._kinds[name]
