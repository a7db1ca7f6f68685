"""A form field as the GOV.UK templates see it: ids, labels, options and what describes them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.forms import BoundField
from django.forms.utils import flatatt
from django.template.loader import get_template
from django.utils.safestring import SafeString


class Choice(str):
    """The label of a choice, with a hint that is shown under it."""

    hint: str

    def __new__(cls, label: str, hint: str = "") -> "Choice":
        choice = super().__new__(cls, label)
        choice.hint = hint
        return choice


@dataclass(frozen=True, slots=True)
class Option:
    """One radio button or checkbox. `attrs` is ready-made HTML with a leading space."""

    id: str
    name: str
    value: str
    label: str
    hint: str
    checked: bool
    disabled: bool
    attrs: str


@dataclass(frozen=True)
class ErrorLink:
    """One line of an error summary. `href` is empty where there is nothing on the page to go to."""

    text: str
    href: str = ""


# The first widget type that fits decides the template and the class of the control or the group.
_PRESENTATIONS: tuple[tuple[type[forms.Widget], str, str], ...] = (
    (forms.CheckboxSelectMultiple, "govuk/fieldset.html", "govuk-checkboxes"),
    (forms.RadioSelect, "govuk/fieldset.html", "govuk-radios"),
    (forms.CheckboxInput, "govuk/checkbox.html", "govuk-checkboxes"),
    (forms.MultiWidget, "govuk/fieldset.html", "govuk-input"),
    (forms.Select, "govuk/control.html", "govuk-select"),
    (forms.Textarea, "govuk/control.html", "govuk-textarea"),
    (forms.FileInput, "govuk/control.html", "govuk-file-upload"),
    (forms.Widget, "govuk/control.html", "govuk-input"),
)


class FieldView:
    """What a template needs to draw one bound field.

    `size` is the size of its label or legend (s, m, l, xl; empty for plain), `as_heading` makes
    that the h1 of the page, `group_extra` holds further classes for the form group, and
    `show_errors` and `show_label` are crispy's form_show_errors and form_show_labels.
    """

    def __init__(
        self,
        field: BoundField,
        *,
        size: str = "",
        as_heading: bool = False,
        group_extra: str = "",
        show_errors: bool = True,
        show_label: bool = True,
    ) -> None:
        self.field = field
        self.widget = field.field.widget
        self.size = size
        self.as_heading = as_heading
        self.group_extra = group_extra
        self.show_label = show_label
        self.name = field.html_name
        self.label = field.label
        self.hint = field.help_text
        self.id: str = self.widget.attrs.get("id") or field.auto_id or field.html_name
        self.errors: list[str] = [str(message) for message in field.errors] if show_errors else []
        self.template_name, self.base_class = present(self.widget)

    @property
    def hint_id(self) -> str:
        return f"{self.id}-hint"

    @property
    def error_id(self) -> str:
        return f"{self.id}-error"

    @property
    def described_by(self) -> str:
        """The ids of the hint and the error, those that are there; empty where neither is."""
        own = self.widget.attrs.get("aria-describedby", "")
        hint = self.hint_id if self.hint else ""
        error = self.error_id if self.errors else ""
        return _join(own, hint, error)

    @property
    def is_password(self) -> bool:
        return isinstance(self.widget, forms.PasswordInput)

    @property
    def is_choice(self) -> bool:
        """Whether the field is a set of radio buttons or checkboxes."""
        return isinstance(self.widget, forms.RadioSelect)

    @property
    def group_class(self) -> str:
        """The class of the form group, which holds label, hint, errors and control."""
        error = "govuk-form-group--error" if self.errors else ""
        password = "govuk-password-input" if self.is_password else ""
        return _join("govuk-form-group", error, password, self.group_extra)

    @property
    def choices_class(self) -> str:
        """The class of the element around radio buttons or checkboxes."""
        return _join(self.base_class, self.widget.attrs.get("class", ""))

    @cached_property
    def value(self) -> str:
        """The value as text, as the field was sent or as it stands; empty for none."""
        value = self.field.value()
        return "" if value is None else str(value)

    @cached_property
    def options(self) -> list[Option]:
        """The choices of radio buttons or checkboxes, in their order; groups are not shown."""
        widget = self.widget
        if not isinstance(widget, forms.RadioSelect):
            return []
        disabled = self.field.field.disabled
        shared = {"class", "id", "checked", "disabled", "aria-describedby"}
        groups = widget.optgroups(
            self.name, widget.format_value(self.field.value()), {"id": self.id}
        )
        return [
            Option(
                id=option["attrs"]["id"],
                name=option["name"],
                value="" if option["value"] is None else str(option["value"]),
                label=option["label"],
                hint=getattr(option["label"], "hint", ""),
                checked=option["selected"],
                disabled=disabled or bool(option["attrs"].get("disabled")),
                attrs=flatatt({k: v for k, v in option["attrs"].items() if k not in shared}),
            )
            for _, options, _ in groups
            for option in options
        ]

    @property
    def first_id(self) -> str:
        """The id of the element that an error about this field leads to; empty if there is none."""
        if self.field.is_hidden:
            return ""
        if isinstance(self.widget, forms.RadioSelect):
            return self.options[0].id if self.options else ""
        return self.widget.id_for_label(self.id) or self.id

    @property
    def control(self) -> SafeString:
        """The input, select or textarea alone, drawn by its own widget with our attributes."""
        field, widget = self.field.field, self.widget
        if field.localize:
            widget.is_localized = True
        attrs = {"id": self.id, "placeholder": False, **self._control_attrs()}
        if field.disabled:
            attrs["disabled"] = True
        html: SafeString = widget.render(
            self.name, self.field.value(), attrs, self.field.form.renderer
        )
        return html

    def _control_attrs(self) -> dict[str, Any]:
        if self.field.is_hidden:
            return {}
        own = self.widget.attrs
        error = f"{self.base_class}--error" if self.errors else ""
        attrs: dict[str, Any] = {"class": _join(self.base_class, own.get("class", ""), error)}
        match self.widget:
            case forms.CheckboxInput():
                attrs["class"] = "govuk-checkboxes__input"
            case forms.Textarea():
                # Django gives every textarea these two; the width is the style sheet's to decide.
                rows = own.get("rows", False)
                attrs |= {"cols": False, "rows": 5 if rows == "10" else rows}
            case forms.PasswordInput():
                attrs["class"] += " govuk-password-input__input govuk-js-password-input-input"
                attrs |= {"spellcheck": "false", "autocapitalize": "none"}
                attrs["autocomplete"] = own.get("autocomplete", "current-password")
            case forms.MultiWidget():
                return attrs
        if self.described_by:
            attrs["aria-describedby"] = self.described_by
        return attrs

    @property
    def html(self) -> SafeString:
        """The whole field: label or legend, hint, errors and control."""
        if self.field.is_hidden:
            return self.control
        return SafeString(get_template(self.template_name).render({"view": self}))


def present(widget: forms.Widget) -> tuple[str, str]:
    """The template of a widget and the class of its control (of the group, for choices)."""
    return next(
        (template, css_class)
        for kind, template, css_class in _PRESENTATIONS
        if isinstance(widget, kind)
    )


def summarise_errors(*sources: Any) -> list[ErrorLink]:
    """All errors of forms and formsets, in the order of the page.

    A source may also be a list of ErrorLinks or of `{text, href}`; anything else is passed over,
    so that a page may name a form which it does not always have.
    """
    links: list[ErrorLink] = []
    for source in sources:
        if isinstance(source, forms.BaseForm):
            links += _form_errors(source)
        elif isinstance(source, forms.BaseFormSet):
            links += [ErrorLink(str(message)) for message in source.non_form_errors()]
            links += summarise_errors(*source.forms)
        elif isinstance(source, list | tuple):
            links += [_as_link(item) for item in source]
    return links


def _form_errors(form: forms.BaseForm) -> Iterable[ErrorLink]:
    if not form.errors:
        return
    for message in form.non_field_errors():
        yield ErrorLink(str(message))
    for field in form:
        if messages := field.errors:
            target = FieldView(field).first_id
            for message in messages:
                yield ErrorLink(str(message), f"#{target}" if target else "")


def _as_link(item: Any) -> ErrorLink:
    if isinstance(item, ErrorLink):
        return item
    return ErrorLink(str(item["text"]), item.get("href", ""))


def _join(*classes: str) -> str:
    return " ".join(part for part in classes if part)
