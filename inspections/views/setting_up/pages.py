"""What the pages of setting up share: who may open them, where they stand, and how forms look."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.forms import BaseForm, Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from accounts.signing_in import signed_in
from inspections.access import get_administrator
from inspections.models import Inspection
from inspections.problems import RefusedError

PER_PAGE = 50
WORDS_LIMIT = 100

Crumb = tuple[str, str]
"""A label, and the name of an address that takes nothing, or an address."""
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def for_administrators(view: View[P]) -> View[P]:
    """Let only an inspectorate administrator open a page: nobody else learns that there is one."""

    @login_required
    @wraps(view)
    def open_page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        get_administrator(signed_in(request))
        return view(request, *args, **kwargs)

    return open_page


def breadcrumbs(*crumbs: Crumb) -> list[dict[str, str]]:
    """Return the way down to a page of setting up, from the start page on."""
    home = {"label": "Inspections", "url": reverse("inspections:home")}
    return [home, *({"label": label, "url": url} for label, url in crumbs)]


def breadcrumbs_of(inspection: Inspection, *crumbs: Crumb) -> list[dict[str, str]]:
    """Return the way down to a page of an inspection."""
    detail = reverse("inspections:detail", args=[inspection.slug])
    return breadcrumbs((str(inspection), detail), *crumbs)


def render_form(
    request: HttpRequest,
    form: BaseForm,
    *,
    title: str,
    submit: str,
    cancel: str,
    crumbs: Sequence[Mapping[str, str]],
    template: str = "inspections/setting_up/form.html",
    **context: Any,
) -> HttpResponse:
    """Answer with a page that is a form: 422 where it was sent and something is wrong with it.

    `cancel` is the address to which one goes back; `context` may have `caption`, `intro` (a
    paragraph above the form) and `warning`.
    """
    variables = {
        "title": title,
        "submit": submit,
        "cancel": cancel,
        "breadcrumbs": crumbs,
        "form": form,
        **context,
    }
    return render(request, template, variables, status=422 if form.is_bound else 200)


def show_refusal(form: Form, error: RefusedError, field: str = "") -> None:
    """Say at the form what was refused: at the field that a problem names, or at `field`."""
    for problem in error.problems:
        named = problem.file if problem.file in form.fields else field
        form.add_error(named or None, problem.message)


def read_sent(request: HttpRequest) -> QueryDict | None:
    """Return what a form is filled with: what was sent, be it nothing; None before that."""
    return request.POST if request.method == "POST" else None


def read_words(request: HttpRequest) -> str:
    """Return what is searched for, without characters that no database keeps."""
    words = request.GET.get("words", "")
    return "".join(c for c in words if c.isprintable())[:WORDS_LIMIT].strip()


def paginate(request: HttpRequest, queryset: QuerySet[Any]) -> tuple[Page[Any], dict[str, Any]]:
    """Return the page of a list that is asked for, and the variables of its pager."""
    page: Page[Any] = Paginator(queryset, PER_PAGE).get_page(request.GET.get("page"))
    pager: dict[str, Any] = {"total": page.paginator.count}
    of = f"of {page.paginator.num_pages}"
    if page.has_previous():
        number = page.previous_page_number()
        pager["previous"] = {"url": _url_of_page(request, number), "title": f"{number} {of}"}
    if page.has_next():
        number = page.next_page_number()
        pager["next"] = {"url": _url_of_page(request, number), "title": f"{number} {of}"}
    return page, pager


def _url_of_page(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"
