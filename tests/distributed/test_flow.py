"""A series made by two hosts, judged, sold and delivered, from either web host."""

import re
import time

import pytest
import requests
from websockets.sync.client import connect

from tests.distributed.lab import SHOP, Lab
from tests.distributed.network import wait_for
from tests.distributed.stores import PRIVATE, PUBLIC

pytestmark = pytest.mark.usefixtures("lab")


def candidates(lab: Lab, job: str) -> list[dict]:
    """Return the judgements of a job's renders."""
    shown = lab.api("curator", "GET", f"/jobs/{job}", at="web2")
    return [render["candidate"] for render in shown["renders"] if render["candidate"]]


def listings(lab: Lab, job: str) -> list[str]:
    """Return the addresses of a job's works on sale."""
    shown = lab.api("curator", "GET", f"/jobs/{job}", at="web2")
    return [render["artwork_url"] for render in shown["renders"] if render["artwork_url"]]


def pay(lab: Lab, address: str) -> None:
    """Answer the built-in payment page with yes, as a browser would."""
    page = lab.ask("GET", address)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token, page.text[:500]
    cookies = "; ".join(f"{name}={value}" for name, value in page.cookies.items())
    headers = {"Origin": f"https://{SHOP}", "Cookie": cookies}
    form = {"csrfmiddlewaretoken": token[1], "answer": "pay"}
    answer = lab.ask("POST", address, at="web2", data=form, headers=headers)
    assert answer.status_code == 302, answer.text[:500]


def test_queues_are_kept_by_every_node(lab):
    kinds = lab.rabbit.queues()
    assert {"render", "render.DQ", "render.XQ", "score", "default"} <= set(kinds)
    assert set(kinds.values()) == {"quorum"}


def test_a_series_is_made_by_both_hosts_and_seen_live_from_the_other_web_host(lab):
    job = lab.submit(count=6, at="web1")
    address = f"ws://{lab['web2'].address}:8000/ws/jobs/{job}/"
    headers = {"Cookie": lab.keys["cookie"]}
    heard = []
    with connect(address, additional_headers=headers, origin=f"https://{SHOP}") as socket:
        deadline = time.monotonic() + 400
        while not lab.finished(job) and time.monotonic() < deadline:
            try:
                heard.append(socket.recv(timeout=2))
            except TimeoutError:
                continue
    assert lab.finished(job)
    assert len(heard) >= 6  # the present state, then at least a few of the changes
    assert {name["worker"].rpartition("/")[2] for name in lab.renders(job)} == {"work1", "work2"}
    wait_for("all are judged", lambda: len(candidates(lab, job)) == 6, 300)
    assert lab.doubles(job) == []


def test_what_is_approved_is_sold_once_and_delivered_from_the_bucket(lab):
    job = lab.submit(count=1, seed=23)
    wait_for("it waits for a person", lambda: _in_review(lab, job), 400)
    [render] = lab.renders(job)
    [(candidate,)] = lab.primary.ask(
        "SELECT id FROM curation_candidate WHERE render_id = %s", render["id"]
    )
    verdict = {"verdict": "approve"}
    lab.api("curator", "POST", f"/candidates/{candidate}/decisions", at="web2", json=verdict)
    wait_for("it is on sale", lambda: listings(lab, job), 300)
    _check_public(lab, listings(lab, job)[0])
    grant = _buy(lab)
    link = lab.api("buyer", "POST", f"/library/{grant['id']}/links", at="web2")["url"]
    _check_delivery(lab, link)


def _in_review(lab: Lab, job: str) -> bool:
    found = candidates(lab, job)
    return bool(found) and found[0]["state"] == "review"


def _check_public(lab: Lab, address: str) -> None:
    """Look at the listing from both web hosts, and fetch its pictures as anybody."""
    for name in ("web1", "web2"):
        page = lab.ask("GET", address, at=name)
        assert page.status_code == 200, page.text[:500]
    shown = set(re.findall(rf"{lab.store.url}/{PUBLIC}/public/[^\"\s?&]+", page.text))
    assert shown, page.text[:2000]
    picture = requests.get(sorted(shown)[0], timeout=60)
    assert picture.status_code == 200
    assert picture.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert picture.headers["Content-Type"].startswith("image/")


def _buy(lab: Lab) -> dict:
    """Order and pay the work on sale by the API; return the grant."""
    [work] = lab.api("buyer", "GET", "/artworks")["items"]
    licence = lab.api("buyer", "GET", "/licences")[0]["slug"]
    lab.api("buyer", "PUT", f"/cart/items/{work['id']}", json={"licence": licence})
    asked = {"country": "DE", "agree": True, "bill_to": "A. Buyer"}
    order = lab.api("buyer", "POST", "/orders", at="web2", json=asked)
    again = lab.api("buyer", "POST", "/orders", at="web1", json=asked)
    assert again["id"] == order["id"]
    pay(lab, order["pay_url"])
    # The gateway's message goes to the shop's public address, where the lab has no proxy: the order
    # asks the gateway itself, as it does for a message that was lost.
    where = f"/orders/{order['id']}"
    wait_for("paid", lambda: lab.api("buyer", "GET", where, at="web1")["state"] == "paid", 120)
    wait_for("granted", lambda: lab.api("buyer", "GET", "/library", at="web2")["items"], 120)
    [grant] = lab.api("buyer", "GET", "/library")["items"]
    return grant


def _check_delivery(lab: Lab, link: str) -> None:
    """Follow a download link; without its signature, or with another, the bucket says no."""
    where = link
    if link.startswith(f"https://{SHOP}/"):
        where = lab.ask("GET", link).headers["Location"]
    assert where.startswith(f"{lab.store.url}/{PRIVATE}/originals/"), where
    whole = requests.get(where, timeout=60)
    assert whole.status_code == 200 and whole.content[:8] == b"\x89PNG\r\n\x1a\n"
    bare = where.partition("?")[0]
    forged = re.sub(r"(X-Amz-Signature=)....", r"\g<1>0000", where)
    assert requests.get(bare, timeout=60).status_code == 403
    assert requests.get(forged, timeout=60).status_code == 403


def test_pages_for_everybody_come_from_the_replica_and_do_without_it(lab):
    def reads() -> int:
        [(count,)] = lab.replica.ask(
            "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
        )
        return count

    def look() -> bool:
        assert lab.ask("GET", "/licences/").status_code == 200
        before = reads()
        for _ in range(10):
            lab.ask("GET", "/licences/")
        time.sleep(1.5)  # the server's statistics are a second late
        return reads() - before >= 15

    wait_for("the replica serves", look, 60)
    lab.replica.stop()
    try:
        for _ in range(6):
            assert lab.ask("GET", "/licences/").status_code == 200
    finally:
        lab.replica.start()
