"""What browsers need for work without a network beside data: the service worker, and a page."""

from __future__ import annotations

import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

SERVICE_WORKER = settings.BASE_DIR / "static" / "js" / "service-worker.js"


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Answer the script that serves kept pages: from the root, since that is what it may serve.

    A browser asks for it anew from time to time, and must get the present one.
    """
    addresses = {"STATIC_URL": settings.STATIC_URL, "OFFLINE_URL": reverse("cases:offline")}
    heading = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in addresses.items())
    return HttpResponse(
        heading + SERVICE_WORKER.read_text(encoding="utf-8"),
        content_type="text/javascript; charset=utf-8",
        headers={"Service-Worker-Allowed": "/", "Cache-Control": "no-cache"},
    )


@require_safe
def offline_page(request: HttpRequest) -> HttpResponse:
    """Show what waits on this device; it also stands for pages that are not to be had.

    The page itself holds nothing of anybody: the browser fills in what it keeps.
    """
    return render(request, "cases/offline.html", {"title": "Work on this device"})
