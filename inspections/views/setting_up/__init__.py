"""The pages of setting up: areas, people, inspections, teams and programmes."""

from inspections.views.setting_up.account_steps import take_step
from inspections.views.setting_up.areas import add_area, edit_area, list_areas, show_area
from inspections.views.setting_up.inspections import (
    add_inspection,
    edit_inspection,
    remove_inspection,
)
from inspections.views.setting_up.people import (
    add_tie,
    edit_address,
    edit_name,
    invite_list,
    invite_person,
    list_people,
    remove_tie,
    show_person,
)
from inspections.views.setting_up.programmes import (
    accept_programme,
    download_programme,
    show_programme,
    show_programmes,
    upload_programme,
)
from inspections.views.setting_up.teams import (
    add_to_team,
    edit_member,
    move_in_team,
    remove_from_team,
    show_team,
)

__all__ = [
    "accept_programme",
    "add_area",
    "add_inspection",
    "add_tie",
    "add_to_team",
    "download_programme",
    "edit_address",
    "edit_area",
    "edit_inspection",
    "edit_member",
    "edit_name",
    "invite_list",
    "invite_person",
    "list_areas",
    "list_people",
    "move_in_team",
    "remove_from_team",
    "remove_inspection",
    "remove_tie",
    "show_area",
    "show_person",
    "show_programme",
    "show_programmes",
    "show_team",
    "take_step",
    "upload_programme",
]
