"""The forms of the sample: giving the caseload, matching it, drawing, and replacing a case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from cases.forms.texts import NamelessForm, TextField
from cases.sampling.checking import Matching, check_columns
from cases.sampling.dates import FIRST_YEAR
from cases.sampling.fields import Field, guess_columns, guess_value
from cases.sampling.reading import MAX_BYTES, Sheet, pack, read_sheet, unpack
from cases.sampling.storing import SEED
from frontend.layout import Fieldset
from inspections.definition import FactDefinition
from inspections.problems import Problem, RefusedError

NO_COLUMN = "Not in the file"
EMPTY = "(empty)"
LONG_LABEL = 34


class DayField(forms.DateField):
    """The date of a caseload: not in the future, and not before there were such services."""

    def __init__(self) -> None:
        super().__init__(
            label="Date of the caseload",
            help_text="The day on which the service took the list from its records. Cases that "
            "began before the months counted back from it are too old to be drawn.",
            widget=forms.DateInput(
                format="%Y-%m-%d", attrs={"type": "date", "class": "govuk-input--width-10"}
            ),
            error_messages={
                "required": "Enter the date of the caseload.",
                "invalid": "Enter the date of the caseload as a real date, such as 31/03/2012.",
            },
        )

    def validate(self, value: Any) -> None:
        """Raise ValidationError for a day that no caseload can have."""
        super().validate(value)
        if isinstance(value, date) and value > timezone.localdate():
            raise ValidationError("The date of the caseload must not be in the future.")
        if isinstance(value, date) and value.year < FIRST_YEAR:
            raise ValidationError(f"The date of the caseload must be in {FIRST_YEAR} or later.")


class SheetField(forms.FileField):
    """A CSV file, read. `problems` holds what is wrong with it, line by line."""

    def __init__(self, *, label: str, help_text: str, required: bool) -> None:
        self.problems: tuple[Problem, ...] = ()
        super().__init__(
            label=label,
            help_text=help_text,
            required=required,
            allow_empty_file=True,
            widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
            error_messages={
                "required": "Choose the CSV file of the caseload.",
                "invalid": "Choose the CSV file of the caseload.",
            },
        )

    def clean(self, data: Any, initial: Any = None) -> tuple[bytes, Sheet] | None:
        """Return the content of the file and what it holds; None where none was chosen."""
        self.problems = ()
        file: UploadedFile | None = super().clean(data, initial)
        if not file:
            return None
        content = file.read(MAX_BYTES + 1)
        try:
            sheet = read_sheet(content)
            pack(content)
        except RefusedError as error:
            self.problems = error.problems
            if len(self.problems) == 1:
                raise ValidationError(describe_problem(self.problems[0])) from None
            message = f"The file cannot be read: {len(self.problems)} faults are listed below."
            raise ValidationError(message) from None
        return content, sheet


class UploadForm(forms.Form):
    """The service's caseload: its file, and the day on which it was right."""

    file = SheetField(
        label="Caseload (CSV file)",
        help_text="Up to 5,000 cases and 2 MB. The first line holds the names of the columns.",
        required=True,
    )
    as_at = DayField()

    def list_problems(self) -> Sequence[Problem]:
        """Return what is wrong with the file where it is more than its field can say."""
        return _many(self.fields["file"])


class CarriedForm(forms.Form):
    """The file as the page carries it from step to step, and the day of the caseload."""

    carried = forms.CharField(widget=forms.HiddenInput, strip=False)

    def clean_carried(self) -> tuple[bytes, Sheet]:
        """Return the file and what it holds."""
        try:
            content = unpack(self.cleaned_data["carried"])
            return content, read_sheet(content)
        except (ValueError, RefusedError):
            raise ValidationError("Choose the file again.") from None


class ColumnsForm(forms.Form):
    """Which column of the file is what; columns are told by name, so that a mended file fits."""

    def __init__(self, asked: Sequence[Field], sheet: Sheet, data: Any = None) -> None:
        super().__init__(data)
        self.asked, self.sheet = asked, sheet
        guessed = guess_columns(asked, sheet.columns)
        choices = [("", NO_COLUMN), *((name, name) for name in sheet.columns)]
        for field in asked:
            self.fields[_column(field)] = forms.ChoiceField(
                label=field.label,
                help_text=field.hint,
                choices=choices,
                required=False,
                initial=sheet.columns[guessed[field.key]] if field.key in guessed else "",
                error_messages={
                    "invalid_choice": f"Choose a column of the file for “{field.label}”."
                },
            )
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            Fieldset("Needed", *self._names(needed=True), size="m"),
            Fieldset("If the file has them", *self._names(needed=False), size="m"),
        )

    def _names(self, *, needed: bool) -> list[str]:
        return [_column(field) for field in self.asked if _is_asked_first(field) == needed]

    def clean(self) -> None:
        """Say at each field what is wrong with the choice."""
        if not self.errors:
            for key, message in check_columns(self.asked, self.sheet, self.read()).items():
                self.add_error(f"column-{key}", message)

    def read(self) -> dict[str, int]:
        """Return the place of the column of each field that has one."""
        return {
            field.key: self.sheet.columns.index(name)
            for field in self.asked
            if (name := self.cleaned_data.get(_column(field)))
        }

    def name_columns(self) -> dict[str, str]:
        """Return the name of the column of each field that has one."""
        return {key: self.sheet.columns[place] for key, place in self.read().items()}


