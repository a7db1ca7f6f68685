"""The whole site, with the gallery beside it."""

from django.urls import include, path

from config.urls import urlpatterns as site

urlpatterns = [path("gallery/", include("tests.frontend.gallery")), *site]
