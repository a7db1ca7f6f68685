"""The forms of setting up."""

from inspections.forms.areas import AreaForm
from inspections.forms.inspections import InspectionForm
from inspections.forms.people import (
    AddressForm,
    AreaTieForm,
    InviteForm,
    InviteListForm,
    NameForm,
    SearchPeopleForm,
)
from inspections.forms.programmes import AcceptForm, UploadForm
from inspections.forms.teams import MemberForm

__all__ = [
    "AcceptForm",
    "AddressForm",
    "AreaForm",
    "AreaTieForm",
    "InspectionForm",
    "InviteForm",
    "InviteListForm",
    "MemberForm",
    "NameForm",
    "SearchPeopleForm",
    "UploadForm",
]
