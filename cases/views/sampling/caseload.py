"""Giving the caseload: the file, then which column is what, then what its texts mean.

Nothing is stored before every line is right. Between the steps the page carries the file.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.signing_in import signed_in
from cases.sampling.checking import Checked, check_caseload
from cases.sampling.fields import (
    ENDED,
    MANAGER,
    REFERENCE,
    STARTED,
    STATUS,
    Field,
    find_personal_columns,
    list_fields,
)
from cases.sampling.forms import (
    CarriedForm,
    ColumnsForm,
    DayField,
    MendedForm,
    UploadForm,
    ValuesForm,
)
from cases.sampling.reading import Sheet, pack
from cases.sampling.storing import (
    NotPossibleError,
    check_changeable,
    find_method,
    store_caseload,
)
from cases.views.pages import count, tell
from cases.views.sampling.exporting import send_csv
from cases.views.sampling.pages import crumbs_of_sample, describe_problems, get_inspection
from inspections.catalogue import load_definition
from inspections.definition import ProgrammeDefinition, SamplingMethod
from inspections.models import Inspection
from inspections.spreadsheets import write_csv

PREVIEWED = 3
HIDDEN = "(not shown)"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload_caseload(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the service's caseload in three steps; store it once nothing in it is wrong."""
    inspection, page = get_inspection(request, slug)
    page |= {"title": "Upload the caseload", "breadcrumbs": crumbs_of_sample(inspection)}
    try:
        method = find_method(inspection)
        check_changeable(inspection)
    except NotPossibleError as error:
        page |= {"obstacle": str(error), "has_errors": request.method == "POST"}
        status = 409 if request.method == "POST" else 200
        return render(request, "cases/sampling/caseload.html", page, status=status)
    steps = _Steps(request, inspection, method, page)
    if request.method != "POST":
        return steps.ask_for_file(UploadForm(initial={"as_at": _guess_date(inspection)}))
    return steps.take()


@login_required
@require_safe
def caseload_template(request: HttpRequest, slug: str) -> HttpResponse:
    """Send a CSV file with the columns that are asked for, and a line that shows how."""
    inspection, _ = get_inspection(request, slug)
    definition = load_definition(inspection.programme)
    if definition.sampling is None:
        raise Http404
    fields = [
        field
        for field in list_fields(definition, definition.sampling)
        if field.needed or field.key in (ENDED, MANAGER)
    ]
    text = write_csv([field.label for field in fields], [[_example(field) for field in fields]])
    return send_csv("caseload-template.csv", text)


