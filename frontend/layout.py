"""Layout objects for crispy forms, in GOV.UK markup.

Text given to them is text: unlike crispy's own `Fieldset` and `Submit`, none of it is run as a
template, so that a legend or label may come from the database.
"""

from typing import Any

from crispy_forms.layout import Field, LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django.forms import BaseForm
from django.template import Context
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from frontend.fields import FieldView


class Block:
    """Several fields of a form, drawn together by one template of the caller's.

    `fields` maps the names that the template uses to names of form fields; each arrives as a
    `FieldView`. The template sees the page's context too, and `context` before it. It costs no
    more than the template itself, so a page of many questions is best made of Blocks.

    Raises KeyError when drawn with a form that has no such field.
    """

    template = ""

    def __init__(
        self, template: str = "", *, context: dict[str, Any] | None = None, **fields: str
    ) -> None:
        self.template = template or self.template
        self.context = context or {}
        self.fields = fields

    def get_context(self, form: BaseForm) -> dict[str, Any]:
        """Further variables of the template; for subclasses to add to."""
        return self.context

    def render(
        self, form: BaseForm, context: Context, template_pack: str = TEMPLATE_PACK, **kwargs: Any
    ) -> SafeString:
        if hasattr(form, "rendered_fields"):
            form.rendered_fields.update(self.fields.values())
        show_errors = bool(context.get("form_show_errors", True))
        views = {
            alias: FieldView(form[name], show_errors=show_errors)
            for alias, name in self.fields.items()
        }
        # The inner template of the backend's wrapper draws into the page's context as it is,
        # where the wrapper would make a new one each time.
        template = get_template(self.template).template  # type: ignore[attr-defined]
        with context.push(form=form, **views, **self.get_context(form)):
            html: SafeString = template.render(context)
        return html


class LabelledField(Field):
    """Fields with a label or legend of a given size (s, m, l, xl), which may be the page's h1."""

    def __init__(
        self, *fields: str, size: str = "s", as_heading: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*fields, **kwargs)
        self.size = size
        self.as_heading = as_heading

    def render(self, form: BaseForm, context: Context, *args: Any, **kwargs: Any) -> SafeString:
        extra = {"label_size": self.size, "label_as_heading": self.as_heading}
        kwargs["extra_context"] = {**(kwargs.get("extra_context") or {}), **extra}
        html: SafeString = super().render(form, context, *args, **kwargs)
        return html


class Fieldset(LayoutObject):
    """Fields under a legend of a given size (s, m, l, xl), which may be the page's h1."""

    def __init__(
        self, legend: str, *fields: Any, size: str = "m", as_heading: bool = False
    ) -> None:
        self.legend = legend
        self.fields = list(fields)
        self.size = size
        self.as_heading = as_heading

    def render(
        self, form: BaseForm, context: Context, template_pack: str = TEMPLATE_PACK, **kwargs: Any
    ) -> SafeString:
        fields = self.get_rendered_fields(form, context, template_pack, **kwargs)
        template = get_template(f"{template_pack}/layout/fieldset.html")
        return SafeString(template.render({"fieldset": self, "fields": fields}))


class Buttons(LayoutObject):
    """Buttons and links side by side; one under the other on a narrow screen."""

    def __init__(self, *fields: Any) -> None:
        self.fields = list(fields)

    def render(
        self, form: BaseForm, context: Context, template_pack: str = TEMPLATE_PACK, **kwargs: Any
    ) -> SafeString:
        buttons = self.get_rendered_fields(form, context, template_pack, **kwargs)
        return format_html('<div class="govuk-button-group">{}</div>', buttons)


class Submit:
    """A button that sends the form. `style`: secondary, warning, inverse or start.

    With `once` a second click within a second does nothing (where JavaScript runs).
    """

    def __init__(
        self, label: str, name: str = "", value: str = "", *, style: str = "", once: bool = True
    ) -> None:
        self.variables = {
            "label": label, "name": name, "value": value, "style": style, "once": once,
        }  # fmt: skip

    def render(self, form: BaseForm, context: Context, *args: Any, **kwargs: Any) -> SafeString:
        return SafeString(get_template("components/button.html").render(self.variables))


class LinkButton:
    """A link, drawn as a button of the given style, or as a plain link where `style` is empty."""

    def __init__(self, label: str, url: str, *, style: str = "secondary") -> None:
        self.variables = {"label": label, "url": url, "style": style}

    def render(self, form: BaseForm, context: Context, *args: Any, **kwargs: Any) -> SafeString:
        name = "components/button.html" if self.variables["style"] else "components/link.html"
        return SafeString(get_template(name).render(self.variables))
