"""The difference between two versions of a programme: part by part, and aspect by aspect.

Pure: two definitions in, plain values out. What a change does to scores is in
`inspections.programme_effects`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeVar

from inspections.definition import ProgrammeDefinition
from inspections.programme_words import (
    Aspect,
    describe_contradiction,
    describe_criterion,
    describe_fact,
    describe_grid,
    describe_quantifier,
    describe_question,
    describe_sampling,
    describe_section,
    describe_theme,
    describe_whole,
    name_contradiction,
)
from inspections.wording import Piece, compare_words

Kind = Literal["added", "removed", "changed", "moved"]
Part = TypeVar("Part")

TITLES = ("Question", "Label", "Title")
"""The aspects that say which part it is."""


@dataclass(frozen=True)
class Change:
    """One aspect that was, or is now, otherwise; empty where there was or is none."""

    label: str
    old: str
    new: str

    @cached_property
    def pieces(self) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
        """The old and the new text with the words marked that only one of them has."""
        return compare_words(self.old, self.new)

    @property
    def old_pieces(self) -> tuple[Piece, ...]:
        """The old text in pieces."""
        return self.pieces[0]

    @property
    def new_pieces(self) -> tuple[Piece, ...]:
        """The new text in pieces."""
        return self.pieces[1]


@dataclass(frozen=True)
class Item:
    """A part that was added, removed, changed or moved.

    `name` tells it from others of its group, and `title` says which that is, unless a change does.
    An added or removed part has all its aspects in `changes`, a moved one none.
    """

    kind: Kind
    name: str
    changes: tuple[Change, ...] = ()
    title: str = ""


@dataclass(frozen=True)
class Group:
    """The items of one group of parts: bands, facts, questions."""

    title: str
    items: tuple[Item, ...]

    def count(self, kind: Kind) -> int:
        """Return how many items are of a kind."""
        return sum(item.kind == kind for item in self.items)


def compare_programmes(old: ProgrammeDefinition, new: ProgrammeDefinition) -> tuple[Group, ...]:
    """Return the groups in which `new` differs from `old`, slug and version aside."""
    groups = (
        Group("The programme itself", tuple(_compare_whole("Programme", old, new))),
        _compare(
            "Improvement bands",
            {band.label: band for band in old.bands},
            {band.label: band for band in new.bands},
            lambda band, _: [Aspect("Begins at", band.floor, f"{band.floor}%")],
            old, new,
        ),
        _compare(
            "Headline themes",
            {theme.key: theme for theme in old.themes},
            {theme.key: theme for theme in new.themes},
            lambda theme, _: describe_theme(theme),
            old, new,
        ),
        _compare(
            "Words for percentages",
            {quantifier.words: quantifier for quantifier in old.quantifiers},
            {quantifier.words: quantifier for quantifier in new.quantifiers},
            lambda quantifier, _: describe_quantifier(quantifier),
            old, new,
        ),
        _compare(
            "Grids", old.grids_by_key, new.grids_by_key,
            lambda grid, _: describe_grid(grid), old, new,
        ),
        _compare("Facts", old.facts_by_key, new.facts_by_key, describe_fact, old, new),
        _compare(
            "Sections",
            {section.number: section for section in old.sections},
            {section.number: section for section in new.sections},
            lambda section, _: describe_section(section),
            old, new,
        ),
        _compare("Criteria", old.criteria, new.criteria, describe_criterion, old, new),
        _compare("Questions", old.questions, new.questions, describe_question, old, new),
        _compare(
            "Answers that contradict one another",
            {name_contradiction(item): item for item in old.contradictions},
            {name_contradiction(item): item for item in new.contradictions},
            lambda item, _: describe_contradiction(item),
            old, new,
        ),
        Group("Drawing a sample", tuple(_compare_sampling(old, new))),
    )  # fmt: skip
    return tuple(group for group in groups if group.items)


def _compare_whole(name: str, old: ProgrammeDefinition, new: ProgrammeDefinition) -> Iterator[Item]:
    if changes := _compare_aspects(describe_whole(old), describe_whole(new)):
        yield Item("changed", name, changes)


def _compare_sampling(old: ProgrammeDefinition, new: ProgrammeDefinition) -> Iterator[Item]:
    if old.sampling == new.sampling:
        return
    kind: Kind = "changed"
    if old.sampling is None or new.sampling is None:
        kind = "added" if old.sampling is None else "removed"
    before, after = describe_sampling(old.sampling, old), describe_sampling(new.sampling, new)
    yield Item(kind, "Method", _compare_aspects(before, after))


def _compare(
    title: str,
    before: Mapping[str, Part],
    after: Mapping[str, Part],
    describe: Callable[[Part, ProgrammeDefinition], list[Aspect]],
    old: ProgrammeDefinition,
    new: ProgrammeDefinition,
) -> Group:
    """Compare parts by their keys: removed ones where they stood, added ones where they stand."""
    items: list[Item] = []
    moved = _find_moved(list(before), list(after))
    for key in _merge(list(before), list(after)):
        was = describe(before[key], old) if key in before else []
        now = describe(after[key], new) if key in after else []
        changes = _compare_aspects(was, now)
        if key not in before:
            items.append(Item("added", key, changes))
        elif key not in after:
            items.append(Item("removed", key, changes))
        elif changes:
            items.append(Item("changed", key, changes, _find_title(now, changes)))
        elif key in moved:
            items.append(Item("moved", key, title=_find_title(now, ())))
    return Group(title, tuple(items))


def _find_title(aspects: Sequence[Aspect], changes: Sequence[Change]) -> str:
    """Return the words that say which part it is, if it has some and they are not changed."""
    changed = {change.label for change in changes}
    titles = (a.words for a in aspects if a.label in TITLES and a.label not in changed)
    return next(titles, "")


def _compare_aspects(before: Sequence[Aspect], after: Sequence[Aspect]) -> tuple[Change, ...]:
    """Return the aspects that differ; those that are empty on the only side are left out."""
    old = {aspect.label: aspect for aspect in before}
    new = {aspect.label: aspect for aspect in after}
    changes = []
    for label in dict.fromkeys((*old, *new)):
        was, now = old.get(label), new.get(label)
        if was is not None and now is not None and was.value == now.value:
            continue
        change = Change(label, was.words if was else "", now.words if now else "")
        if change.old or change.new:
            changes.append(change)
    return tuple(changes)


def _find_moved(before: list[str], after: list[str]) -> set[str]:
    """Return the keys of both that stand in another order: as few as that can be said with.

    Those that did not move are a longest run of keys whose old places rise.
    """
    place = {key: index for index, key in enumerate(before)}
    kept = [key for key in after if key in place]
    ends: list[int] = []  # the lowest old place at which a run of each length can end
    lengths = []
    for key in kept:
        length = bisect_left(ends, place[key])
        ends[length : length + 1] = [place[key]]
        lengths.append(length)
    moved = set(kept)
    wanted = len(ends) - 1
    for key, length in zip(reversed(kept), reversed(lengths), strict=True):
        if length == wanted:
            moved.discard(key)
            wanted -= 1
    return moved


def _merge(before: list[str], after: list[str]) -> Iterator[str]:
    """Yield every key once, in the new order, with each removed one after that before it."""
    kept = set(after)
    following: dict[str, list[str]] = {}
    last = ""
    for key in before:
        if key in kept:
            last = key
        else:
            following.setdefault(last, []).append(key)
    yield from following.get("", [])
    for key in after:
        yield key
        yield from following.get(key, [])
