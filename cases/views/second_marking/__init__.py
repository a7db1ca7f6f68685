"""Pages of second marking: the list and picking, and comparing and settling a case."""

from cases.views.second_marking.comparing import (
    compare_markings,
    settle_answer,
    settle_fact,
    settle_one_sided,
)
from cases.views.second_marking.picking import (
    call_off,
    pick_for_second_marking,
    second_marking_list,
    start_comparison,
)

__all__ = [
    "call_off",
    "compare_markings",
    "pick_for_second_marking",
    "second_marking_list",
    "settle_answer",
    "settle_fact",
    "settle_one_sided",
    "start_comparison",
]