class ValuesForm(forms.Form):
    """What each text of the columns of facts means; with it, the date and a mended file."""

    def __init__(
        self,
        asked: Sequence[Field],
        sheet: Sheet,
        columns: Mapping[str, int],
        as_at: date,
        data: Any = None,
    ) -> None:
        super().__init__(data)
        self.columns = columns
        self.facts = [field for field in asked if field.fact and field.key in columns]
        self.texts = {field.key: sheet.values_of(columns[field.key]) for field in self.facts}
        self.fields["as_at"] = day = DayField()
        day.initial = as_at
        fieldsets: list[Any] = []
        for field in self.facts:
            counts = Counter(row.values[columns[field.key]] for row in sheet.rows)
            for text in self.texts[field.key]:
                self.fields[_value(field, text)] = _make_choice(field, text, counts[text])
            fieldset = Fieldset(
                f"{field.label}: column “{sheet.columns[columns[field.key]]}”",
                *(_value(field, text) for text in self.texts[field.key]),
                size="s",
            )
            fieldsets.append(Div(fieldset, css_class="sampling-wide" if _is_wordy(field) else ""))
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(*fieldsets, "as_at")

    def read(self) -> Matching:
        """Return what each field and each text stands for."""
        return Matching(
            self.columns,
            {
                field.key: {
                    text: self.cleaned_data[_value(field, text)] for text in self.texts[field.key]
                }
                for field in self.facts
            },
        )


class MendedForm(forms.Form):
    """A file in which what was wrong is mended, in place of the one that the page carries."""

    mended = SheetField(
        label="Mended file",
        help_text="Correct the lines in the service’s own file, save it as CSV and choose it here. "
        "What you matched is kept.",
        required=False,
    )

    def list_problems(self) -> Sequence[Problem]:
        """Return what is wrong with the file where it is more than its field can say."""
        return _many(self.fields["mended"])


class DrawForm(forms.Form):
    """Drawing a sample, with a seed where a draw is to be repeated."""

    seed = forms.RegexField(
        SEED,
        label="Seed",
        help_text="Letters, digits and hyphens. Leave it empty for a new draw.",
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "spellcheck": "false"}),
        error_messages={
            "invalid": "A seed has letters, digits and hyphens only.",
            "max_length": "A seed has 64 characters at the most.",
        },
    )


class ReplaceForm(NamelessForm):
    """Why a case is replaced and, where it is begun, that this is meant."""

    reason = TextField(
        name="reason",
        if_empty="Say why the case is unsuitable.",
        label="Why is the case unsuitable?",
        help_text="For example: the order was transferred to another service before the period "
        "inspected. It is kept and listed: leave out names.",
    )
    confirmed = forms.BooleanField(
        label="Replace it all the same: what was recorded is kept, and is in no score",
        required=False,
    )

    def __init__(self, *args: Any, begun: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.begun = begun
        if not begun:
            del self.fields["confirmed"]

    def clean_reason(self) -> str:
        """Return the reason, unless it seems to name somebody."""
        return self.warn_of_names(self.cleaned_data["reason"])

    def clean_confirmed(self) -> bool:
        """Return that it is confirmed. Raises ValidationError where it is not."""
        if not self.cleaned_data["confirmed"]:
            raise ValidationError("Confirm that the case is to be replaced though it is begun.")
        return True


def describe_problem(problem: Problem) -> str:
    """Return a fault with the line at which it stands."""
    return problem.message if problem.line is None else f"Line {problem.line}: {problem.message}"


def _is_asked_first(field: Field) -> bool:
    """Whether a field stands among those that are needed: of end and status, one is."""
    return field.needed or field.key in ("ended_on", "status")


def _is_wordy(field: Field) -> bool:
    """Whether the values of a field have too many words for a narrow list."""
    fact = field.fact
    return fact is not None and any(len(fact.label_of(v)) > LONG_LABEL for v in fact.values)


def _column(field: Field) -> str:
    return f"column-{field.key}"


def _value(field: Field, text: str) -> str:
    """Return the name of the form field of a text: the same in a mended file."""
    return f"value-{field.key}-{sha256(text.encode()).hexdigest()[:12]}"


def _make_choice(field: Field, text: str, cases: int) -> forms.ChoiceField:
    fact = field.fact
    assert isinstance(fact, FactDefinition)  # noqa: S101
    # Lines in which a needed fact is empty are told one by one.
    may_be_none = not field.needed or not text
    none = "Not recorded" if not field.needed else "Choose"
    shown = text or EMPTY
    return forms.ChoiceField(
        label=f"{shown} ({cases} {'case' if cases == 1 else 'cases'})",
        choices=[("", none), *((value, fact.label_of(value)) for value in fact.values)],
        required=not may_be_none,
        initial=guess_value(fact, text),
        error_messages={
            "required": f"Choose what “{shown}” means under “{field.label}”.",
            "invalid_choice": f"Choose what “{shown}” means under “{field.label}”.",
        },
    )


def _many(field: forms.Field) -> Sequence[Problem]:
    problems = getattr(field, "problems", ())
    return problems if len(problems) > 1 else ()
