"""Finding times and rooms: what must hold of any plan, and plans that must be found."""

from __future__ import annotations

from collections import Counter
from datetime import date, time, timedelta
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.timetable.bookings import Booking, Frame, Need, Slot
from cases.timetable.planning import Left, Plan, plan
from cases.timetable.slots import USUAL_TIMES

MONDAY = date(2026, 1, 12)


def make_slots(days: int, times: int = 4) -> list[Slot]:
    every_day = tuple(MONDAY + timedelta(number) for number in range(days))
    return Frame(every_day, USUAL_TIMES[:times]).slots


def make_rooms(number: int) -> list[str]:
    return [f"Room {n + 1}" for n in range(number)]


def check_nobody_twice(bookings: list[Booking]) -> None:
    """Assert that no assessor, case manager or room is at two places at a time."""
    for index, booking in enumerate(bookings):
        for other in bookings[:index]:
            if booking.slot.overlaps(other.slot):
                assert booking.place != other.place
                assert booking.need.assessor != other.need.assessor
                assert (
                    not booking.need.case_manager
                    or booking.need.case_manager != other.need.case_manager
                )


@st.composite
def situations(
    draw: st.DrawFn,
) -> tuple[list[Need], list[Slot], list[str], list[Booking], dict[str, set[date]]]:
    slots = make_slots(draw(st.integers(0, 3)), draw(st.integers(1, 4)))
    rooms = make_rooms(draw(st.integers(0, 4)))
    person = st.sampled_from(["ann", "ben", "cas"])
    manager = st.sampled_from(["", "m1", "m2", "m3"])
    needs = [Need(f"c{n}", draw(person), draw(manager)) for n in range(draw(st.integers(0, 14)))]
    fixed: list[Booking] = []
    for number in range(draw(st.integers(0, 3))):
        start = draw(st.integers(9, 14))
        slot = Slot(
            MONDAY + timedelta(draw(st.integers(0, 3))), time(start, 0), time(start + 1, 30)
        )
        place = draw(st.sampled_from(["Room 1", "Room 2", "Elsewhere"]))
        booking = Booking(Need(f"f{number}", draw(person), draw(manager)), slot, place)
        try:
            check_nobody_twice([*fixed, booking])
        except AssertionError:
            continue
        fixed.append(booking)
    days = st.sets(st.sampled_from([MONDAY + timedelta(n) for n in range(3)]))
    return needs, slots, rooms, fixed, {"ann": draw(days), "ben": draw(days)}


