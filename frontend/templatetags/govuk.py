"""The one tag that the crispy template pack is made of."""

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from frontend.fields import FieldView

register = template.Library()


@register.simple_tag(takes_context=True)
def govuk_field(context: Context) -> SafeString:
    """Draws the `field` that crispy put into the context, with the options it put there."""
    return FieldView(
        context["field"],
        size=context.get("label_size") or "",
        as_heading=bool(context.get("label_as_heading")),
        group_extra=context.get("wrapper_class") or "",
        show_errors=bool(context.get("form_show_errors", True)),
        show_label=bool(context.get("form_show_labels", True)),
    ).html
