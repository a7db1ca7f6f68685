"""A development machine has one secret key, whoever asks first."""

from multiprocessing import get_context
from pathlib import Path

from config.secret_key import keep_secret_key


def test_the_key_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret_key"
    key = keep_secret_key(path)
    assert keep_secret_key(path) == key
    assert path.read_text() == key
    assert len(key) == 50
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secret_key"]


def test_processes_that_start_together_agree_on_it(tmp_path: Path) -> None:
    with get_context("spawn").Pool(4) as pool:
        keys = pool.map(keep_secret_key, [tmp_path / "secret_key"] * 16, chunksize=1)
    assert len(set(keys)) == 1
