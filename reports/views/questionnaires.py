"""The counts of questionnaires: entered on a page, line by line, or taken from a CSV file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.signing_in import signed_in
from cases.sampling.reading import MAX_BYTES
from cases.views.unsent import keep_unsent, take_unsent
from inspections.access import get_lead
from inspections.models import TeamMember
from inspections.presentation import describe_role
from inspections.problems import Problem, RefusedError
from reports.questionnaires.counts import (
    GROUPS,
    ChangedMeanwhileError,
    StillUsedError,
    Surveys,
    digest_surveys,
    load_surveys,
    save_surveys,
)
from reports.questionnaires.files import merge_counts, read_counts, write_counts
from reports.questionnaires.forms import CountsForm

FILE_FIELD = "file"


@require_http_methods(["GET", "HEAD", "POST"])
@keep_unsent
def edit_questionnaires(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the counts, and do what the button that was pressed says: nothing is stored but by one.

    `do` is `save`, `read` (put the counts of a file into the form), or `add-children` and the like
    (a few more blank lines).
    """
    member = get_lead(signed_in(request), slug)
    stored, uses = load_surveys(member.inspection)
    if request.method != "POST":
        unsent = take_unsent(request)
        form = CountsForm.sent(unsent, uses) if unsent else CountsForm.showing(stored, uses)
        base = unsent.get("base", "") if unsent else digest_surveys(stored)
        return _render(request, member, form, base)
    base = request.POST.get("base", "")
    form = CountsForm.sent(request.POST, uses)
    do = request.POST.get("do", "save")
    if do.startswith("add-"):
        form.add_lines(do.removeprefix("add-"))
        return _render(request, member, form, base)
    surveys = form.check()
    if surveys is None:
        return _render(request, member, form, base, status=422)
    if do == "read":
        return _read_file(request, member, form, surveys, stored, base)
    try:
        changed = save_surveys(
            member.inspection, surveys, base=base, remove_used="remove_used" in request.POST
        )
    except ChangedMeanwhileError as error:
        differences = _compare(error.current, surveys)
        base = digest_surveys(error.current)
        return _render(request, member, form, base, status=409, theirs=differences)
    except StillUsedError as error:
        form.refuse_removal(error.uses)
        return _render(request, member, form, base, status=422, still_used=_list_uses(error))
    except RefusedError as error:
        problems = [{"text": problem.message} for problem in error.problems]
        return _render(request, member, form, base, status=422, problems=problems)
    messages.success(request, _describe_saved(form) if changed else "Nothing was changed.")
    return redirect("reports:questionnaires", slug)


@login_required
@require_safe
def download_counts(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the counts as the CSV file that the page can read again."""
    member = get_lead(signed_in(request), slug)
    stored, _ = load_surveys(member.inspection)
    return HttpResponse(
        write_counts(stored),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{slug}-questionnaires.csv"'},
    )


def _read_file(
    request: HttpRequest,
    member: TeamMember,
    form: CountsForm,
    typed: Surveys,
    stored: Surveys,
    base: str,
) -> HttpResponse:
    """Put what a file holds into the form, to be looked at and saved."""
    try:
        given = read_counts(_take_file(request))
    except RefusedError as error:
        problems = [_describe_problem(problem) for problem in error.problems]
        return _render(request, member, form, base, status=422, problems=problems)
    merged = merge_counts(typed, given)
    _, uses = load_surveys(member.inspection)
    form = CountsForm.showing(merged, uses, stored)
    form.check()
    number = sum(len(survey.items) for survey in given.values())
    return _render(request, member, form, base, read=number)


def _take_file(request: HttpRequest) -> bytes:
    """Return what was uploaded. Raises RefusedError where nothing was."""
    file = request.FILES.get(FILE_FIELD)
    if not isinstance(file, UploadedFile):
        raise RefusedError([Problem("", None, "Choose a CSV file.")])
    content: bytes = file.read(MAX_BYTES + 1)
    return content


def _describe_problem(problem: Problem) -> dict[str, str]:
    line = f"Line {problem.line}: " if problem.line else ""
    return {"text": f"{line}{problem.message}", "href": f"#{FILE_FIELD}"}


def _describe_saved(form: CountsForm) -> str:
    """Return that the counts are saved, and which keys were made from wordings."""
    made = [f"“{wording}” is the item {key}." for wording, key in form.list_made_keys()]
    return " ".join(["The counts are saved.", *made])


def _list_uses(error: StillUsedError) -> list[str]:
    return [f"{name}: {'; '.join(places)}" for name, places in error.uses.items()]


def _compare(theirs: Surveys, yours: Surveys) -> list[dict[str, str]]:
    """Return what is stored beside what was typed, where they differ."""

    def show(surveys: Surveys, group: str, key: str) -> str:
        item = surveys[group].items.get(key)
        return f"{item.count:,} of {item.of:,}" if item else "not there"

    rows = []
    for group, label in GROUPS.items():
        pair = theirs[group].respondents, yours[group].respondents
        if pair[0] != pair[1]:
            shown = [f"{number:,}" if number is not None else "not entered" for number in pair]
            rows.append({"what": f"{label}: respondents", "theirs": shown[0], "yours": shown[1]})
        for key in sorted({*theirs[group].items, *yours[group].items}):
            theirs_shown, yours_shown = show(theirs, group, key), show(yours, group, key)
            if theirs_shown != yours_shown:
                what = f"{label}: {key}"
                rows.append({"what": what, "theirs": theirs_shown, "yours": yours_shown})
    return rows


def _render(
    request: HttpRequest,
    member: TeamMember,
    form: CountsForm,
    base: str,
    *,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    inspection = member.inspection
    errors = [*extra.get("problems", ()), *form.list_errors()]
    context = {
        "title": "Questionnaires",
        "caption": str(inspection),
        "breadcrumbs": [
            {"label": "Inspections", "url": reverse("inspections:home")},
            {
                "label": str(inspection),
                "url": reverse("inspections:detail", args=[inspection.slug]),
            },
        ],
        "user_role": describe_role(member),
        "inspection": inspection,
        "counts": form,
        "base": base,
        "is_unsaved": request.method == "POST",
        "errors": errors,
        "has_errors": bool(errors),
    }
    return render(request, "reports/questionnaires/edit.html", context | extra, status=status)
