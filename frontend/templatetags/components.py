"""Tags with which pages are put together."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template import Context, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Node, Parser, Token, token_kwargs
from django.template.loader import get_template
from django.utils.safestring import SafeString

from frontend.fields import summarise_errors

register = template.Library()


class ComponentNode(Node):
    def __init__(
        self, name: FilterExpression, variables: dict[str, FilterExpression], nodelist: NodeList
    ) -> None:
        self.name = name
        self.variables = variables
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        values = {key: value.resolve(context) for key, value in self.variables.items()}
        # What the template engine has rendered is safe, and strip() forgets that it is.
        values["content"] = SafeString(self.nodelist.render(context).strip())
        template = get_template(self.name.resolve(context)).template  # type: ignore[attr-defined]
        html: SafeString = template.render(context.new(values))
        return html


@register.tag
def component(parser: Parser, token: Token) -> ComponentNode:
    """Draws a component around markup.

    {% component "components/details.html" summary="Help" %}…{% endcomponent %}

    The markup is rendered where it stands and reaches the component as `content`; the component
    sees nothing else but the variables named in the tag.
    """
    bits = token.split_contents()
    if len(bits) < 2:
        raise TemplateSyntaxError("component needs the path of a template")
    rest = bits[2:]
    variables = token_kwargs(rest, parser)
    if rest:
        raise TemplateSyntaxError(f"component cannot read {rest[0]!r}: write key=value")
    nodelist = parser.parse(("endcomponent",))
    parser.delete_first_token()
    return ComponentNode(parser.compile_filter(bits[1]), variables, nodelist)


@register.filter
def some(items: Iterable[Any] | None, key: str) -> bool:
    """Whether any of the mappings has something under the key."""
    return any(item.get(key) for item in items or ())


@register.simple_tag
def error_summary(*sources: Any) -> SafeString:
    """The error summary of all forms, formsets and lists of `{text, href}` named; or nothing."""
    links = summarise_errors(*sources)
    if not links:
        return SafeString("")
    return SafeString(get_template("components/error_summary.html").render({"errors": links}))
