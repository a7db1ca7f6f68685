"""Taking in what a device kept while its person worked: read strictly, made once, answered.

The device keeps every change until it is answered, and sends it again with the same id if no
answer came. docs/decisions/0014-changes-are-made-once.md says how that loses and doubles nothing.
"""

from cases.syncing.making import Made, make_changes
from cases.syncing.reading import LARGEST_REQUEST, MalformedError, read_request
from cases.syncing.telling import describe_fact, describe_judgement, describe_made

__all__ = [
    "LARGEST_REQUEST",
    "Made",
    "MalformedError",
    "describe_fact",
    "describe_judgement",
    "describe_made",
    "make_changes",
    "read_request",
]
