"""What was counted in questionnaires, and storing it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

from django.db import transaction

from cases.allocation.holding import hold_inspection
from inspections.catalogue import load_definition
from inspections.models import Inspection
from inspections.shape import check_text
from reports.bundle.narrative import ITEM_KEY, LARGEST_NUMBER, check_narrative
from reports.content import SMALLEST_COUNT
from reports.models import Language, Narrative
from reports.questionnaires.uses import find_uses

GROUPS: Mapping[str, str] = {"children": "Children and young people", "victims": "Victims"}
"""Those who are asked, by the key that the text uses for them."""

RESERVED_KEY = "respondents"
"""Names the number of those who answered in a file, so no item can be called so."""

MOST_ITEMS = 100

WHOLE_NUMBER = re.compile(r"[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+")

SHOWN = 20
"""Characters of what was typed that a message repeats."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a questionnaire: `count` of the `of` who answered it said so."""

    count: int
    of: int


@dataclass(frozen=True)
class Survey:
    """How many of a group answered a questionnaire at all, where known, and its items by key."""

    respondents: int | None = None
    items: Mapping[str, Item] = field(default_factory=dict)


Surveys = Mapping[str, Survey]
"""The questionnaires by group; each group of `GROUPS` is there."""


class ChangedMeanwhileError(Exception):
    """Somebody else stored other counts since the page was made; `current` holds them."""

    def __init__(self, current: Surveys) -> None:
        self.current = current
        super().__init__("The counts were changed by somebody else.")


class StillUsedError(Exception):
    """The text speaks of items that would be removed; `uses` says where, by the item's name."""

    def __init__(self, uses: Mapping[str, list[str]]) -> None:
        self.uses = uses
        super().__init__(", ".join(uses))


def load_surveys(inspection: Inspection) -> tuple[Surveys, Mapping[str, list[str]]]:
    """Return the counts of an inspection, and where its texts speak of them, in one query."""
    narratives = list(Narrative.objects.filter(inspection=inspection).order_by("pk"))
    return _read_stored(narratives), find_uses(narratives)


def read_surveys(document: Mapping[str, Any]) -> Surveys:
    """Return the counts that a narrative holds."""
    given = document.get("service_users", {})
    return {
        group: Survey(
            given.get(group, {}).get("respondents"),
            {
                key: Item(item["count"], item["of"])
                for key, item in sorted(given.get(group, {}).get("items", {}).items())
            },
        )
        for group in GROUPS
    }


def digest_surveys(surveys: Surveys) -> str:
    """Return a short text that is the same only for the same counts."""
    described = {group: asdict(survey) for group, survey in surveys.items()}
    return sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()[:16]


@transaction.atomic
def save_surveys(
    inspection: Inspection, surveys: Surveys, *, base: str, remove_used: bool = False
) -> bool:
    """Store `surveys` in the narrative of each language; say whether that changed anything.

    `base` is the digest of what the person saw. Raises ChangedMeanwhileError where something else
    is stored by now, StillUsedError where an item would go of which the text speaks, unless
    `remove_used`, and RefusedError where they are not sound. The rows are held as publishing holds
    them, so that an issue has either all of a change or nothing.
    """
    if not _holds_anything(surveys) and not Narrative.objects.filter(inspection=inspection):
        return False
    hold_inspection(inspection)  # so does publishing, which can hold no text that is not there
    Narrative.objects.get_or_create(inspection=inspection, language=Language.ENGLISH)
    narratives = list(
        Narrative.objects.select_for_update().filter(inspection=inspection).order_by("pk")
    )
    current = _read_stored(narratives)
    if surveys == current and all(surveys == read_surveys(n.document) for n in narratives):
        return False
    if base != digest_surveys(current):
        raise ChangedMeanwhileError(current)
    removed = _name_items(current) - _name_items(surveys)
    uses = {name: at for name, at in find_uses(narratives).items() if name in removed}
    if uses and not remove_used:
        raise StillUsedError(uses)
    definition = load_definition(inspection.programme)
    for narrative in narratives:
        document = _put(narrative.document, surveys)
        narrative.document = check_narrative(definition, document, narrative.language)
        narrative.version += 1
        narrative.save(update_fields=["document", "version"])
    return True


