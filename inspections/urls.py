"""Addresses of the start page, of an inspection's overview, and of setting up."""

from django.urls import path

from inspections import views
from inspections.views import setting_up

app_name = "inspections"
urlpatterns = [
    path("", views.home, name="home"),
    path("inspections/<slug:slug>/", views.detail, name="detail"),
    path("inspections/<slug:slug>/details/", setting_up.edit_inspection, name="edit"),
    path("inspections/<slug:slug>/delete/", setting_up.remove_inspection, name="delete"),
    path("inspections/<slug:slug>/team/", setting_up.show_team, name="team"),
    path("inspections/<slug:slug>/new-member/", setting_up.add_to_team, name="add_member"),
    path("inspections/<slug:slug>/team/<slug:key>/", setting_up.edit_member, name="member"),
    path(
        "inspections/<slug:slug>/team/<slug:key>/remove/",
        setting_up.remove_from_team,
        name="remove_member",
    ),
    path(
        "inspections/<slug:slug>/team/<slug:key>/move/",
        setting_up.move_in_team,
        name="move_member",
    ),
    path("set-up/new-inspection/", setting_up.add_inspection, name="add_inspection"),
    path("set-up/areas/", setting_up.list_areas, name="areas"),
    path("set-up/new-area/", setting_up.add_area, name="add_area"),
    path("set-up/areas/<slug:slug>/", setting_up.show_area, name="area"),
    path("set-up/areas/<slug:slug>/rename/", setting_up.edit_area, name="rename_area"),
    path("set-up/people/", setting_up.list_people, name="people"),
    path("set-up/invitation/", setting_up.invite_person, name="invite"),
    path("set-up/invitations/", setting_up.invite_list, name="invite_list"),
    path("set-up/people/<int:user_id>/", setting_up.show_person, name="person"),
    path("set-up/people/<int:user_id>/name/", setting_up.edit_name, name="person_name"),
    path("set-up/people/<int:user_id>/address/", setting_up.edit_address, name="person_address"),
    path("set-up/people/<int:user_id>/areas/", setting_up.add_tie, name="person_areas"),
    path(
        "set-up/people/<int:user_id>/areas/<int:affiliation_id>/remove/",
        setting_up.remove_tie,
        name="remove_tie",
    ),
    path("set-up/people/<int:user_id>/<slug:step>/", setting_up.take_step, name="account_step"),
    path("set-up/programmes/", setting_up.show_programmes, name="programmes"),
    path("set-up/new-programme/", setting_up.upload_programme, name="upload_programme"),
    path("set-up/new-programme/accept/", setting_up.accept_programme, name="accept_programme"),
    path(
        "set-up/programmes/<slug:slug>/<int:version>/", setting_up.show_programme, name="programme"
    ),
    path(
        "set-up/programmes/<slug:slug>/<int:version>/file/",
        setting_up.download_programme,
        name="programme_file",
    ),
]
