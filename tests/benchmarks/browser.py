"""A signed-in browser that asks the site as a web server does: no test client stands between."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest
from django.middleware.csrf import get_token

from accounts.models import User


class Browser:
    """Sends JSON to the site as `user`, through all of its middleware."""

    def __init__(self, user: User) -> None:
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        request = HttpRequest()
        token = get_token(request)
        secret = request.META["CSRF_COOKIE"]
        self.site = WSGIHandler()
        self.headers = {
            "HTTP_HOST": "localhost",
            "HTTP_COOKIE": f"{settings.SESSION_COOKIE_NAME}={session.session_key}; "
            f"{settings.CSRF_COOKIE_NAME}={secret}",
            "HTTP_X_CSRFTOKEN": token,
        }

    def post(self, path: str, document: Any) -> Any:
        """Send `document` to `path` and return what is answered.

        Raises ValueError if the status is not 200.
        """
        body = json.dumps(document).encode()
        statuses: list[str] = []

        def start_response(status: str, headers: Any, error: Any = None) -> Callable[[bytes], None]:
            statuses.append(status)
            return lambda data: None

        response = self.site(
            {
                "REQUEST_METHOD": "POST",
                "PATH_INFO": path,
                "SERVER_NAME": "localhost",
                "SERVER_PORT": "80",
                "CONTENT_TYPE": "application/json",
                "CONTENT_LENGTH": str(len(body)),
                "wsgi.input": BytesIO(body),
                "wsgi.errors": sys.stderr,
                "wsgi.url_scheme": "http",
                "wsgi.multithread": False,
                **self.headers,
            },
            start_response,
        )
        content = b"".join(response)
        response.close()
        if not statuses[0].startswith("200"):
            raise ValueError(f"{path}: {statuses[0]} {content[:200]!r}")
        return json.loads(content)


def make_answer(assessment: int, code: str, row: str, base: int, answer: str) -> dict[str, Any]:
    """Return a change of a judgement with a note of its own, as the form's script sends it."""
    return {
        "id": str(uuid4()),
        "kind": "answer",
        "assessment": str(assessment),
        "code": code,
        "row": row,
        "base": base,
        "answer": answer,
        "reasons": [],
        "evidence": f"Seen in the record, and told by the case manager: {uuid4()}.",
        "flagged": False,
        "note_to_lead": "",
    }
