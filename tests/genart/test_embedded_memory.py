import pytest

from genart.embedded.memory import shared_buffers, total_mb


@pytest.mark.parametrize(
    ("total", "buffers"), [(500, "128MB"), (2048, "256MB"), (16_384, "2048MB"), (999_999, "2048MB")]
)
def test_an_eighth_of_the_memory_holds_pages(total, buffers):
    assert shared_buffers(total) == buffers


def test_a_container_has_what_it_is_given(tmp_path):
    limit, open_end = tmp_path / "limit", tmp_path / "max"
    limit.write_text(f"{300 << 20}\n")
    open_end.write_text("max\n")
    assert total_mb((str(open_end), str(tmp_path / "none"), str(limit))) == 300
    assert total_mb((str(open_end),)) > 300
