"""What every page knows of the site and of the person reading it. None of it asks the database."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.devices import device_key


def site(request: HttpRequest) -> dict[str, str]:
    """Return `SITE_NAME`, the name in the header and in page titles."""
    return {"SITE_NAME": settings.SITE_NAME}


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return `navigation`, a list of `{label, url, current}`, `user_role` and `device_key`.

    All are empty before somebody has signed in. A view that knows which part somebody
    plays gives its own `user_role`, which then counts. `device_key` is the name under which a
    browser keeps what belongs to the person.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": [], "user_role": "", "device_key": ""}
    home, published = reverse("inspections:home"), reverse("reports:published")
    parts = (f"{home}inspections/", f"{home}set-up/")
    in_inspections = request.path == home or request.path.startswith(parts)
    return {
        "navigation": [
            {"label": "Inspections", "url": home, "current": in_inspections},
            {
                "label": "Published reports",
                "url": published,
                "current": request.path.startswith(published),
            },
        ],
        "user_role": "Administrator" if user.is_staff else "",
        "device_key": device_key(user),
    }