def make_key(typed: str) -> str:
    """Return the key of an item from what was typed: its wording, or the key itself.

    “Knew why they were there” becomes `knew_why_they_were_there`; empty where no letter of it is
    left. Accents are dropped, and what is longer than a key may be is cut at a word.
    """
    lowered = typed.strip().lower()
    if re.fullmatch(ITEM_KEY.pattern, lowered):
        return lowered
    plain = unicodedata.normalize("NFKD", lowered).encode("ascii", "ignore").decode()
    key = re.sub(r"[^a-z0-9]+", "_", re.sub(r"['’‘]", "", plain)).strip("_")
    key = re.sub(r"^[0-9_]+", "", key)
    if len(key) <= ITEM_KEY.limit:
        return key
    head, _, _ = key[: ITEM_KEY.limit + 1].rpartition("_")
    return head or key[: ITEM_KEY.limit]


def put_in_words(key: str) -> str:
    """Return a key as it is read: `knew_why` is “Knew why”."""
    words = key.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def check_key(key: str) -> str:
    """Return what is wrong with the key of an item, or the empty string."""
    if not key:
        return "Enter a name for the item."
    if key == RESERVED_KEY:
        return "“respondents” cannot be the name of an item."
    _, fault = check_text(key, ITEM_KEY)
    if fault:
        return (
            "The name of an item has small letters, digits and underscores, a letter first, and "
            f"at most {ITEM_KEY.limit} of them: knew_why."
        )
    return ""


def check_number(text: str, name: str) -> tuple[int | None, str]:
    """Return the whole number that was typed, or None and what is wrong; `name` is what it is.

    A comma parts thousands (1,200) and nothing else: 1,5 is not 15.
    """
    typed = text.strip()
    if not typed:
        return None, f"Enter {name}."
    if not WHOLE_NUMBER.fullmatch(typed):
        shown = typed if len(typed) <= SHOWN else f"{typed[:SHOWN]}…"
        return (
            None,
            f"{name[0].upper()}{name[1:]} must be a whole number, such as 27, not “{shown}”.",
        )
    typed = typed.replace(",", "")
    if len(typed) > len(str(LARGEST_NUMBER)):
        return None, f"{name[0].upper()}{name[1:]} must be {LARGEST_NUMBER:,} or less."
    if int(typed) > LARGEST_NUMBER:
        return None, f"{name[0].upper()}{name[1:]} must be {LARGEST_NUMBER:,} or less."
    return int(typed), ""


def check_item(item: Item, respondents: int | None) -> str:
    """Return why the numbers of an item cannot be right together, or the empty string."""
    if item.count > item.of:
        return f"{item.count:,} of {item.of:,} is more than all of them."
    if respondents is not None and item.of > respondents:
        return f"{item.of:,} answered this, but only {respondents:,} answered at all."
    return ""


def is_too_small(item: Item) -> bool:
    """Whether so few answered an item that a figure of it is not printed."""
    return item.of < SMALLEST_COUNT


def _read_stored(narratives: list[Narrative]) -> Surveys:
    """Return the counts as the English text has them, else as another does."""
    english = [n for n in narratives if n.language == Language.ENGLISH]
    first = next(iter([*english, *narratives]), None)
    return read_surveys(first.document if first else {})


def _holds_anything(surveys: Surveys) -> bool:
    return any(survey.items or survey.respondents is not None for survey in surveys.values())


def _name_items(surveys: Surveys) -> set[str]:
    return {f"{group}.{key}" for group, survey in surveys.items() for key in survey.items}


def _put(document: Mapping[str, Any], surveys: Surveys) -> dict[str, Any]:
    """Return `document` with these counts; what else it says of a group stays."""
    service_users = dict(document.get("service_users", {}))
    for group, survey in surveys.items():
        kept = dict(service_users.get(group, {}))
        kept.pop("respondents", None)
        if survey.respondents is not None:
            kept["respondents"] = survey.respondents
        kept["items"] = {key: asdict(item) for key, item in survey.items.items()}
        service_users[group] = kept
    return {**document, "service_users": service_users}
