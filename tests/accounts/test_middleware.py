"""Pages of a signed-in person are kept by nobody on the way; others are left as they are."""

from django.test import Client

from accounts.middleware import EXTENDED_AT, EXTENSION
from tests.casting import make_administrator


def test_a_page_of_a_signed_in_person_is_not_stored(client: Client, db: None) -> None:
    client.force_login(make_administrator())
    assert client.get("/").headers["Cache-Control"] == "private, no-store"


def test_a_page_that_nobody_may_see_is_not_stored_either(client: Client, db: None) -> None:
    client.force_login(make_administrator())
    response = client.get("/inspections/nowhere/")
    assert (response.status_code, response.headers["Cache-Control"]) == (404, "private, no-store")


def test_an_answer_to_nobody_in_particular_is_left_alone(client: Client, db: None) -> None:
    assert "Cache-Control" not in client.get("/nowhere/").headers


def test_a_session_is_extended_while_it_is_used(client: Client, db: None) -> None:
    client.force_login(make_administrator())
    began = client.session[EXTENDED_AT]
    client.get("/")
    assert client.session[EXTENDED_AT] == began
    session = client.session
    session[EXTENDED_AT] = began - EXTENSION - 1
    session.save()
    assert "sessionid" in client.get("/").cookies
    assert client.session[EXTENDED_AT] >= began


def test_a_page_that_asks_for_news_by_itself_does_not_extend_the_session(
    client: Client, db: None
) -> None:
    client.force_login(make_administrator())
    session = client.session
    session[EXTENDED_AT] -= EXTENSION + 1
    session.save()
    before = client.session[EXTENDED_AT]
    client.get("/", headers={"HX-Request": "true"})
    assert client.session[EXTENDED_AT] == before


def test_a_visitor_gets_no_session(client: Client, db: None) -> None:
    assert client.get("/").cookies == {}