@settings(max_examples=150, deadline=None)
@given(situations())
def test_nobody_and_no_room_is_ever_in_two_interviews_at_once(
    situation: tuple[list[Need], list[Slot], list[str], list[Booking], dict[str, set[date]]],
) -> None:
    needs, slots, rooms, fixed, away = situation
    found = plan(needs, slots, rooms, fixed=fixed, away=away)
    check_nobody_twice([*fixed, *found.placed])
    assert sorted([b.need.reference for b in found.placed] + list(found.left)) == sorted(
        need.reference for need in needs
    )
    for booking in found.placed:
        assert booking.slot in slots
        assert booking.place in rooms
        assert booking.slot.day not in away.get(booking.need.assessor, ())
    assert found == plan(needs, slots, rooms, fixed=fixed, away=away)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5)), max_size=24),
    st.integers(0, 3),
    st.integers(0, 2),
)
def test_every_case_is_placed_wherever_numbers_alone_allow_it(
    pairs: list[tuple[int, int]], more_slots: int, more_rooms: int
) -> None:
    """With everybody there every day it is enough that nobody has more interviews than slots.

    And that there are as many rooms, over all slots, as interviews (Kőnig; de Werra).
    """
    needs = [Need(f"c{n}", f"a{a}", f"m{m}") for n, (a, m) in enumerate(pairs)]
    busiest = max(
        [
            *Counter(n.assessor for n in needs).values(),
            *Counter(n.case_manager for n in needs).values(),
            1,
        ]
    )
    slots = make_slots(7)[: busiest + more_slots]
    rooms = make_rooms(-(-len(needs) // len(slots)) + more_rooms)
    found = plan(needs, slots, rooms)
    assert found.left == {}
    check_nobody_twice(found.placed)


def plan_fieldwork(
    cases: int, people: int, days: int, managers: int, away: dict[str, set[date]] | None = None
) -> tuple[Plan, float]:
    """Return the plan of a whole inspection, and the seconds that it took."""
    needs = [
        Need(f"c{n:03}", f"a{n % people}", f"m{(7 * n + n // people) % managers}")
        for n in range(cases)
    ]
    start = perf_counter()
    found = plan(needs, make_slots(days), make_rooms(people), away=away)
    return found, perf_counter() - start


@pytest.mark.parametrize(
    ("cases", "people", "days", "managers"),
    [(50, 6, 4, 12), (85, 7, 4, 16), (85, 7, 5, 16), (99, 8, 5, 18)],
)
def test_plans_a_whole_inspection_at_once(
    cases: int, people: int, days: int, managers: int
) -> None:
    found, seconds = plan_fieldwork(cases, people, days, managers)
    assert (len(found.placed), found.left) == (cases, {})
    check_nobody_twice(found.placed)
    assert seconds < 5  # a hundred times what it takes: only a hang is a failure


def test_plans_around_days_on_which_people_are_not_there() -> None:
    away = {
        "a5": {MONDAY, MONDAY + timedelta(1)},
        "a6": {MONDAY + timedelta(3), MONDAY + timedelta(4)},
    }
    found, _ = plan_fieldwork(85, 7, 5, 16, away)
    assert found.left == {}
    assert [b for b in found.placed if b.slot.day in away.get(b.need.assessor, ())] == []


def test_shares_out_an_assessors_days_evenly() -> None:
    found = plan([Need(f"c{n}", "ann", f"m{n}") for n in range(10)], make_slots(5), ["Room 1"])
    assert Counter(b.slot.day for b in found.placed) == {MONDAY + timedelta(n): 2 for n in range(5)}


def test_a_case_manager_keeps_one_room_on_a_day() -> None:
    needs = [Need(f"c{n}", f"a{n % 4}", f"m{n // 4}") for n in range(16)]
    found = plan(needs, make_slots(1), make_rooms(4))
    rooms = {m: {b.place for b in found.placed if b.need.case_manager == m} for m in ("m0", "m3")}
    assert [len(places) for places in rooms.values()] == [1, 1]


def test_an_assessor_keeps_one_room_on_a_day_where_no_case_manager_minds() -> None:
    needs = [Need(f"c{n}", f"a{n % 4}", f"m{n}") for n in range(16)]
    found = plan(needs, make_slots(1), make_rooms(4))
    rooms = {(b.need.assessor, b.place) for b in found.placed}
    assert len(rooms) == 4


@pytest.mark.parametrize(
    ("needs", "slots", "rooms", "away", "reason"),
    [
        ([Need("c0", "ann", "m0")], 0, 1, {}, Left.NO_FRAME),
        ([Need("c0", "ann", "m0")], 1, 0, {}, Left.NO_ROOM),
        ([Need("c0", "ann", "m0")], 4, 1, {"ann": {MONDAY}}, Left.ASSESSOR_AWAY),
        ([Need(f"c{n}", "ann", f"m{n}") for n in range(5)], 4, 2, {}, Left.ASSESSOR_BUSY),
        ([Need(f"c{n}", f"a{n}", "m0") for n in range(5)], 4, 5, {}, Left.MANAGER_BUSY),
        ([Need(f"c{n}", f"a{n}", f"m{n}") for n in range(5)], 4, 1, {}, Left.NO_ROOM),
    ],
)
def test_says_why_a_case_is_left(
    needs: list[Need], slots: int, rooms: int, away: dict[str, set[date]], reason: Left
) -> None:
    found = plan(needs, make_slots(1)[:slots], make_rooms(rooms), away=away)
    assert set(found.left.values()) == {reason}
    assert len(found.left) == 1


def test_says_where_nothing_suits_all_at_once() -> None:
    """Ann is free in the first slot only, her case manager only in the second."""
    first, second = make_slots(1, 2)
    fixed = [
        Booking(Need("f0", "ann", "m1"), second, "Room 1"),
        Booking(Need("f1", "ben", "m0"), first, "Room 1"),
    ]
    found = plan([Need("c0", "ann", "m0")], [first, second], make_rooms(2), fixed=fixed)
    assert found.left == {"c0": Left.NOTHING_SUITS}
