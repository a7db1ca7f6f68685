"""Addresses of signing in: django-allauth's, and those that behave otherwise here."""

from django.urls import include, path

from accounts import views

urlpatterns = [
    path("login/", views.sign_in, name="account_login"),
    path("email/", views.show_email, name="account_email"),
    path(
        "invitation/<int:user_id>/<str:token>/", views.take_up_invitation, name="accept_invitation"
    ),
    path("", include("allauth.urls")),
]
