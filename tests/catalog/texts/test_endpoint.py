"""The endpoint writer against a real HTTP server that speaks chat completions, faults included."""

import base64
import io
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from PIL import Image

from catalog.texts import CannotWrite, write_texts
from catalog.texts.writers.contract import Question, Usage
from catalog.texts.writers.embedded import EmbeddedWriter
from catalog.texts.writers.endpoint import ANSWER_TOKENS, Endpoint, EndpointWriter
from tests.catalog.texts.facts import arches
from tests.factories import make_picture

ANSWER = {
    "title": "Two Doors, Left Open",
    "description": "Rounded arches nest on a cream ground. Mostly beige, with touches of clay.",
    "alt_text": "Nested arches in clay and brown in the middle of a cream ground.",
    "tags": ["arches", "boho", "curves", "beige", "clay", "calm", "abstract", "wall art"],
}


def completion(content=None, *, finish="stop", refusal=None):
    """Return a chat completion as the API documents it."""
    text = content if isinstance(content, str) else json.dumps(content or ANSWER)
    message = {"role": "assistant", "content": None if refusal else text, "refusal": refusal}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 900, "completion_tokens": 150, "total_tokens": 1050},
    }


class Server(HTTPServer):
    """Gives its answers in order, the last one for ever; remembers what it was asked."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers, self.asked, self.headers = [], [], []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(json.loads(body) | {"path": self.path})
        self.server.headers.append(dict(self.headers))
        answers = self.server.answers
        status, body, *extra = answers.pop(0) if len(answers) > 1 else answers[0]
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in (extra[0] if extra else {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


class Notes:
    """A ledger that remembers."""

    def __init__(self, limit=99):
        self.rows, self.limit = [], limit

    def asked(self, writer, language):
        if len(self.rows) >= self.limit:
            raise CannotWrite("The limit is reached.")
        self.rows.append(["asked", writer, Usage()])
        return len(self.rows) - 1

    def answered(self, number, usage):
        self.rows[number] = ["answered", "", usage]

    def failed(self, number, reason, usage):
        self.rows[number] = ["failed", reason, usage]


def ask(server, *answers, tries=3, timeout_s=5.0, language="en", notes=None, key="secret"):
    """Ask the server, which gives these answers; return texts, pauses and notes."""
    server.answers = list(answers)
    pauses, notes = [], notes or Notes()
    endpoint = Endpoint(server.url, key, "gpt-4o", timeout_s=timeout_s, tries=tries)
    writer = EndpointWriter(endpoint, pause=pauses.append)
    question = Question(arches(), make_picture(1200, 800), language, notes)
    return writer.write(question).texts, pauses, notes


def test_one_question_carries_the_picture_and_the_schema(server):
    texts, pauses, notes = ask(server, (200, completion()))
    assert texts.title == ANSWER["title"] and texts.tags == tuple(ANSWER["tags"])
    (asked,) = server.asked
    assert asked["path"] == "/v1/chat/completions" and asked["model"] == "gpt-4o"
    schema = asked["response_format"]["json_schema"]
    assert schema["strict"] is True and schema["schema"]["additionalProperties"] is False
    words, picture = asked["messages"][1]["content"]
    assert "main colour, measured: beige" in words["text"]
    data = base64.b64decode(picture["image_url"]["url"].removeprefix("data:image/jpeg;base64,"))
    assert max(Image.open(io.BytesIO(data)).size) == 768
    assert server.headers[0]["Authorization"] == "Bearer secret"
    assert notes.rows == [["answered", "", Usage(900, 150)]]
    assert pauses == []


def test_the_model_is_asked_in_the_language(server):
    ask(server, (200, completion()), language="fr")
    assert "in French" in server.asked[0]["messages"][0]["content"]


def test_a_local_server_needs_no_key(server):
    ask(server, (200, completion()), key="")
    assert "Authorization" not in server.headers[0]


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_busy_answers_are_tried_again(server, status):
    texts, pauses, notes = ask(server, (status, {"error": {}}), (200, completion()))
    assert texts.title == ANSWER["title"]
    assert len(pauses) == 1 and 0.5 <= pauses[0] <= 1
    assert [row[0] for row in notes.rows] == ["failed", "answered"]


def test_the_server_says_how_long_to_wait(server):
    busy = (429, {}, {"Retry-After": "7"})
    _texts, pauses, _notes = ask(server, busy, (429, {}, {"Retry-After": "900"}),
                                 (200, completion()))  # fmt: skip
    assert pauses == [7, 30]


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_refused_request_is_not_tried_again(server, status):
    with pytest.raises(CannotWrite, match=f"HTTP {status}"):
        ask(server, (status, {"error": {"message": "no"}}))
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "answer", [completion(refusal="I cannot."), completion(finish="content_filter")]
)
def test_a_refusal_of_the_model_is_not_tried_again(server, answer):
    notes = Notes()
    with pytest.raises(CannotWrite, match="refused"):
        ask(server, (200, answer), notes=notes)
    assert len(server.asked) == 1
    assert notes.rows[0][0] == "failed" and notes.rows[0][2] == Usage(900, 150)


def test_a_cut_answer_gets_more_room(server):
    texts, _pauses, _notes = ask(
        server, (200, completion('{"title": "Two', finish="length")), (200, completion())
    )
    assert texts.title == ANSWER["title"]
    assert [asked["max_tokens"] for asked in server.asked] == [ANSWER_TOKENS, 2 * ANSWER_TOKENS]


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>Bad gateway</html>",
        [],
        {"choices": []},
        completion("I would call it Two Doors."),
        completion('{"title": "Two Doors"}'),
        completion('{"title": "T", "description": "D", "alt_text": "A", "tags": "one, two"}'),
        completion("{not json}"),
    ],
)
def test_what_is_not_the_json_asked_for_is_tried_again_and_then_given_up(server, answer):
    with pytest.raises(CannotWrite, match="Tried 3 times"):
        ask(server, (200, answer))
    assert len(server.asked) == 3


def test_json_in_a_fence_is_read(server):
    fenced = f"Here you are:\n```json\n{json.dumps(ANSWER)}\n```"
    texts, _pauses, _notes = ask(server, (200, completion(fenced)))
    assert texts.alt_text == ANSWER["alt_text"]


def test_a_dead_endpoint_is_given_up(server):
    server.server_close()
    with pytest.raises(CannotWrite, match="cannot be reached"):
        ask(server, (200, completion()))


def test_a_limit_stops_before_anything_is_asked(server):
    with pytest.raises(CannotWrite, match="limit"):
        ask(server, (200, completion()), notes=Notes(limit=0))
    assert server.asked == []


def test_tries_count_against_the_limit(server):
    with pytest.raises(CannotWrite, match="limit"):
        ask(server, (500, {}), notes=Notes(limit=2))
    assert len(server.asked) == 2


def test_the_chain_falls_through_to_the_embedded_writer(server):
    server.answers = [(500, {})]
    broken = EndpointWriter(Endpoint(server.url, "", "m", tries=1), pause=lambda seconds: None)
    draft = write_texts(arches(), picture=make_picture(), writers=[broken, EmbeddedWriter()])
    assert draft.writer.startswith("embedded@")
    assert draft.skipped[0].startswith("endpoint: The endpoint is busy or broken (HTTP 500).")


def test_what_the_model_says_goes_through_the_rules(server):
    wild = ANSWER | {"alt_text": "Image of nested arches in the style of a painter."}
    server.answers = [(200, completion(wild | {"title": "QUIET Doors!"}))]
    writer = EndpointWriter(Endpoint(server.url, "", "m"))
    draft = write_texts(arches(), picture=make_picture(), writers=[writer])
    assert draft.texts.title == "Quiet Doors"
    assert draft.texts.alt_text.startswith("Nested arches")
    assert set(draft.faults) == {"alt_text"}


def test_a_language_that_was_not_asked_for_is_held(server):
    server.answers = [(200, completion())]
    writer = EndpointWriter(Endpoint(server.url, "", "m"))
    draft = write_texts(arches(), picture=make_picture(), language="de", writers=[writer])
    assert draft.faults["description"] == "Write it in German."
