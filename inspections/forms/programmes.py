"""The forms of a new version of a programme."""

from __future__ import annotations

from django import forms


class UploadForm(forms.Form):
    """The file of a new version."""

    file = forms.FileField(
        label="Programme file",
        help_text="A YAML file, up to 1,000 KB. Download a version, change it, and raise its "
        "version number.",
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}),
        error_messages={
            "required": "Choose a file",
            "missing": "Choose a file",
            "invalid": "Choose a file",
            "empty": "The file is empty",
            "max_length": "The name of the file is too long",
        },
        allow_empty_file=True,
        max_length=255,
    )


class AcceptForm(forms.Form):
    """What was shown, to be accepted."""

    sealed = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
