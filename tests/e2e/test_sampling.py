"""The sample in a browser: the caseload given, mended and stored, drawn from, opened, replaced."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from cases.models import Case, Caseload, CaseloadEntry, SampledCase
from tests.cases.sampling.caseloads import (
    make_entries,
    make_opened,
    make_setting_up,
    write_caseload,
)
from tests.casting import make_administrator, user_of
from tests.e2e.browsing import check_page, sign_in
from tests.e2e.conftest import OpenPage
from tests.e2e.fieldwork import press

SAMPLE = "/inspections/anyshire-2026/sample/"


def choose_file(page: Page, label: str, path: Path, text: str) -> None:
    """Choose a file of this text in the field of this label."""
    path.write_text(text, encoding="utf-8", newline="")
    page.get_by_label(label).set_input_files(path)


def test_from_the_caseload_to_a_replaced_case(page: Page, tmp_path: Path) -> None:
    inspection = make_setting_up()
    good = write_caseload(make_entries(30), manager=lambda index: f"Worker {'ABC'[index % 3]}")
    faulty = good.replace("YOS-00004", "YOS-00003").replace(",DTO,", ",Inside,")
    sign_in(page, user_of(inspection, "lead"))
    page.goto("/inspections/anyshire-2026/")
    page.get_by_role("link", name="Sample", exact=True).click()
    check_page(page)

    # By keyboard, from the link to the file.
    page.get_by_role("button", name="Upload the caseload").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Upload the caseload")
    press(page, "Continue")
    expect(page.get_by_role("alert")).to_contain_text("Choose the CSV file of the caseload.")
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page.get_by_label("Caseload (CSV file)")).to_be_focused()
    check_page(page)
    choose_file(page, "Caseload (CSV file)", tmp_path / "caseload.csv", faulty)
    page.get_by_label("Date of the caseload").fill("2026-01-05")
    press(page, "Continue")

    expect(page.get_by_label("Gender")).to_have_value("Sex")
    check_page(page)
    page.get_by_label("Gender").select_option("Not in the file")
    press(page, "Continue")
    expect(page.get_by_role("alert")).to_contain_text("Choose the column that holds “Gender”.")
    page.get_by_label("Gender").select_option("Sex")
    press(page, "Continue")

    check_page(page)
    press(page, "Check and store")
    expect(page.get_by_role("alert")).to_contain_text("Choose what “Inside” means")
    page.get_by_label("Inside").select_option("Custody")
    press(page, "Check and store")
    expect(page.locator("#faults tbody th")).to_have_text("6")
    expect(page.locator("#faults tbody td")).to_have_text(
        "The reference “YOS-00003” is on line 5 as well."
    )
    page.get_by_role("alert").get_by_role("link").click()
    check_page(page)
    assert not Caseload.objects.exists()
    mended = good.replace(",DTO,", ",Inside,")
    choose_file(page, "Mended file", tmp_path / "mended.csv", mended)
    press(page, "Check the mended file")

    expect(page.get_by_role("alert")).to_contain_text("The caseload of 30 cases is stored.")
    check_page(page)
    press(page, "Draw the sample")
    expect(page.locator("#strata tbody tr")).to_have_count(3)
    expect(page.locator("#cases tbody tr")).to_have_count(12)
    page.get_by_text("How a sample is drawn").click()
    page.get_by_text("Repeat a draw by its seed").click()
    check_page(page)
    page.get_by_label("Seed").fill("not a seed")
    press(page, "Draw again")
    expect(page.get_by_role("alert")).to_contain_text("letters, digits and hyphens only")
    page.get_by_label("Seed").fill("a-seed")
    press(page, "Draw again")
    expect(page.locator(".sampling-seed")).to_have_text("a-seed")
    with page.expect_download() as download:
        page.get_by_role("link", name="Sample, reserves and replacements (CSV)").click()
    assert download.value.suggested_filename == "anyshire-2026-sample.csv"
    press(page, "Open these 12 cases")

    expect(page.locator("#cases tbody tr").first).to_contain_text("ANY-001")
    check_page(page)
    page.get_by_role("link", name="Replace case ANY-003").click()
    check_page(page)
    press(page, "Replace the case")
    expect(page.get_by_role("alert")).to_contain_text("Say why the case is unsuitable.")
    page.get_by_label("Why is the case unsuitable?").fill("Transferred to another service.")
    press(page, "Replace the case")
    expect(page.locator("#replaced tbody tr")).to_contain_text("Transferred to another service.")
    check_page(page)
    page.get_by_role("link", name="Key list for the service").click()
    expect(page.locator("#keys tbody tr")).to_have_count(12)
    check_page(page)
    assert set(CaseloadEntry.objects.values_list("case_manager", flat=True)) == {
        "cm-01",
        "cm-02",
        "cm-03",
    }


def test_without_scripts_an_administrator_does_the_same(
    open_page: OpenPage, tmp_path: Path
) -> None:
    make_setting_up()
    page = open_page(scripts=False, width=320)
    sign_in(page, make_administrator())
    page.goto(f"{SAMPLE}caseload/")
    choose_file(
        page, "Caseload (CSV file)", tmp_path / "caseload.csv", write_caseload(make_entries(30))
    )
    page.get_by_label("Date of the caseload").fill("2026-01-05")
    for button in ("Continue", "Continue", "Check and store", "Draw the sample"):
        press(page, button)
    press(page, "Open these 12 cases")
    assert Case.objects.count() == 12
    page.goto(f"{SAMPLE}ANY-001/replace/")
    page.get_by_label("Why is the case unsuitable?").fill("Transferred to another service.")
    press(page, "Replace the case")
    expect(page.locator("#replaced tbody tr")).to_have_count(1)
    assert SampledCase.objects.get(case__reference="ANY-013").reserve


def test_a_sample_that_is_open_refuses_another_caseload(page: Page) -> None:
    inspection = make_opened()
    sign_in(page, user_of(inspection, "lead"))
    page.goto(f"{SAMPLE}caseload/")
    expect(page.locator("main")).to_contain_text("The cases of this sample are open already")
    check_page(page)
