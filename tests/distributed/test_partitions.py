"""Cables are pulled in the middle of the work: it is done elsewhere, or later, and once."""

import time

import pytest

from tests.distributed.lab import NODES, Lab
from tests.distributed.network import wait_for

COUNT = 6


def held_by(lab: Lab, job: str, host: str) -> set:
    """Return the renders of a job that a host works on."""
    return {
        render["id"]
        for render in lab.renders(job)
        if render["state"] == "rendering" and render["worker"].endswith(f"/{host}")
    }


def made_once(lab: Lab, job: str, seconds: float = 400) -> None:
    """Wait for the whole series, and hold it to having been made once."""
    wait_for("the series is made", lambda: lab.finished(job), seconds)
    wait_for("each picture is judged and stored once", lambda: not lab.doubles(job), 200)
    renders = lab.renders(job)
    assert len({render["file"] for render in renders}) == len(renders) == COUNT


def cut_mid_job(lab: Lab, lost: str) -> tuple[str, set]:
    """Cut a host off while it renders; return the job and what the host then holds.

    A picture takes a second: where it was finished just before the cut, the next job is tried.
    """
    for seed in range(100, 108):
        job = lab.submit(count=COUNT, seed=seed)
        wait_for("it renders", lambda job=job: held_by(lab, job, lost), 300)
        lab[lost].cut_off()
        time.sleep(2)  # whatever was on its way has arrived
        held = held_by(lab, job, lost)
        if held:
            return job, held
        lab[lost].heal()
        made_once(lab, job)
    raise AssertionError(f"{lost} was never caught at work")


@pytest.mark.parametrize(("lost", "other"), [("work1", "work2"), ("work2", "work1")])
def test_a_host_cut_off_mid_job_is_replaced_by_the_other(lab, lost, other):
    job, held = cut_mid_job(lab, lost)
    wait_for("the other makes all", lambda: lab.finished(job), 400)
    made = {render["id"]: render for render in lab.renders(job)}
    for render in (made[key] for key in held):
        assert render["losses"] == 1 and render["attempts"] == 0
        assert render["worker"].endswith(f"/{other}")
    wait_for("a scheduler is active", lambda: _heard(lab), 60)
    lab[lost].heal()
    wait_for("it is back", lambda: lost in lab.rendering_hosts(), 120)
    time.sleep(3)  # whatever it had in hand comes too late
    made_once(lab, job)
    for render in lab.renders(job):
        assert render["sha256"] == made[render["id"]]["sha256"]
    again = lab.submit(count=COUNT, seed=200 + int(lost[-1]))
    made_once(lab, again)


def _heard(lab: Lab) -> bool:
    """Tell whether some scheduler holds the lock."""
    [(count,)] = lab.primary.ask(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s",
        0x67656E61,
        0x72740001,
    )
    return count == 1


@pytest.mark.skipif(NODES < 3, reason="GENART_LAB_NODES leaves no majority")
def test_a_node_of_the_broker_is_lost_and_nothing_waits_for_it(lab):
    job = lab.submit(count=COUNT, seed=31)
    with lab.cut_off("mq1"):
        made_once(lab, job)
        assert set(lab.states(lab.submit(count=1, seed=32))) <= {"queued", "rendering", "rendered"}
    wait_for("the node is back", lambda: lab.rabbit.knows(lab["mq1"]), 120)


def test_without_any_broker_a_job_is_taken_on_and_made(lab):
    with lab.cut_off(*(host.name for host in lab.rabbit.hosts)):
        began = time.monotonic()
        job = lab.submit(count=COUNT, seed=41)
        took = time.monotonic() - began
        assert set(lab.states(job)) <= {"queued", "rendering", "rendered"}
        assert took < 20, f"the web process waited {took:.0f} s for a broker that is away"
    made_once(lab, job)


def test_the_database_is_away_in_the_middle_of_a_job(lab):
    job = lab.submit(count=COUNT, seed=51)
    wait_for("it renders", lambda: "rendering" in lab.states(job), 300)
    with lab.cut_off("db1"):
        time.sleep(20)
        assert lab.ask("GET", "/healthz").status_code == 200
    wait_for("the web is ready", lambda: lab.ready("web1") and lab.ready("web2"), 120)
    made_once(lab, job)


def test_the_store_is_away_in_the_middle_of_a_job(lab):
    job = lab.submit(count=COUNT, seed=61)
    wait_for("it renders", lambda: "rendering" in lab.states(job), 300)
    with lab.cut_off("s3"):
        time.sleep(20)
    made_once(lab, job)


def test_redis_is_away_and_no_page_fails(lab):
    job = lab.submit(count=COUNT, seed=71)
    with lab.cut_off("kv"):
        for name in ("web1", "web2"):
            assert lab.ask("GET", "/licences/", at=name).status_code == 200
    made_once(lab, job)
