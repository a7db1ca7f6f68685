"""The form of a member of a team."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from accounts.models import User
from accounts.people import find_by_address
from inspections.forms.fields import AddressField, LineField
from inspections.forms.people import area_field
from inspections.models import Area, Inspection, TeamMember
from inspections.setting_up.people import NAME_LIMIT
from inspections.setting_up.teams import Part

UNKNOWN = "Nobody has an account with this address."
SWITCHED_OFF = "This account is switched off."


class MemberForm(forms.Form):
    """A part in a team: role, name, home area, and the account of whoever plays it.

    `may_invite` is for administrators: they appoint the lead inspector, may invite somebody who
    has no account. `seen` goes with the form: the id of the account that plays the part, or 0.
    """

    role = forms.ChoiceField(
        label="Role",
        error_messages={"required": "Choose the role", "invalid_choice": "Choose the role"},
    )
    name = LineField(
        name="name",
        limit=NAME_LIMIT,
        missing="Enter the name",
        label="Name",
        help_text="As the report thanks them, such as “Inspector 1”.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    home_area = area_field(
        label="Home area",
        required=False,
        empty_label="None",
        help_text="Needed for a local or regional assessor. Nobody inspects the area they belong "
        "to.",
        error_messages={"invalid_choice": "Choose an area from the list"},
    )
    email = AddressField(
        label="Email address of their account (optional)",
        required=False,
        help_text="With it they can sign in and do their part. Without it the part is a name only. "
        "Whoever gets or loses a part is told by email, and you are asked for your password.",
    )

    seen = forms.IntegerField(
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid": "Part of the form could not be read. Load the page again."},
    )

    def __init__(
        self,
        inspection: Inspection,
        member: TeamMember | None = None,
        *args: Any,
        may_invite: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.may_invite = may_invite
        self.plays = str(member.user_id or 0) if member else ""
        self.fields["seen"].initial = self.plays
        self.user: User | None = None
        self.wants_invitation = False
        roles = [
            (value, label.capitalize())
            for value, label in TeamMember.Role.choices
            if may_invite or value != TeamMember.Role.LEAD_INSPECTOR
        ]
        self._set_choices("role", [("", "Choose a role"), *roles])
        areas = self.fields["home_area"]
        if isinstance(areas, forms.ModelChoiceField):
            areas.queryset = Area.objects.exclude(pk=inspection.area_id).order_by("name")
        if may_invite:
            self.fields["email"].widget.attrs["list"] = "people"
            self.fields["invite"] = forms.BooleanField(
                label="Invite them by email if they have no account yet", required=False
            )

    def _set_choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def clean(self) -> None:
        """Find the account, or whether somebody is to be invited."""
        email = self.cleaned_data.get("email")
        if email:
            self._find_account(email)

    def _find_account(self, email: str) -> None:
        self.user = find_by_address(email)
        if self.user is not None:
            if not self.user.is_active:
                self.add_error("email", SWITCHED_OFF)
        elif self.cleaned_data.get("invite"):
            self.wants_invitation = True
        else:
            who = (
                "Tick the box below to invite them."
                if self.may_invite
                else "Ask an administrator to invite them."
            )
            self.add_error("email", f"{UNKNOWN} {who}")

    def read_part(self, user: User | None = None) -> Part:
        """Return what a sound form says; `user` is somebody who was just invited."""
        data = self.cleaned_data
        return Part(
            data["role"], data["name"], data["home_area"], user or self.user, data.get("seen")
        )

    def show_seen(self) -> None:
        """Have the form sent again as by somebody who has seen which account plays the part."""
        if self.is_bound:
            data = QueryDict(mutable=True)
            data.update({**self.data, "seen": self.plays})
            self.data = data