class _Steps:
    """What one request to the page does."""

    def __init__(
        self,
        request: HttpRequest,
        inspection: Inspection,
        method: SamplingMethod,
        page: dict[str, Any],
    ) -> None:
        self.request = request
        self.inspection = inspection
        self.method = method
        self.page = page
        self.definition: ProgrammeDefinition = load_definition(inspection.programme)
        self.asked = list_fields(self.definition, method)

    def take(self) -> HttpResponse:
        """Take what was sent by one of the steps."""
        step = self.request.POST.get("step")
        if step in ("columns", "values"):
            carried = CarriedForm(self.request.POST)
            if not carried.is_valid():
                form = UploadForm(initial={"as_at": _guess_date(self.inspection)})
                lost = [{"text": "Choose the file again: it was lost on the way."}]
                return self.ask_for_file(form, faults=lost, status=422)
            content, sheet = carried.cleaned_data["carried"]
            return (self._take_columns if step == "columns" else self._take_values)(content, sheet)
        form = UploadForm(self.request.POST, self.request.FILES)
        if not form.is_valid():
            return self.ask_for_file(form, status=422)
        content, sheet = form.cleaned_data["file"]
        columns = ColumnsForm(self.asked, sheet)
        return self._ask_for_columns(content, sheet, form.cleaned_data["as_at"], columns)

    def ask_for_file(
        self, form: UploadForm, faults: list[dict[str, str]] | None = None, status: int = 200
    ) -> HttpResponse:
        """Show the first step."""
        context = {
            "form": form,
            "faults": faults or [],
            "has_errors": bool(faults),
            "fields": self.asked,
            **describe_problems(form.list_problems()),
        }
        return self._show("caseload", context, status)

    def _take_columns(self, content: bytes, sheet: Sheet) -> HttpResponse:
        as_at = self._read_date()
        columns = ColumnsForm(self.asked, sheet, self.request.POST)
        if not columns.is_valid():
            return self._ask_for_columns(content, sheet, as_at, columns, status=422)
        values = ValuesForm(self.asked, sheet, columns.read(), as_at)
        return self._ask_for_values(content, sheet, columns, values)

    def _take_values(self, content: bytes, sheet: Sheet) -> HttpResponse:
        mended = MendedForm(self.request.POST, self.request.FILES)
        if mended.is_valid() and mended.cleaned_data["mended"]:
            content, sheet = mended.cleaned_data["mended"]
        as_at = self._read_date()
        columns = ColumnsForm(self.asked, sheet, self.request.POST)
        if not columns.is_valid():
            return self._ask_for_columns(content, sheet, as_at, columns, status=422)
        if "back" in self.request.POST:
            return self._ask_for_columns(content, sheet, as_at, columns)
        values = ValuesForm(self.asked, sheet, columns.read(), as_at, self.request.POST)
        if not (values.is_valid() and mended.is_valid()):
            return self._ask_for_values(content, sheet, columns, values, mended, status=422)
        checked = check_caseload(
            sheet, self.asked, values.read(), self.definition, self.method, as_at
        )
        if checked.problems:
            return self._ask_for_values(
                content, sheet, columns, values, mended, checked, status=422
            )
        try:
            store_caseload(
                self.inspection,
                checked.entries,
                as_at=as_at,
                columns=columns.name_columns(),
                by=signed_in(self.request),
            )
        except NotPossibleError as error:
            self.page |= {"obstacle": str(error), "has_errors": True}
            return self._show("caseload", {}, 409)
        tell(self.request, _describe_stored(checked, sheet))
        return redirect(self.page["sample_url"])

    def _ask_for_columns(
        self, content: bytes, sheet: Sheet, as_at: date, form: ColumnsForm, status: int = 200
    ) -> HttpResponse:
        context = {
            "title": "Match the columns",
            "form": form,
            "as_at": as_at.isoformat(),
            "columns": sheet.columns,
            "lines": _preview(sheet),
        }
        return self._show("columns", context | _describe_sheet(content, sheet), status)

    def _ask_for_values(
        self,
        content: bytes,
        sheet: Sheet,
        columns: ColumnsForm,
        form: ValuesForm,
        mended: MendedForm | None = None,
        checked: Checked | None = None,
        status: int = 200,
    ) -> HttpResponse:
        problems = checked.problems if checked else (mended.list_problems() if mended else ())
        context = {
            "title": "Match what is in the columns",
            "form": form,
            "mended": mended,
            "chosen": {f"column-{key}": name for key, name in columns.name_columns().items()},
            "has_errors": bool(problems or form.errors or (mended and mended.errors)),
            **describe_problems(problems),
        }
        return self._show("values", context | _describe_sheet(content, sheet), status)

    def _read_date(self) -> date:
        """Return the date that was sent, or another where it is none: a form says so then."""
        try:
            day: date = DayField().clean(self.request.POST.get("as_at", ""))
        except ValidationError:
            return _guess_date(self.inspection)
        return day

    def _show(self, template: str, context: dict[str, Any], status: int) -> HttpResponse:
        page = f"cases/sampling/{template}.html"
        return render(self.request, page, {**self.page, **context}, status=status)


def _guess_date(inspection: Inspection) -> date:
    """Return the day on which the fieldwork begins, or today if that is still to come."""
    today = timezone.localdate()
    try:
        return min(date.fromisoformat(inspection.fieldwork_start), today)
    except ValueError:  # a month alone
        return today


def _preview(sheet: Sheet) -> list[list[str]]:
    """Return the first lines of the file, but for what looks as if it identifies somebody."""
    personal = find_personal_columns(sheet.columns)
    return [
        [
            HIDDEN if column in personal and value else value
            for column, value in zip(sheet.columns, row.values, strict=True)
        ]
        for row in sheet.rows[:PREVIEWED]
    ]


def _describe_sheet(content: bytes, sheet: Sheet) -> dict[str, Any]:
    return {
        "carried": pack(content),
        "case_count": len(sheet.rows),
        "personal": find_personal_columns(sheet.columns).items(),
    }


def _describe_stored(checked: Checked, sheet: Sheet) -> list[str]:
    """Return what was stored, and what in it was not taken as it stood."""
    sentences = [f"The caseload of {count(len(checked.entries), 'case')} is stored."]
    if checked.ends_later:
        sentences.append(
            f"{count(checked.ends_later, 'case')} with an end after the date of the caseload "
            "counted as current."
        )
    if checked.managers_renamed:
        sentences.append(
            f"Keys such as cm-01 stand for {count(checked.managers_renamed, 'case manager')}: how "
            "the file names them is not kept."
        )
    if sheet.in_windows_1252:
        sentences.append("The file was not UTF-8, so it was read as Windows-1252.")
    return sentences


def _example(field: Field) -> str:
    """Return what may stand in a column of the template."""
    if field.fact is not None:
        return field.fact.label_of(field.fact.values[0])
    return {
        REFERENCE: "YOS-0001",
        STARTED: "31/03/2012",
        ENDED: "",
        STATUS: "Current",
        MANAGER: "CM01",
    }[field.key]
