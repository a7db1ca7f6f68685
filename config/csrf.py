"""What a person is shown whose form came with a token that no longer holds.

It happens to whoever signs in again in another tab. Going back does not bring back what was typed,
since forms are not restored, so what was sent in words is shown, to be copied. A script, which
keeps what it sends, is told in a word.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render


def show_csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 with the notes that were sent; no choice and no password is repeated.

    To JSON the answer is JSON, and 401 where nobody has signed in.
    """
    if request.content_type == "application/json":
        if not request.user.is_authenticated:
            return JsonResponse({"error": "signed_out"}, status=401)
        return JsonResponse({"error": "csrf"}, status=403)
    notes = [
        value
        for name, values in request.POST.lists()
        for value in values
        if _is_in_words(value) and "password" not in name
    ]
    context = {"notes": notes, "alert": "concern" in request.POST}
    return render(request, "403_csrf.html", context, status=403)


def _is_in_words(value: object) -> bool:
    return isinstance(value, str) and len(value.split()) > 1
