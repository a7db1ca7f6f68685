"""Addresses of the allocation and of conflicts of interest."""

from django.urls import path

from cases.views import allocation, conflicts_of_interest

urlpatterns = [
    path("inspections/<slug:slug>/allocation/", allocation.allocate_cases, name="allocation"),
    path("inspections/<slug:slug>/allocation/balance/", allocation.balance_cases, name="balance"),
    path(
        "inspections/<slug:slug>/allocation/assessors/",
        allocation.edit_availability,
        name="availability",
    ),
    path(
        "inspections/<slug:slug>/conflicts-of-interest/",
        conflicts_of_interest.declare,
        name="conflicts_of_interest",
    ),
    path(
        "inspections/<slug:slug>/conflicts-of-interest/<int:conflict_id>/lift/",
        conflicts_of_interest.lift,
        name="lift_conflict",
    ),
]
