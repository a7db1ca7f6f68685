"""Answers that are a file."""

from django.http import HttpResponse


def answer_pdf(pdf: bytes | memoryview, name: str) -> HttpResponse:
    """Return a PDF to be saved as `name`; nothing between us and the person may keep a copy."""
    return HttpResponse(
        bytes(pdf),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )
