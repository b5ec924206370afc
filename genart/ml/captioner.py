"""A local vision-language model through transformers: a picture and a request become a text.

For workers: the first call loads torch and the weights, once for each process. What is asked and
how the answer is read is its caller's business. Nothing is fetched: a folder must be whole.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import Image

from genart.lib.errors import Unavailable

SIDE_PX = 768
MOST_TOKENS = 700


def describe(
    folder: Path, picture: Image.Image, request: str, *, most_tokens: int = MOST_TOKENS
) -> str:
    """Return what the model says of a picture. Greedy: the same picture, the same words.

    Raises:
        Unavailable: the folder is no model of this kind, or the model failed.
    """
    copy = picture.convert("RGB")
    copy.thumbnail((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS)
    try:
        model = _loaded(folder.as_posix())
        found = model(
            text=_messages(model, copy, request),
            images=None if _chats(model) else [copy],
            return_full_text=False,
            generate_kwargs={"max_new_tokens": most_tokens, "do_sample": False},
        )
    except Unavailable:
        raise
    except Exception as error:  # whatever a foreign model raises, the next writer is asked
        raise Unavailable(f"The model in {folder.name} failed: {str(error)[:160]}") from error
    return _text(found)


@lru_cache(maxsize=1)
def _loaded(folder: str) -> Any:
    from transformers import pipeline

    try:
        return pipeline("image-text-to-text", model=folder, local_files_only=True)
    except (OSError, ValueError, KeyError, ImportError, RuntimeError) as error:
        name = Path(folder).name
        raise Unavailable(f"{name} is no model that reads pictures: {str(error)[:160]}") from error


def _chats(model: Any) -> bool:
    """Whether the model has a template for conversations."""
    return bool(getattr(model.processor, "chat_template", None))


def _messages(model: Any, picture: Image.Image, request: str) -> Any:
    """Return the request as a conversation, or as plain text after the picture's place."""
    if _chats(model):
        content = [{"type": "image", "image": picture}, {"type": "text", "text": request}]
        return [{"role": "user", "content": content}]
    return f"{getattr(model.processor, 'image_token', '<image>')}\n{request}"


def _text(found: Any) -> str:
    """Return the text of what the pipeline gives, which nests by the number of pictures."""
    while isinstance(found, list) and found:
        found = found[-1]
    said = found.get("generated_text", "") if isinstance(found, dict) else found
    if isinstance(said, list):  # a conversation: the last turn is the answer
        said = said[-1].get("content", "") if said else ""
    return str(said).strip()
