"""Measuring one thing against another, taking turns, so that what the machine does hits both."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any


@dataclass(frozen=True, slots=True)
class Result:
    """What was measured: a ratio, a number of queries or MiB, and the most that it may be."""

    name: str
    value: float
    limit: float
    unit: str = "x"

    @property
    def holds(self) -> bool:
        """Whether it is within its limit."""
        return self.value <= self.limit

    def __str__(self) -> str:
        verdict = "ok  " if self.holds else "OVER"
        return f"{verdict}  {self.value:8.2f} {self.unit:8}(at most {self.limit:g})  {self.name}"


def measure_ratio(
    ours: Callable[[], Any],
    floor: Callable[[], Any],
    *,
    rounds: int = 31,
    clock: Callable[[], float] = perf_counter,
) -> float:
    """Return how many times as long `ours` takes as `floor`: the ratio of their medians.

    `clock` may be `time.process_time` for work that is all done in this process: then what else
    the machine is doing does not count.
    """
    ours()
    floor()
    times: tuple[list[float], list[float]] = ([], [])
    gc.disable()
    try:
        for turn in range(rounds):
            order = ((0, ours), (1, floor)) if turn % 2 else ((1, floor), (0, ours))
            for place, call in order:
                start = clock()
                call()
                times[place].append(clock() - start)
            gc.collect()
    finally:
        gc.enable()
    return median(times[0]) / median(times[1])
