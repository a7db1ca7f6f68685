"""Makes govuk-frontend's built files fit for this site.

    python -m frontend.vendoring node_modules/govuk-frontend/dist/govuk static/vendor

The typeface and the crest are licensed for gov.uk alone, so both go. Addresses of source maps go
too: the maps are not shipped, and a hashed static file storage refuses what it cannot find.
"""

import re
import sys
from pathlib import Path

FONT_STACK = '-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Liberation Sans",sans-serif'

_RULES_TO_DROP = (
    re.compile(r"/\*!.*?Margaret Calvert.*?\*/\s*", re.DOTALL),
    re.compile(r"@font-face\{[^{}]*\}"),
    re.compile(r"@supports [^{}]*\{\.govuk-footer__copyright-logo:before\{[^{}]*\}\}"),
    re.compile(r"\.govuk-footer__copyright-logo:before\{[^{}]*\}"),
    re.compile(r"/\*# sourceMappingURL=.*?\*/"),
)


def clean_styles(css: str) -> str:
    """The style sheet without typeface, crest and source map.

    Raises ValueError if anything still points to a file, as a later release might.
    """
    for rule in _RULES_TO_DROP:
        css = rule.sub("", css)
    css = css.replace("GDS Transport,arial,sans-serif", FONT_STACK)
    if left := re.findall(r"url\((?!data:)[^)]*\)|GDS Transport", css):
        raise ValueError(f"the style sheet still refers to {', '.join(sorted(set(left)))}")
    return css


def clean_script(script: str) -> str:
    """The module without the address of its source map."""
    return re.sub(r"//# sourceMappingURL=.*", "", script)


def build(source: Path, target: Path) -> None:
    """Writes the two files from `source` (govuk-frontend's dist/govuk) into `target`."""
    target.mkdir(parents=True, exist_ok=True)
    for name, clean in (
        ("govuk-frontend.min.css", clean_styles),
        ("govuk-frontend.min.js", clean_script),
    ):
        text = (source / name).read_text(encoding="utf-8")
        (target / name).write_text(clean(text), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m frontend.vendoring SOURCE TARGET")
    build(Path(sys.argv[1]), Path(sys.argv[2]))
