"""The captioner on a real, tiny, random model: a LLaVA of a few thousand weights made here."""

import pytest
from PIL import Image

from genart.lib.errors import Unavailable
from tests.factories import make_picture

WORDS = "a the and of in on arches stand one above other clay beige ground describe this picture"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Make a model folder as transformers reads it."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import (
        CLIPVisionConfig,
        LlamaConfig,
        LlavaConfig,
        LlavaForConditionalGeneration,
        LlavaProcessor,
        PreTrainedTokenizerFast,
    )

    try:
        from transformers import CLIPImageProcessorPil as CLIPImageProcessor
    except ImportError:
        from transformers import CLIPImageProcessor

    path = tmp_path_factory.mktemp("tiny-llava")
    special = ["<pad>", "<s>", "</s>", "<unk>", "<image>"]
    words = {word: number for number, word in enumerate([*special, *dict.fromkeys(WORDS.split())])}
    raw = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    raw.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=raw, pad_token="<pad>", bos_token="<s>", eos_token="</s>",
        unk_token="<unk>", extra_special_tokens={"image_token": "<image>"},
    )  # fmt: skip
    side = {"height": 32, "width": 32}
    images = CLIPImageProcessor(size=side, crop_size=side)
    LlavaProcessor(
        images, tokenizer, patch_size=16, vision_feature_select_strategy="default",
        num_additional_image_tokens=1, image_token="<image>",
    ).save_pretrained(path)  # fmt: skip
    torch.manual_seed(0)
    vision = CLIPVisionConfig(
        hidden_size=16, intermediate_size=16, num_hidden_layers=2, num_attention_heads=2,
        image_size=32, patch_size=16,
    )  # fmt: skip
    text = LlamaConfig(
        vocab_size=len(words), hidden_size=16, intermediate_size=16, num_hidden_layers=1,
        num_attention_heads=2, num_key_value_heads=2, pad_token_id=0, bos_token_id=1,
        eos_token_id=2,
    )  # fmt: skip
    config = LlavaConfig(
        vision_config=vision, text_config=text, image_token_index=words["<image>"],
        vision_feature_layer=-1, vision_feature_select_strategy="default",
    )  # fmt: skip
    LlavaForConditionalGeneration(config).save_pretrained(path)
    return path


@pytest.mark.slow
def test_a_local_model_is_asked_about_a_picture(folder):
    from genart.ml import captioner

    told = captioner.describe(folder, make_picture(48, 40), "describe this picture", most_tokens=8)
    assert set(told.replace("<unk>", "").split()) <= set(WORDS.split()) | {"<image>", "<s>"}
    again = captioner.describe(folder, make_picture(48, 40), "describe this picture", most_tokens=8)
    assert told == again


@pytest.mark.slow
@pytest.mark.django_db
def test_what_a_random_model_says_does_not_reach_the_page(folder):
    from catalog.texts import write_texts
    from catalog.texts.writers.embedded import EmbeddedWriter
    from catalog.texts.writers.transformers import TransformersWriter
    from tests.catalog.texts.facts import arches

    writers = [TransformersWriter(folder), EmbeddedWriter()]
    draft = write_texts(arches(), picture=make_picture(48, 40), writers=writers)
    assert draft.faults or draft.writer.startswith("embedded@")


@pytest.mark.slow
def test_a_folder_without_a_model_is_told(tmp_path):
    from genart.ml import captioner

    with pytest.raises(Unavailable, match="no model that reads pictures"):
        captioner.describe(tmp_path, Image.new("RGB", (8, 8)), "describe")
