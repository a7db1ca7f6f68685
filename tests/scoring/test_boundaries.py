"""How many changes take a score into another band: counted, and tried one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.definition import Band
from scoring.arithmetic import Tally, find_band, round_half_up
from scoring.near.boundaries import NearLine, count_needed, find_nearest_bands

BANDS = (Band("MINIMUM", 75), Band("MODERATE", 60), Band("SUBSTANTIAL", 45), Band("DRASTIC", 0))


@st.composite
def bands(draw: st.DrawFn) -> tuple[Band, ...]:
    """Bands as a programme has them: floors fall to 0."""
    floors = draw(st.sets(st.integers(1, 100), max_size=5))
    return tuple(Band(f"FROM {floor}", floor) for floor in sorted({0, *floors}, reverse=True))


def try_one_by_one(tally: Tally, bands: tuple[Band, ...]) -> NearLine:
    """Return the same, by changing one answer after another until the band is another."""

    def band_of(sufficient: int) -> str | None:
        return find_band(round_half_up(sufficient, tally.relevant), bands)

    found: dict[str, int | str | None] = {}
    for way, step in (("up", 1), ("down", -1)):
        sufficient = tally.sufficient
        while 0 <= sufficient <= tally.relevant:
            if band_of(sufficient) != band_of(tally.sufficient):
                found[way] = abs(sufficient - tally.sufficient)
                found[f"{way}_band"] = band_of(sufficient)
                break
            sufficient += step
    return NearLine(**found)  # type: ignore[arg-type]


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 20), bands())
def test_is_what_trying_finds(
    sufficient: int, insufficient: int, open_: int, bands: tuple[Band, ...]
) -> None:
    tally = Tally(sufficient, sufficient + insufficient, open_)
    assert find_nearest_bands(tally, bands) == try_one_by_one(tally, bands)


@pytest.mark.parametrize("relevant", range(41))
def test_is_what_trying_finds_for_every_small_score(relevant: int) -> None:
    for sufficient in range(relevant + 1):
        tally = Tally(sufficient, relevant)
        assert find_nearest_bands(tally, BANDS) == try_one_by_one(tally, BANDS)


@pytest.mark.parametrize(
    ("sufficient", "relevant", "line"),
    [
        (344, 705, NearLine(76, "MODERATE", 31, "DRASTIC")),
        (0, 8, NearLine(4, "SUBSTANTIAL", None, None)),
        (8, 8, NearLine(None, None, 3, "MODERATE")),
        (0, 1, NearLine(1, "MINIMUM", None, None)),  # over two bands at once
        (0, 0, NearLine()),
    ],
)
def test_holds_what_is_relevant(sufficient: int, relevant: int, line: NearLine) -> None:
    assert find_nearest_bands(Tally(sufficient, relevant), BANDS) == line


def test_has_nothing_to_say_without_bands() -> None:
    assert find_nearest_bands(Tally(3, 5), ()) == NearLine()
    assert NearLine().nearest is None


def test_names_the_nearer_of_the_two() -> None:
    assert find_nearest_bands(Tally(344, 705), BANDS).nearest == 31
    assert find_nearest_bands(Tally(0, 8), BANDS).nearest == 4


@given(st.integers(0, 100), st.integers(1, 3000))
def test_so_many_are_needed_and_no_fewer(floor: int, relevant: int) -> None:
    needed = count_needed(floor, relevant)
    assert (round_half_up(needed, relevant) or 0) >= floor
    assert needed == 0 or (round_half_up(needed - 1, relevant) or 0) < floor
