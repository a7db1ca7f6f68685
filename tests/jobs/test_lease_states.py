"""Whatever happens in whatever order, a job is held by one worker at most and finished once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from jobs.leases import (
    Claim,
    LeaseLostError,
    claim_job,
    extend_lease,
    fail_job,
    finish_job,
    give_up_abandoned_jobs,
)
from jobs.models import Job
from jobs.queue import enqueue
from tests.jobs.kinds import registered

SUBJECTS = ("1", "2")
Ending = tuple[str, int]


class Workers(RuleBasedStateMachine):
    """Some workers, any of whom may be late, delivered a job twice, or killed.

    `holders` is what the table ought to say: by job id, the claim with a lease that has not run
    out. A claim that stays in the bundle after its lease ended is a worker that is late.
    """

    jobs = Bundle("jobs")
    claims = Bundle("claims")

    def __init__(self) -> None:
        super().__init__()
        Job.objects.all().delete()
        self.holders: dict[int, Claim] = {}
        self.endings: dict[int, Ending] = {}

    @rule(target=jobs, subject=st.sampled_from(SUBJECTS))
    def ask(self, subject: str) -> int:
        live = Job.objects.live().filter(subject=subject).values_list("pk", flat=True)
        before = list(live.all())
        job = enqueue("count", subject)
        assert list(live.all()) == [job.pk]
        assert before in ([], [job.pk])
        return job.pk

    @rule(target=claims, job_id=jobs)
    def deliver(self, job_id: int) -> object:
        before = Job.objects.get(pk=job_id)
        claim = claim_job(job_id)
        free = before.is_live and job_id not in self.holders
        assert (claim is not None) == (free and before.attempts < settings.JOBS_MAX_ATTEMPTS)
        if claim is None:
            return multiple()
        assert claim.attempt == before.attempts + 1
        self.holders[job_id] = claim
        return claim

    @rule(job_id=jobs)
    def let_lease_run_out(self, job_id: int) -> None:
        self.holders.pop(job_id, None)
        past = timezone.now() - timedelta(seconds=1)
        Job.objects.filter(pk=job_id, status=Job.Status.RUNNING).update(lease_expires_at=past)

    @rule(claim=claims, percent=st.integers(0, 100))
    def beat(self, claim: Claim, percent: int) -> None:
        mine = self._is_latest(claim)
        try:
            extend_lease(claim, progress=percent)
        except LeaseLostError:
            assert not mine
        else:
            assert mine
            self.holders[claim.job_id] = claim
            assert Job.objects.get(pk=claim.job_id).progress == percent

    @rule(claim=claims)
    def finish(self, claim: Claim) -> None:
        mine = self._is_latest(claim)
        assert finish_job(claim) == mine
        if mine:
            self._note_ending(claim.job_id, Job.Status.DONE)

    @rule(claim=claims)
    def fail(self, claim: Claim) -> None:
        mine = self._is_latest(claim)
        assert fail_job(claim, "It failed.", for_good=claim.is_last) == mine
        if mine and claim.is_last:
            self._note_ending(claim.job_id, Job.Status.FAILED)
        elif mine:
            self.holders.pop(claim.job_id, None)
            assert Job.objects.get(pk=claim.job_id).status == Job.Status.QUEUED

    @rule()
    def give_up(self) -> None:
        spent = {
            job.pk
            for job in Job.objects.filter(
                status=Job.Status.RUNNING, attempts=settings.JOBS_MAX_ATTEMPTS
            )
            if job.pk not in self.holders
        }
        assert give_up_abandoned_jobs() == len(spent)
        for job_id in spent:
            self._note_ending(job_id, Job.Status.FAILED)

    @invariant()
    def a_held_job_names_its_holder(self) -> None:
        now = timezone.now()
        held = Job.objects.filter(status=Job.Status.RUNNING, lease_expires_at__gt=now)
        assert dict(held.values_list("pk", "token")) == {
            job_id: claim.token for job_id, claim in self.holders.items()
        }

    @invariant()
    def a_finished_job_stays_as_it_is(self) -> None:
        finished = Job.objects.exclude(status__in=Job.LIVE)
        assert {job.pk: (job.status, job.attempts) for job in finished} == self.endings
        assert all(job.token is None and job.finished_at is not None for job in finished)

    @invariant()
    def one_job_at_most_is_live_for_a_subject(self) -> None:
        subjects = list(Job.objects.live().values_list("subject", flat=True))
        assert len(subjects) == len(set(subjects))

    def _is_latest(self, claim: Claim) -> bool:
        """Whether nobody has claimed or ended the job since, though the lease may have run out."""
        return Job.objects.filter(
            pk=claim.job_id, status=Job.Status.RUNNING, attempts=claim.attempt
        ).exists()

    def _note_ending(self, job_id: int, status: Job.Status) -> None:
        self.holders.pop(job_id, None)
        self.endings[job_id] = (status, Job.objects.get(pk=job_id).attempts)


@pytest.mark.django_db
def test_a_job_is_held_once_at_a_time_and_ends_once() -> None:
    with registered("count"):
        run_state_machine_as_test(
            Workers,
            settings=hypothesis_settings(
                max_examples=25, stateful_step_count=30, deadline=None, database=None
            ),
        )
