"""What a view streams leaves the web process in parts, and is the same."""

import warnings

import pytest
from asgiref.sync import async_to_sync
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.test import AsyncRequestFactory, RequestFactory

from genart.streaming import PART_BYTES, StreamingMiddleware


def answered(response, request=None):
    return StreamingMiddleware(lambda _: response)(request or AsyncRequestFactory().get("/"))


def parts_of(response):
    async def read():
        return [part async for part in response]

    with warnings.catch_warnings():
        warnings.simplefilter("error")  # Django warns where it must read to the end first
        return async_to_sync(read)()


@pytest.mark.parametrize("size", [0, 1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 900_000])
def test_a_file_arrives_whole_and_is_closed(tmp_path, size):
    path = tmp_path / "picture.png"
    path.write_bytes(bytes(range(256)) * (size // 256) + b"x" * (size % 256))
    file = path.open("rb")
    response = answered(FileResponse(file, content_type="image/png"))
    assert b"".join(parts_of(response)) == path.read_bytes()
    assert response["Content-Length"] == str(size)
    assert not file.closed
    response.close()
    assert file.closed


def test_no_more_is_read_than_has_been_sent():
    read = []

    def lines():
        for number in range(100):
            read.append(number)
            yield "ä" * 10_000

    response = answered(StreamingHttpResponse(lines()))

    async def first():
        stream = aiter(response)
        return await anext(stream)

    part = async_to_sync(first)()
    assert PART_BYTES <= len(part) < PART_BYTES + 20_000
    assert len(read) == len(part) // 20_000 < 20


def test_short_lines_go_together():
    response = answered(StreamingHttpResponse(f"{number}\n" for number in range(1000)))
    assert parts_of(response) == ["".join(f"{number}\n" for number in range(1000)).encode()]


def test_an_error_in_the_middle_is_not_taken_for_the_end():
    def lines():
        yield "first"
        raise LookupError("gone")

    with pytest.raises(LookupError):
        parts_of(answered(StreamingHttpResponse(lines())))


def test_what_streams_already_and_what_is_whole_are_left_alone():
    async def slow():
        yield b"a"
        yield b"b"

    assert parts_of(answered(StreamingHttpResponse(slow()))) == [b"a", b"b"]
    assert answered(HttpResponse(b"whole")).content == b"whole"
    plain = answered(StreamingHttpResponse(iter([b"a", b"b"])), RequestFactory().get("/"))
    assert list(plain) == [b"a", b"b"]
