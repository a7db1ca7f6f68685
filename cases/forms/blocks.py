"""How a judgement is drawn: a question alone, or a grid question with its rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from django import forms

from cases.forms.items import Item
from cases.identifying import describe_findings, find_identifying
from cases.topics import place_of
from frontend.fields import FieldView
from frontend.layout import Block

if TYPE_CHECKING:
    from cases.forms.topic import TopicForm


def make_blocks(items: Iterable[Item]) -> Iterable[Block]:
    """Return a block for each question, in order; the rows of a grid question share one."""
    by_question: dict[str, list[Item]] = {}
    for item in items:
        by_question.setdefault(item.question.code, []).append(item)
    for rows in by_question.values():
        yield GridBlock(rows) if rows[0].question.grid else QuestionBlock(rows[0])


class QuestionBlock(Block):
    """One question with its answer, reasons, notes, flag and version."""

    template = "cases/question.html"

    def __init__(self, item: Item) -> None:
        self.item = item
        super().__init__(context={}, **{part: f"{item.prefix}-{part}" for part in item.parts})

    def get_context(self, form: forms.BaseForm) -> dict[str, Any]:
        """Return the question, and what is to be said of its answer."""
        return {"question": self.item.question, **_describe_item(form, self.item)}


class GridBlock(Block):
    """A grid question: its rows under each other, each judged alone."""

    template = "cases/grid.html"

    def __init__(self, items: list[Item]) -> None:
        self.items = items
        super().__init__(self.template, context={})

    def get_context(self, form: forms.BaseForm) -> dict[str, Any]:
        """Return the rows, each with the views of its fields."""
        question = self.items[0].question
        rows = [self._describe_row(form, item) for item in self.items]
        return {
            "question": question,
            "prefix": place_of(question.code),
            "is_hidden": all(row["is_hidden"] for row in rows),
            "rows": rows,
        }

    def _describe_row(self, form: forms.BaseForm, item: Item) -> dict[str, Any]:
        views = {part: FieldView(form[f"{item.prefix}-{part}"]) for part in item.parts}
        return {**views, **_describe_item(form, item)}


def _describe_item(form: forms.BaseForm, item: Item) -> dict[str, Any]:
    """Return what the template of a judgement needs beside its fields.

    A question that does not apply is hidden, unless there is an error to be seen.
    """
    page = cast("TopicForm", form)
    has_errors = page.has_errors(item)
    return {
        "item": item,
        "prefix": item.prefix,
        "is_hidden": not item.applies and not has_errors,
        "ceased": not item.applies and has_errors,
        "theirs": page.theirs.get(item.prefix),
        "warnings": {part: _warn(page, f"{item.prefix}-{part}") for part in ("evidence", "note")},
    }


def _warn(page: TopicForm, name: str) -> str:
    """Return what is to be said of a note that may identify somebody; mostly nothing."""
    text = page[name].value()
    if not text or page.year is None:
        return ""
    return describe_findings(find_identifying(str(text), page.year))
