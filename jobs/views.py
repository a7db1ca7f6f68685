"""The progress of a job: a page, and the fragment with which the page keeps itself up to date."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh
from django_htmx.middleware import HtmxDetails

from jobs.models import Job
from jobs.registry import Kind, find_kind


class PollableRequest(HttpRequest):
    """A request that htmx may have made."""

    htmx: HtmxDetails


@never_cache
@require_safe
def show_progress(request: PollableRequest, job_id: int) -> HttpResponseBase:
    """Answer how far the job is: 404 to whoever may not see its subject.

    htmx gets the fragment, nothing (204) where that would be what it `seen` already, and the
    order to load the whole page anew once the job is finished or the person signed out: the page
    knows best what to show then.
    """
    if not request.user.is_authenticated:
        if request.htmx:
            return HttpResponseClientRefresh()
        return redirect_to_login(request.get_full_path())
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        raise Http404
    kind = _find_kind_or_404(job)
    if not kind.may_see(request.user, job.subject):
        raise Http404
    if not request.htmx:
        page = kind.page(job.subject) if kind.page else ""
        return render(request, "jobs/page.html", {"job": job, "title": kind.title, "page": page})
    if not job.is_live:
        return HttpResponseClientRefresh()
    if request.GET.get("seen") == f"{job.status}-{job.progress}":
        return HttpResponse(status=204)
    return HttpResponse(render_to_string("jobs/state.html", {"job": job}))


def _find_kind_or_404(job: Job) -> Kind:
    try:
        return find_kind(job.kind)
    except LookupError:
        raise Http404 from None
