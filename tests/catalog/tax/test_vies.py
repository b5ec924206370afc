"""Questions to VIES, against a server that speaks its documented JSON, faults included."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.cache import cache

from catalog.models import Order
from catalog.services.vat_checks import recheck_vat_ids
from catalog.tax import assess, vies
from catalog.tax.vat_ids import check_vat_id
from genart.lib.errors import InvalidInput
from tests.catalog.papers.conftest import paid_order

NUMBER = "FR40303265045"
FOUND = {
    "countryCode": "FR", "vatNumber": "40303265045", "requestDate": "2026-11-24T10:00:00.000Z",
    "valid": True, "requestIdentifier": "WAPIAAAAXyz123", "name": "SA SODIMAS",
    "address": "RUE DE LA REPUBLIQUE", "traderName": "---",
}  # fmt: skip


class Vies(ThreadingHTTPServer):
    """Answers as it is told, and remembers what it was asked."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked, self.status, self.answer, self.wait = [], 200, FOUND, 0.0

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/rest-api"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, body))
        time.sleep(self.server.wait)
        answer = self.server.answer
        data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        if self.server.status == 302:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass


@pytest.fixture
def server(settings):
    with Vies() as running:
        threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        settings.VIES_URL, settings.VAT_MODE, settings.SHOP_COUNTRY = running.url, "oss", "DE"
        cache.clear()
        yield running
        running.shutdown()
    cache.clear()


def test_a_number_in_use_is_valid_and_the_question_can_be_proved(server, settings):
    settings.SHOP_VAT_ID = "DE 136 695 976"
    found = assess(country="FR", vat_id=NUMBER)
    assert found.scheme == "reverse"
    check = found.vat_id_check
    assert (check["status"], check["consultation"]) == ("valid", "WAPIAAAAXyz123")
    assert check["name"] == "SA SODIMAS"
    path, body = server.asked[0]
    assert path == "/rest-api/check-vat-number"
    assert body == {
        "countryCode": "FR", "vatNumber": "40303265045",
        "requesterMemberStateCode": "DE", "requesterNumber": "136695976",
    }  # fmt: skip


def test_an_answer_is_kept_for_a_day_and_silence_only_shortly(server):
    check_vat_id(NUMBER)
    check_vat_id(NUMBER.replace("FR", "fr "))
    assert len(server.asked) == 1
    cache.clear()
    server.answer = {"actionSucceed": False, "errorWrappers": [{"error": "MS_UNAVAILABLE"}]}
    assert check_vat_id(NUMBER).status == "unverified"
    assert len(server.asked) == 2


def test_a_number_that_is_not_in_use_is_refused(server):
    server.answer = FOUND | {"valid": False, "name": "---", "userError": "INVALID"}
    with pytest.raises(InvalidInput, match="does not know FR40303265045"):
        assess(country="FR", vat_id=NUMBER)


FAULTS = [
    (200, {"actionSucceed": False, "errorWrappers": [{"error": "MS_UNAVAILABLE"}]}),
    (500, {"actionSucceed": False, "errorWrappers": [{"error": "SERVICE_UNAVAILABLE"}]}),
    (429, {"actionSucceed": False, "errorWrappers": [{"error": "GLOBAL_MAX_CONCURRENT_REQ"}]}),
    (200, FOUND | {"valid": False, "userError": "MS_MAX_CONCURRENT_REQ"}),
    (200, {"isValid": False, "userError": "TIMEOUT"}),
    (200, {"countryCode": "FR"}),
    (200, {"valid": "yes"}),
    (200, []),
    (200, {"errorWrappers": ["odd"]}),
    (502, b"<html>Bad gateway</html>"),
    (200, b""),
    (200, b"x" * 50_000),
    (302, b"{}"),
]


@pytest.mark.parametrize(("status", "answer"), FAULTS)
def test_a_fault_never_means_that_a_number_is_wrong(server, status, answer):
    server.status, server.answer = status, answer
    check = check_vat_id(NUMBER)
    assert (check.status, check.frees) == ("unverified", True)
    assert check.answer.valid is None and check.answer.fault


def test_where_vies_is_away_the_form_counts_or_vat_is_charged_by_setting(server, settings):
    server.answer = {"actionSucceed": False, "errorWrappers": [{"error": "MS_UNAVAILABLE"}]}
    accepted = assess(country="FR", vat_id=NUMBER)
    assert (accepted.scheme, accepted.vat_id_check["fault"]) == ("reverse", "MS_UNAVAILABLE")
    settings.VAT_ID_UNVERIFIED = "charge"
    charged = assess(country="FR", vat_id=NUMBER)
    assert (charged.scheme, charged.rate_bp) == ("oss", 2000)
    assert charged.vat_id == NUMBER


def test_a_server_that_is_slow_or_away_is_not_waited_for(server, settings, monkeypatch):
    monkeypatch.setattr(vies, "SECONDS_TO_ANSWER", 0.05)
    server.wait = 0.5
    assert vies.ask_vies("FR", "40303265045").fault == "UNREACHABLE"
    settings.VIES_URL = "http://127.0.0.1:9/rest-api"
    assert vies.ask_vies("FR", "40303265045").fault == "UNREACHABLE"
    settings.VIES_URL = ""
    assert vies.ask_vies("FR", "40303265045").fault == "NOT_ASKED"


@pytest.mark.django_db
def test_numbers_that_vies_was_silent_on_are_asked_again(server):
    unsure = {"status": "unverified", "frees": True, "fault": "MS_UNAVAILABLE"}
    fields = {"vat_id": NUMBER, "vat_scheme": "reverse", "vat_id_check": unsure}
    first, second = paid_order([], **fields), paid_order([], **fields)
    sure = paid_order([], **fields | {"vat_id_check": {"status": "valid"}})
    server.answer = {"actionSucceed": False, "errorWrappers": [{"error": "MS_UNAVAILABLE"}]}
    assert recheck_vat_ids() == 0
    assert len(server.asked) == 1  # no queue before a closed door
    server.answer = FOUND | {"valid": False, "userError": "INVALID"}
    assert recheck_vat_ids() == 2
    assert recheck_vat_ids() == 0
    for order in (first, second):
        order.refresh_from_db()
        assert order.vat_id_check["status"] == "unverified"
        assert order.vat_id_check["later"]["valid"] is False
        assert "does not know this VAT number" in order.problem
    assert Order.objects.get(pk=sure.pk).problem == ""
