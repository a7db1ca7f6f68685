"""Static files in production: what scripts import from one another is of one build."""

from __future__ import annotations

import re
from pathlib import Path

from django.contrib.staticfiles.storage import StaticFilesStorage

from config.static_files import HashedFilesStorage

ROOT = Path(__file__).parents[2]
IMPORT = re.compile(r"""(?:\bfrom\s+|\bimport\()["'](\.[^"']+)["']""")


def store(tmp_path: Path, changed: str = "") -> HashedFilesStorage:
    """Return a storage with our scripts, as collectstatic makes it; `changed` has a new line."""
    source = StaticFilesStorage(location=str(tmp_path / "source"))
    names = [str(path.relative_to(ROOT / "static")) for path in ROOT.glob("static/js/**/*.js")]
    for name in names:
        target = tmp_path / "source" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        text = (ROOT / "static" / name).read_text(encoding="utf-8")
        target.write_text(text + "\n// new" * (name == changed), encoding="utf-8")
    storage = HashedFilesStorage(location=str(tmp_path / f"static-{bool(changed)}"))
    for name in names:
        with source.open(name) as file:
            storage.save(name, file)
    for _, _, processed in storage.post_process({name: (storage, name) for name in names}):
        assert processed is True
    return storage


def test_every_import_leads_to_a_file_with_a_hash_in_its_name(tmp_path: Path) -> None:
    storage = store(tmp_path)
    hashed = set(storage.hashed_files.values())
    found = 0
    for name in hashed:
        text = Path(storage.path(name)).read_text(encoding="utf-8")
        for address in IMPORT.findall(text):
            target = (Path("/") / name).parent.joinpath(address).resolve()
            assert str(target.relative_to("/")) in hashed, f"{name} imports {address}"
            found += 1
    assert found > 50


def test_a_change_deep_down_gives_a_new_name_to_what_starts_a_page(tmp_path: Path) -> None:
    start = "js/fieldwork/start.js"
    before = store(tmp_path).hashed_files[start]
    after = store(tmp_path, changed="js/fieldwork/rows.js").hashed_files[start]
    assert before != after
