"""What may stand in a name or a title."""

from __future__ import annotations


def check_line(text: str, limit: int) -> str:
    """Return what is wrong with a text of one line, to be said after its name; "" if nothing.

    A text that is not printable holds line ends, control characters, or characters that turn the
    direction of reading round.
    """
    if len(text) > limit:
        return f"must be {limit} characters or fewer"
    if not text.isprintable():
        return "holds a character that cannot be printed"
    return ""
