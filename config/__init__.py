"""How the parts are wired: settings, addresses, background work, the web server's entry."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
