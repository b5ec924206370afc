"""A small real HTTP server that speaks the part of Stripe's protocol which the shop uses.

Checkout Sessions, Refunds, idempotency keys, and signed events, as documented at
https://docs.stripe.com/api. Faults are ordered beforehand: a status to answer with, or `slow`, for
so many of the next calls; a fault strikes after the work was done where `after=True`, as when an
answer is lost on its way.
"""

import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qsl

KEY, WEBHOOK_SECRET = "sk_test_shop", "whsec_shop"
Json = dict[str, Any]


class StripeServer:
    """Sessions, refunds and events of one account."""

    def __init__(self) -> None:
        self.numbers = count(1)
        self.sessions: dict[str, Json] = {}
        self.refunds: dict[str, Json] = {}
        self.answers: dict[str, tuple[str, int, Json]] = {}
        self.faults: list[tuple[str, bool]] = []
        self.calls: list[str] = []
        self.lock = threading.Lock()
        self.told: list[Json] = []
        self.refund_status = "succeeded"
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server.answer(self, "GET", {})

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length).decode()
                server.answer(self, "POST", nested(body))

            def log_message(self, *args: Any) -> None:
                return

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self.http.shutdown()
        self.http.server_close()

    def fail(self, *faults: str, after: bool = False) -> None:
        """Order faults for the next calls: a status as text, or `cut`."""
        self.faults += [(fault, after) for fault in faults]

    def answer(self, call: Any, method: str, params: Json) -> None:
        """Do what is asked, or what was ordered instead."""
        with self.lock:
            self.calls.append(f"{method} {call.path}")
            fault, after = self.faults.pop(0) if self.faults else ("", False)
            if not fault or after:
                status, told = self._do(call, method, params)
            if fault == "cut":
                call.close_connection = True
                call.connection.close()
                return
            if fault:
                status, told = int(fault), {"error": {"type": "api_error", "message": "Ordered."}}
        body = json.dumps(told).encode()
        call.send_response(status)
        call.send_header("Content-Type", "application/json")
        call.send_header("Content-Length", str(len(body)))
        call.end_headers()
        call.wfile.write(body)

    def _do(self, call: Any, method: str, params: Json) -> tuple[int, Json]:
        if call.headers.get("Authorization") != f"Bearer {KEY}":
            return 401, {"error": {"type": "invalid_request_error", "message": "No such key."}}
        key = call.headers.get("Idempotency-Key", "") if method == "POST" else ""
        asked = json.dumps([call.path, params], sort_keys=True)
        if key in self.answers:
            before, status, told = self.answers[key]
            if before != asked:
                return 400, {"error": {"type": "idempotency_error", "message": "Another request."}}
            return status, told
        status, told = self._route(method, call.path.split("?")[0].split("/")[2:], params)
        if key:
            self.answers[key] = asked, status, told
        return status, told

    def _route(self, method: str, path: list[str], params: Json) -> tuple[int, Json]:
        match [method, *path]:
            case ["POST", "checkout", "sessions"]:
                return 200, self._session(params)
            case ["GET", "checkout", "sessions", name] if name in self.sessions:
                return 200, self.sessions[name]
            case ["POST", "checkout", "sessions", name, "expire"] if name in self.sessions:
                return self._expire(self.sessions[name])
            case ["POST", "refunds"]:
                return self._refund(params)
            case ["GET", "refunds", name] if name in self.refunds:
                return 200, self.refunds[name]
            case ["GET", "events"]:
                return 200, {
                    "object": "list",
                    "url": "/v1/events",
                    "has_more": False,
                    "data": self.told,
                }
        return 404, invalid("No such object.")

    def _session(self, params: Json) -> Json:
        item = params["line_items"]["0"]
        name = f"cs_test_{next(self.numbers)}"
        self.sessions[name] = {
            "id": name,
            "object": "checkout.session",
            "status": "open",
            "payment_status": "unpaid",
            "amount_total": int(item["price_data"]["unit_amount"]) * int(item["quantity"]),
            "currency": item["price_data"]["currency"],
            "client_reference_id": params["client_reference_id"],
            "metadata": params["metadata"],
            "payment_intent": None,
            "customer_details": None,
            "expires_at": int(params["expires_at"]),
            "payment_method_types": list(params.get("payment_method_types", {}).values()),
            "url": f"https://checkout.stripe.com/c/pay/{name}",
        }
        if int(params["expires_at"]) < time.time() + 1800 - 5:
            raise AssertionError("Stripe's pages stay open half an hour at least.")
        return self.sessions[name]

    @staticmethod
    def _expire(session: Json) -> tuple[int, Json]:
        if session["status"] != "open":
            return 400, invalid("Only open sessions can be expired.")
        session["status"] = "expired"
        return 200, session

    def _refund(self, params: Json) -> tuple[int, Json]:
        intent = params["payment_intent"]
        paid = [each for each in self.sessions.values() if each["payment_intent"] == intent]
        if not paid:
            return 404, invalid("No such payment_intent.")
        back = sum(
            refund["amount"]
            for refund in self.refunds.values()
            if refund["payment_intent"] == intent
        )
        if back + int(params["amount"]) > paid[0]["amount_total"]:
            return 400, invalid("Refund amount is greater than unrefunded amount on charge.")
        name = f"re_{next(self.numbers)}"
        self.refunds[name] = {
            "id": name,
            "object": "refund",
            "amount": int(params["amount"]),
            "currency": paid[0]["currency"],
            "status": self.refund_status,
            "payment_intent": intent,
            "metadata": params["metadata"],
        }
        return 200, self.refunds[name]

    # -- what a buyer does, and what Stripe tells of it

    def pay(self, name: str, *, at_once: bool = True) -> Json:
        """Pay on the page; return the event."""
        session = self.sessions[name]
        session |= {
            "status": "complete",
            "payment_status": "paid" if at_once else "unpaid",
            "payment_intent": f"pi_{name}",
            "customer_details": {"address": {"country": "DE"}},
        }
        return self.event("checkout.session.completed", session)

    def event(self, kind: str, about: Json) -> Json:
        """Return an event as it is posted."""
        event = {
            "id": f"evt_{next(self.numbers)}",
            "object": "event",
            "type": kind,
            "data": {"object": json.loads(json.dumps(about))},
        }
        self.told.append(event)
        return event


def invalid(message: str) -> Json:
    """Return the body of a refusal."""
    return {"error": {"type": "invalid_request_error", "message": message}}


def posted(event: Json, secret: str = WEBHOOK_SECRET, at: float | None = None) -> tuple[bytes, str]:
    """Return body and `Stripe-Signature` of an event."""
    body = json.dumps(event).encode()
    moment = int(at if at is not None else time.time())
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return body, f"t={moment},v1={digest}"


def nested(body: str) -> Json:
    """Read `a[b][0]=c`, as the client writes it."""
    whole: Json = {}
    for name, value in parse_qsl(body):
        *outer, last = name.replace("]", "").split("[")
        place = whole
        for part in outer:
            place = place.setdefault(part, {})
        place[last] = value
    return whole
