"""Prompts that a checkpoint would cut off are refused at submit, with the remedy."""

import pytest

from genart.lib.errors import InvalidInput
from generation.compile import compile_renders
from generation.house import PIPELINE_DIR
from generation.models import Checkpoint
from generation.prompt_length import excess
from generation.spec import parse_spec
from generation.sweeps import expand
from tests.factories import make_style

LONG = ", ".join(["arches over low hills"] * 12)


def folder_checkpoint(**fields):
    return Checkpoint(name="Local", source="folder", location=str(PIPELINE_DIR), **fields)


def test_tokens_are_counted_by_the_checkpoints_own_tokenizer():
    assert excess("boho arches, centered", folder_checkpoint()) is None
    assert excess(LONG, folder_checkpoint()) == (61, 32)


def test_a_hub_checkpoint_may_state_its_limit():
    hub = Checkpoint(name="Hub", source="hub", capabilities={"max_tokens": 5})
    assert excess("one, two, three", hub) is None
    assert excess("one, two, three, four", hub) == (7, 5)
    assert excess(LONG, Checkpoint(name="Hub", source="hub")) is None


def test_a_spec_whose_prompt_is_too_long_is_refused_where_it_varies(db):
    style = make_style()
    version = style.current_version
    Checkpoint.objects.filter(pk=version.checkpoint_id).update(
        source="folder", location=str(PIPELINE_DIR), family="sd", allows_commercial_use=True
    )
    document = {
        "version": 1,
        "style": style.slug,
        "subject": "arches",
        "palette": {
            "colors": [{"hex": "#112233", "weight": 0.5}, {"hex": "#DDEEFF", "weight": 0.5}]
        },
        "vary": {"subject": ["arches", LONG]},
        "seed": 1,
    }
    with pytest.raises(InvalidInput) as refusal:
        compile_renders(expand(parse_spec(document)), lane="standard")
    (fault,) = refusal.value.details
    assert fault["loc"] == ["vary", "subject", 1]
    assert "reads 32: shorten the subject" in fault["msg"]
