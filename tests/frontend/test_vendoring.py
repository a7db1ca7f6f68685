"""What is taken from govuk-frontend leaves out what is licensed for gov.uk alone."""

from pathlib import Path

import pytest

from frontend.vendoring import FONT_STACK, build, clean_styles

STYLES = (
    '@charset "UTF-8";.govuk-link{font-family:GDS Transport,arial,sans-serif}\n'
    "/*! Copyright (c) 2011 by Margaret Calvert & Henrik Kubel. */"
    "@font-face{font-family:GDS Transport;src:url(/assets/fonts/light.woff2)}"
    ".govuk-footer__copyright-logo:before{background-image:url(/assets/images/govuk-crest.svg)}"
    "@supports (mask-position:initial){.govuk-footer__copyright-logo:before{"
    "mask-image:url(/assets/images/govuk-crest.svg)}}"
    ".govuk-tag{color:#000}\n/*# sourceMappingURL=govuk-frontend.min.css.map */"
)


def test_styles_keep_all_but_typeface_crest_and_source_map() -> None:
    assert clean_styles(STYLES).strip() == (
        f'@charset "UTF-8";.govuk-link{{font-family:{FONT_STACK}}}\n.govuk-tag{{color:#000}}'
    )


def test_styles_that_point_to_anything_else_are_refused() -> None:
    with pytest.raises(ValueError, match="new-crest"):
        clean_styles(STYLES + ".govuk-x{background:url(/assets/images/new-crest.svg)}")


def test_both_files_are_written(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "static" / "vendor"
    source.mkdir()
    (source / "govuk-frontend.min.css").write_text(STYLES)
    (source / "govuk-frontend.min.js").write_text("export{};//# sourceMappingURL=x.map\n")
    build(source, target)

    assert (target / "govuk-frontend.min.js").read_text() == "export{};\n"
    assert "crest" not in (target / "govuk-frontend.min.css").read_text()
