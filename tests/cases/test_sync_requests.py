"""What may be sent, by whom and how: all else is refused in words, and nothing of it is stored."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.models import Assessment, Judgement
from cases.syncing import LARGEST_REQUEST, MalformedError, read_request
from inspections.models import Inspection
from tests.cases.device import (
    DATA,
    SYNC,
    Device,
    alert,
    answer,
    complete,
    device_of,
    dump,
    fact,
    new_id,
    practice,
)
from tests.casting import (
    make_administrator,
    make_case,
    make_inspection,
    make_manager,
    make_user,
    user_of,
)


@pytest.fixture
def inspection(db: None) -> Inspection:
    """Anyshire with two cases: ANY-001 of the inspector, ANY-002 of the local assessor."""
    inspection = make_inspection()
    make_case(inspection, "ANY-001", assessor="inspector")
    make_case(inspection, "ANY-002", assessor="local-assessor")
    return inspection


def without(change: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in change.items() if key != name}


SAME = answer("2.1.01", "sufficient")
RANDOM = "0b8e2f5e-7d4c-4c1a-9f0e-3a6d2b1c4e5f"

MALFORMED: dict[str, tuple[Any, str]] = {
    "no object": ([], "The request must be an object."),
    "no changes": ({}, "The request lacks “changes”."),
    "more than changes": (
        {"changes": [], "user": 1},
        "The request has a name that is not known.",
    ),
    "changes no list": ({"changes": {}}, "“changes” must be a list."),
    "too many": ({"changes": [1] * 501}, "A request may have 500 changes at most."),
    "change no object": ({"changes": ["answer"]}, "Change 1 is of no known kind."),
    "unknown kind": (
        {"changes": [complete() | {"kind": "delete"}]},
        "Change 1 is of no known kind.",
    ),
    "kind no text": (
        {"changes": [complete() | {"kind": ["fact"]}]},
        "Change 1 is of no known kind.",
    ),
    "no id": ({"changes": [without(SAME, "id")]}, "Change 1 lacks “id”."),
    "looked no flag": (
        {"changes": [complete() | {"looked": "yes"}]},
        "Change 1: “looked” must be true or false.",
    ),
    "a field missing": (
        {"changes": [complete(), without(SAME, "flagged")]},
        "Change 2 lacks “flagged”.",
    ),
    "an alert of an assessment": (
        {"changes": [alert() | {"assessment": "1"}]},
        "Change 1 has a name that is not known.",
    ),
    "a field too many": (
        {"changes": [SAME | {"version": 1}]},
        "Change 1 has a name that is not known.",
    ),
    "id twice": (
        {"changes": [SAME, alert() | {"id": SAME["id"]}]},
        "The same id stands twice in the request.",
    ),
    "judgement twice": (
        {"changes": [SAME, SAME | {"id": new_id()}]},
        "The same answer stands twice in the request.",
    ),
    "fact twice": (
        {"changes": [fact("gender", "male"), fact("gender", "female")]},
        "The same fact stands twice in the request.",
    ),
}
for name, value, message in [
    ("id", 7, "must be a random UUID, in small letters."),
    ("id", "7", "must be a random UUID, in small letters."),
    ("id", RANDOM.upper(), "must be a random UUID, in small letters."),
    ("id", RANDOM.replace("-", ""), "must be a random UUID, in small letters."),
    ("id", "00000000-0000-0000-0000-000000000000", "must be a random UUID, in small letters."),
    ("id", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "must be a random UUID, in small letters."),
    ("base", -1, "must be a whole number from 0 to 2147483647."),
    ("base", 2**31, "must be a whole number from 0 to 2147483647."),
    ("base", True, "must be a whole number from 0 to 2147483647."),
    ("base", 1.0, "must be a whole number from 0 to 2147483647."),
    ("base", "1", "must be a whole number from 0 to 2147483647."),
    ("base", None, "must be a whole number from 0 to 2147483647."),
    ("assessment", 1, "must be text."),
    ("assessment", None, "must be text."),
    ("code", 1, "must be text."),
    ("row", None, "must be text."),
    ("evidence", ["x"], "must be text."),
    ("note_to_lead", False, "must be text."),
    ("answer", "yes", "is none of the answers."),
    ("answer", None, "must be text."),
    ("reasons", "too_short", "must be a list."),
    ("reasons", [1], "must be text."),
    ("flagged", 1, "must be true or false."),
    ("flagged", "on", "must be true or false."),
]:
    MALFORMED[f"{name} {value!r}"[:40]] = (
        {"changes": [complete(), SAME | {name: value}]},
        f"Change 2: “{name}” {message}",
    )


@pytest.mark.parametrize(("document", "message"), MALFORMED.values(), ids=list(MALFORMED))
def test_what_is_malformed_is_told_in_words(document: Any, message: str) -> None:
    with pytest.raises(MalformedError) as error:
        read_request(json.dumps(document).encode())
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "The request is not JSON."),
        (b"{", "The request is not JSON."),
        (b"changes=1", "The request is not JSON."),
        (b'{"changes": NaN}', "The request is not JSON."),
        (b'{"changes": %s}' % (b"9" * 5000), "The request is not JSON."),
        (b"[" * 100_000, "The request is not JSON."),
        (b'{"changes": [], "changes": []}', "A name stands twice in one object."),
        ('{"changes": []}'.encode("utf-16"), "The request is not UTF-8."),
    ],
)
def test_what_cannot_be_read_is_told_in_words(body: bytes, message: str) -> None:
    with pytest.raises(MalformedError) as error:
        read_request(body)
    assert str(error.value) == message


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([SAME, fact("gender", "male"), practice()]), st.data())
def test_whatever_one_field_holds_is_read_or_refused(change: dict[str, Any], data: Any) -> None:
    """Nothing but a malformed request can come of it: never an error of our own."""
    name = data.draw(st.sampled_from([*change, "another"]))
    sent = change | {name: data.draw(JSON)}
    with suppress(MalformedError):
        (read,) = read_request(json.dumps({"changes": [sent]}).encode())
        assert (str(read.id), read.kind) == (sent["id"], sent["kind"])


def test_nothing_of_a_malformed_request_is_stored(inspection: Inspection) -> None:
    before = dump()
    response = device_of(inspection).post(json.dumps({"changes": [SAME, alert(), {"kind": "x"}]}))
    assert (response.status_code, response.json()) == (
        400,
        {"error": "Change 3 is of no known kind."},
    )
    assert dump() == before


def test_what_is_too_large_is_refused_before_it_is_read(inspection: Inspection) -> None:
    response = device_of(inspection).post(" " * (LARGEST_REQUEST + 1))
    assert (response.status_code, response.json()) == (413, {"error": "The request is too large."})


@pytest.mark.parametrize(
    "extra",
    [
        {"content_type": "text/plain"},
        {"content_type": "application/x-www-form-urlencoded"},
        {"CONTENT_LENGTH": "many"},
        {"CONTENT_LENGTH": "-1"},
    ],
)
def test_only_json_of_a_known_length_is_taken(
    inspection: Inspection, extra: dict[str, str]
) -> None:
    response = device_of(inspection).post(json.dumps({"changes": [SAME]}), **extra)
    assert (response.status_code, response.json()) == (400, {"error": "The request is not JSON."})


def test_a_form_with_a_file_is_refused(inspection: Inspection) -> None:
    assert device_of(inspection).client.post(SYNC, {"changes": "[]"}).status_code == 400


def test_a_request_without_changes_is_answered(inspection: Inspection) -> None:
    device = device_of(inspection)
    assert device.send() == []
    assert device.answered == {
        "assessment": device.assessment,
        "results": [],
        "facts": {},
        "states": {},
        "opened": [],
        "set_aside": [],
        "restored": [],
        "told": "",
        "completed": False,
    }


@pytest.mark.parametrize("url", [SYNC, DATA])
def test_who_has_not_signed_in_is_told_so_without_a_page(inspection: Inspection, url: str) -> None:
    device = Device(Client())
    body = json.dumps({"changes": [SAME]})
    response = device.post(body) if url == SYNC else device.client.get(url)
    assert (response.status_code, response.json()) == (401, {"error": "signed_out"})
    assert not Judgement.objects.exclude(answer="").exists()


@pytest.mark.parametrize("signed_in", [True, False])
def test_a_request_of_another_site_is_refused(inspection: Inspection, signed_in: bool) -> None:
    device = Device(Client(enforce_csrf_checks=True))
    if signed_in:
        device.client.force_login(user_of(inspection, "inspector"))
    response = device.post(json.dumps({"changes": [SAME]}))
    error = (403, {"error": "csrf"}) if signed_in else (401, {"error": "signed_out"})
    assert (response.status_code, response.json()) == error
    assert not Judgement.objects.exclude(answer="").exists()


def test_with_the_token_of_the_cookie_it_is_taken(inspection: Inspection) -> None:
    device = Device(Client(enforce_csrf_checks=True))
    device.client.force_login(user_of(inspection, "inspector"))
    device.client.get(DATA.removesuffix("data/") + "facts/")
    token = device.client.cookies["csrftoken"].value
    response = device.post(json.dumps({"changes": [SAME]}), HTTP_X_CSRFTOKEN=token)
    assert response.json()["results"] == [{"id": SAME["id"], "status": "saved", "version": 1}]


def test_the_assessor_and_the_lead_inspector_may_send(inspection: Inspection) -> None:
    for version, key in enumerate(("inspector", "lead"), start=1):
        change = answer("2.1.01", "sufficient", version - 1, evidence=key)
        assert device_of(inspection, key).statuses(change) == [("saved", version)]
    assert device_of(inspection, "local-assessor", "ANY-002").statuses(SAME) == [("saved", 1)]


def test_for_everybody_else_the_case_is_not_there(inspection: Inspection) -> None:
    before = dump()
    for user in (
        user_of(inspection, "local-assessor"),
        user_of(inspection, "practice-assessor"),
        user_of(inspection, "support"),
        make_manager(),
        make_administrator(),
        make_user("stranger"),
    ):
        device = Device(Client())
        device.client.force_login(user)
        response = device.post(json.dumps({"changes": [SAME, alert(), practice(), complete()]}))
        assert (response.status_code, response.json()) == (
            404,
            {"error": "This case is not there, or it is no longer one of yours."},
        ), user
        assert device.client.get(DATA).status_code == 404
    assert dump() == before


def test_another_inspections_case_is_not_found_under_this_one(inspection: Inspection) -> None:
    make_case(make_inspection("Othershire"), "OTH-001", assessor="inspector")
    device = device_of(inspection, "inspector", "OTH-001")
    assert device.post(json.dumps({"changes": [SAME]})).status_code == 404
    device.url = device.url.replace("anyshire", "othershire")
    assert device.statuses(SAME) == [("saved", 1)]


def test_an_assessor_who_no_longer_judges_finds_no_case(inspection: Inspection) -> None:
    inspection.team.filter(key="inspector").update(role="support_staff")
    assert device_of(inspection).post(json.dumps({"changes": [SAME]})).status_code == 404


def test_of_two_assessments_each_writes_to_their_own(inspection: Inspection) -> None:
    first = Assessment.objects.get(case__reference="ANY-001")
    second = make_case(inspection, "ANY-003", assessor="practice-assessor")
    Assessment.objects.filter(pk=second.pk).update(
        case=first.case, of_record=False, kind=Assessment.Kind.SECOND
    )
    assert device_of(inspection, "practice-assessor").statuses(SAME) == [("saved", 1)]
    assert device_of(inspection, "lead").statuses(answer("1.1.01", "sufficient")) == [("saved", 1)]
    written = Judgement.objects.exclude(answer="").values_list("assessment", "question__code")
    assert set(written) == {(second.pk, "2.1.01"), (first.pk, "1.1.01")}


@pytest.mark.parametrize(
    ("url", "method"), [(SYNC, "get"), (SYNC, "put"), (DATA, "post"), (DATA, "delete")]
)
def test_each_address_does_one_thing(inspection: Inspection, url: str, method: str) -> None:
    assert getattr(device_of(inspection).client, method)(url).status_code == 405
