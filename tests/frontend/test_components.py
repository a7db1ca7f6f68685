"""Components draw what govuk-frontend's own macros draw; those of our own say what they should."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from tests.frontend.govuk import Example, load_examples, normalise

Options = dict[str, Any]


def draw(name: str, /, **variables: Any) -> str:
    return render_to_string(f"components/{name}.html", variables)


def draw_button(given: Options) -> str:
    style = "start" if given.get("isStartButton") else modifier(given)
    return draw(
        "button",
        label=given["text"],
        url=given.get("href"),
        style=style,
        once=given.get("preventDoubleClick"),
        **{key: given[key] for key in ("name", "value", "type", "id", "disabled") if key in given},
    )


def draw_summary_list(given: Options) -> str:
    rows = [
        {
            "key": row["key"]["text"],
            "value": text_of(row["value"]),
            "actions": links_of(row.get("actions", {}).get("items", [])),
        }
        for row in given["rows"]
    ]
    card = given.get("card", {})
    return draw(
        "summary_list",
        rows=rows,
        no_border="classes" in given,
        title=card.get("title", {}).get("text"),
        actions=links_of(card.get("actions", {}).get("items", [])),
    )


def draw_task_list(given: Options) -> str:
    tasks = [
        {
            "title": item["title"]["text"],
            "url": item.get("href"),
            "hint": item.get("hint", {}).get("text"),
            "status": text_of(item["status"].get("tag") or item["status"]),
            "colour": modifier(item["status"].get("tag", {})),
        }
        for item in given["items"]
    ]
    return draw("task_list", tasks=tasks)


def draw_table(given: Options) -> str:
    head = [{"text": cell["text"], "numeric": "format" in cell} for cell in given["head"]]
    rows = [
        [
            {"text": cell["text"], "numeric": "format" in cell, "header": number == 0}
            for number, cell in enumerate(row)
        ]
        for row in given["rows"]
    ]
    html = draw("table", id="rates", caption=given["caption"], head=head, rows=rows)
    # Ours stands in a region that scrolls, which its caption names: hence the ids.
    table = re.search(r"<table.*</table>", html, re.DOTALL)
    assert table
    return re.sub(r' id="[^"]*"', "", table[0])


def draw_pager(given: Options) -> str:
    ends = {
        side: {
            "url": given[side]["href"],
            "label": given[side]["text"],
            "title": given[side]["labelText"],
        }
        for side in ("previous", "next")
    }
    return draw("pager", name="Pagination", **ends)


def draw_notification_banner(given: Options) -> str:
    return draw(
        "notification_banner",
        text=given["text"],
        title=given.get("titleText"),
        success=given.get("type") == "success",
    )


def text_of(given: Options) -> str:
    return mark_safe(given["html"]) if "html" in given else str(given["text"])


def modifier(given: Options) -> str:
    return str(given.get("classes", "")).rpartition("--")[2]


def links_of(items: list[Options]) -> list[Options]:
    return [
        {"label": item["text"], "url": item["href"], "hidden": item.get("visuallyHiddenText")}
        for item in items
    ]


DRAWINGS: dict[str, Callable[[Options], str]] = {
    "button": draw_button,
    "tag": lambda given: draw("tag", text=given["text"], colour=modifier(given)),
    "details": lambda given: draw("details", summary=given["summaryText"], text=given["text"]),
    "inset-text": lambda given: draw("inset_text", text=given["text"], id=given.get("id")),
    "warning-text": lambda given: draw("warning_text", text=given["text"]),
    "notification-banner": draw_notification_banner,
    "panel": lambda given: draw(
        "panel",
        title=given.get("titleText") or given["titleHtml"],
        text=given.get("text"),
        content=mark_safe(given.get("html", "")),
        heading_level=given.get("headingLevel", 1),
    ),
    "breadcrumbs": lambda given: draw(
        "breadcrumbs", items=[{"label": i["text"], "url": i["href"]} for i in given["items"]]
    ),
    "back-link": lambda given: draw(
        "back_link", url=given.get("href", "#"), label=given.get("text")
    ),
    "summary-list": draw_summary_list,
    "task-list": draw_task_list,
    "table": draw_table,
    "pagination": draw_pager,
    "error-summary": lambda given: draw("error_summary", errors=given["errorList"]),
}


@pytest.mark.parametrize("example", load_examples(*DRAWINGS), ids=str)
def test_component_is_drawn_as_in_the_design_system(example: Example) -> None:
    assert normalise(DRAWINGS[example.component](example.options)) == normalise(example.html)


def test_text_is_escaped_and_markup_between_the_tags_is_not() -> None:
    template = Template(
        '{% load components %}{% component "components/details.html" summary=words %}'
        "<em>{{ words }}</em>{% endcomponent %}"
    )

    assert normalise(template.render(Context({"words": "<b>"}))) == normalise(
        """
        <details class="govuk-details">
          <summary class="govuk-details__summary">
            <span class="govuk-details__summary-text">&lt;b&gt;</span>
          </summary>
          <div class="govuk-details__text"><em>&lt;b&gt;</em></div>
        </details>
        """
    )


def test_component_sees_only_the_variables_it_is_given() -> None:
    template = Template(
        '{% load components %}{% component "components/inset_text.html" %}Words{% endcomponent %}'
    )

    assert 'id="page"' not in template.render(Context({"id": "page"}))


def test_component_refuses_what_is_not_a_variable() -> None:
    with pytest.raises(TemplateSyntaxError, match="key=value"):
        Template('{% load components %}{% component "components/x.html" oops %}{% endcomponent %}')


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def score(**fields: Any) -> SimpleNamespace:
    return SimpleNamespace(
        **{
            "sufficient": 22, "relevant": 40, "open": 0,
            "percent": 55, "low": 55, "high": 55, "band": "SUBSTANTIAL",
            **fields,
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            score(),
            "Safeguarding 55 % SUBSTANTIAL improvement required 22 of 40 judged sufficient",
        ),
        (
            score(open=18, low=38, high=69, band=None),
            "Safeguarding 55 % Band not settled 22 of 40 judged sufficient"
            " Between 38% and 69% once complete: 18 answers open",
        ),
        (
            score(sufficient=0, relevant=0, percent=None, low=None, high=None, band=None, open=1),
            "Safeguarding Not scored No answer counts towards it yet 1 answer open",
        ),
    ],
    ids=["complete", "in fieldwork", "not scored"],
)
def test_score_box_says_score_band_and_range(given: SimpleNamespace, words: str) -> None:
    assert words_of(draw("score_box", title="Safeguarding", score=given)) == words


def test_score_bar_is_as_long_as_its_score() -> None:
    html = draw("score_bar", label="Safeguarding", score=score(open=18, low=38, high=69))

    assert re.findall(r'bar__(track|high|fill)" width="(\d+)%"', html) == [
        ("track", "100"),
        ("high", "69"),
        ("fill", "38"),
    ]
    assert words_of(html) == "Safeguarding: 55% (38% to 69%)"


@pytest.mark.parametrize(
    ("band", "short", "words"),
    [
        ("MINIMUM", False, "MINIMUM improvement required"),
        ("DRASTIC", True, "DRASTIC improvement required"),
        ("", False, "Not scored"),
        (None, False, "Not scored"),
    ],
)
def test_band_is_always_read_out_whole(band: str | None, short: bool, words: str) -> None:
    assert words_of(draw("band", band=band, short=short)) == words


@pytest.mark.parametrize(
    ("value", "total", "width"), [(0, 0, "0"), (0, 31, "0"), (12, 31, "39"), (31, 31, "100")]
)
def test_progress_bar_prints_the_count_and_draws_the_share(
    value: int, total: int, width: str
) -> None:
    html = draw("progress_bar", label="Judged", value=value, total=total)

    assert words_of(html) == f"Judged {value} of {total} questions"
    assert re.findall(r'__fill" width="(\d+)%"', html) == [width]


def test_scrolling_table_can_be_reached_by_keyboard_and_is_named_by_its_caption() -> None:
    html = draw("table", id="scores", caption="Scores", rows=[["a", 1]])

    assert 'role="region" aria-labelledby="scores-caption" tabindex="0"' in html
    assert re.findall(r'<caption[^>]* id="([^"]*)"', html) == ["scores-caption"]
    assert re.findall(r"<td[^>]*>(.*?)</td>", html) == ["a", "1"]
