"""A form whose token no longer holds: nothing is saved, and what was written can be copied."""

from django.test import Client

from tests.pages import read_page, texts_of


def test_shows_the_notes_that_were_sent_and_nothing_else(db: None) -> None:
    response = Client(enforce_csrf_checks=True).post(
        "/accounts/login/",
        {
            "q1-1-01-evidence": "Two visits <of> six.",
            "q1-1-02-evidence": " ",
            "q1-1-02-note": "Look at this.",
            "q1-1-02-answer": "sufficient",
            "password": "my own secret",
        },
    )
    assert response.status_code == 403
    assert texts_of(read_page(response), "//*[@class='govuk-inset-text']") == [
        "Two visits <of> six.",
        "Look at this.",
    ]
    assert "secret" not in response.content.decode()
    assert "telephone" not in response.content.decode()


def test_says_that_an_alert_was_not_raised(db: None) -> None:
    response = Client(enforce_csrf_checks=True).post("/", {"concern": "He was not seen."})
    page = read_page(response)
    assert texts_of(page, "//*[@class='govuk-inset-text']") == ["He was not seen."]
    assert "telephone the lead inspector" in response.content.decode()
