"""How long a topic page's form takes to draw, beside Django's own `as_div` of the same form.

    python -m tests.frontend.rendering_speed

The form has sixty questions, each with radio buttons and a note of evidence. Forms are made anew
for each drawing, as they are for each request, and that is not timed.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

from django import forms
from django.template import engines

QUESTIONS = 60
ROUNDS = 7
ANSWERS = [("sufficient", "Yes"), ("insufficient", "No"), ("not_applicable", "Not applicable")]

Draw = Callable[[forms.Form], str]


def make_form() -> forms.Form:
    """A form of sixty questions, a third of them answered."""
    form = forms.Form()
    for number in range(1, QUESTIONS + 1):
        answered = number % 3 == 0
        form.fields[f"q{number}-answer"] = forms.ChoiceField(
            label=f"Was assessment {number} good enough, and done in time?",
            help_text="Look for the plan and its review, and ask the case manager.",
            choices=ANSWERS,
            initial="sufficient" if answered else None,
            required=False,
            widget=forms.RadioSelect(attrs={"class": "govuk-radios--small govuk-radios--inline"}),
        )
        form.fields[f"q{number}-evidence"] = forms.CharField(
            label="Evidence",
            initial="Seen on file, dated and signed." if answered else "",
            required=False,
            widget=forms.Textarea,
        )
    return form


def ways_to_draw() -> dict[str, Draw]:
    """Django's own way and ours, by name."""
    from crispy_forms.helper import FormHelper
    from crispy_forms.layout import Layout
    from crispy_forms.utils import render_crispy_form

    from frontend.layout import Block

    by_field = engines["django"].from_string(
        "{% load crispy_forms_filters %}{{ form|crispy }}"  # one field after the other
    )

    def draw_blocks(form: forms.Form) -> str:
        helper = FormHelper()
        helper.layout = Layout(
            *(
                Block(
                    "judgement.html",
                    context={"code": f"1.1.{number:02}"},
                    answer=f"q{number}-answer",
                    evidence=f"q{number}-evidence",
                )
                for number in range(1, QUESTIONS + 1)
            )
        )
        return str(render_crispy_form(form, helper))

    def draw_layout(form: forms.Form) -> str:
        return str(render_crispy_form(form, FormHelper(form)))

    return {
        "as_div": lambda form: str(form.as_div()),
        "crispy, a Block for each question": draw_blocks,
        "crispy, field by field": lambda form: str(by_field.render({"form": form})),
        "crispy, a layout of fields": draw_layout,
    }


def measure() -> dict[str, float]:
    """The best time of each way, in seconds; they take turns, so that a busy machine is fair."""
    ways = ways_to_draw()
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(ROUNDS):
        for name, draw in ways.items():
            form = make_form()
            start = perf_counter()
            draw(form)
            best[name] = min(best[name], perf_counter() - start)
    return best


@contextmanager
def own_templates() -> Iterator[None]:
    """The templates beside this file, in front of the site's."""
    from django.conf import settings
    from django.test import override_settings

    site: dict[str, Any] = dict(settings.TEMPLATES[0])
    own = {**site, "DIRS": [Path(__file__).parent / "templates", *site["DIRS"]]}
    with override_settings(TEMPLATES=[own]):
        yield


def main() -> None:
    """Print every way's time as a multiple of Django's."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    with own_templates():
        times = measure()
    for name, seconds in times.items():
        sys.stdout.write(f"{seconds / times['as_div']:.2f}  {name}\n")


if __name__ == "__main__":
    main()
