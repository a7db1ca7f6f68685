"""What a person is shown whose form came with a token that no longer holds.

It happens to whoever signs in again in another tab. Going back does not bring back what was typed,
since forms are not restored, so the notes that were sent are shown, to be copied. A script, which
keeps what it sends, is told in a word.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render


def show_csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 with the evidence notes that were sent; nothing else is repeated.

    To JSON the answer is JSON, and 401 where nobody has signed in.
    """
    if request.content_type == "application/json":
        if not request.user.is_authenticated:
            return JsonResponse({"error": "signed_out"}, status=401)
        return JsonResponse({"error": "csrf"}, status=403)
    notes = [
        value
        for name, value in request.POST.items()
        if name.endswith("-evidence") and isinstance(value, str) and value.strip()
    ]
    return render(request, "403_csrf.html", {"notes": notes}, status=403)
