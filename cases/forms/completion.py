"""The form by which a case is said to be done."""

from __future__ import annotations

from typing import Any

from django import forms

from cases.review import Review


class CompletionForm(forms.Form):
    """Says that a case is done; where there is something to look at, that it was looked at.

    Whether it must have been is decided by `cases.recording.complete_assessment`.
    """

    looked = forms.BooleanField(
        label="I have looked at these, and the answers are as I want them", required=False
    )

    def __init__(self, review: Review, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not review.has_warnings:
            del self.fields["looked"]
