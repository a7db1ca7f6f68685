"""The demonstration: inspections at four stages, and people to look at them with.

Stockport is published and Hertfordshire complete, waiting to be published. Northmere, an invented
area, is in the middle of fieldwork, and Westmere, invented too, is being set up. All people are
roles, and no case is real. A few published results, most of them invented, stand for other areas.

`loading` loads what is not there yet, `people` makes the accounts, and `fieldwork` and `markings`
act out what happened at Northmere.
"""

from reports.demonstration.loading import seed_demonstration
from reports.demonstration.people import Account

__all__ = ["Account", "seed_demonstration"]
