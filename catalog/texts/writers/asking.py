"""What a vision-language model is asked, and how its answer is read; for every such model."""

import base64
import io
import json
import re
from typing import Any

from PIL import Image

from catalog.texts import rules
from catalog.texts.composition import all_colours, main_colour
from catalog.texts.facts import Facts, Texts
from catalog.texts.families import family_of
from catalog.texts.writers.contract import CannotWrite, Question

PICTURE_PX = 768
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "title": {"type": "string", "description": "3 to 60 characters, no full stop"},
        "description": {"type": "string", "description": "2 to 4 plain sentences"},
        "alt_text": {"type": "string", "description": "what is seen, at most 240 characters"},
        "tags": {"type": "array", "items": {"type": "string"}, "description": "10 to 18 tags"},
    },
    "required": ["title", "description", "alt_text", "tags"],
    "additionalProperties": False,
}
RULES = f"""You write the texts of one picture for an art print shop. Look at the picture first.
Write every text in {{language}}. Answer with JSON only: title, description, alt_text, tags.
- title: short and particular, at most {rules.TITLE_LIMIT} characters, unlike a stock photo's.
- description: two to four plain sentences, at most {rules.DESCRIPTION_LIMIT} characters.
- alt_text: only what is seen: shapes, where they lie, colours by name; at most {rules.ALT_LIMIT}
  characters; never begin with "image of" or the like.
- tags: {rules.LEAST_TAGS} to {rules.MOST_TAGS}, small letters, each once, surest first.
Where the facts below and the picture disagree, the picture is right.
Name no brand, no artist and no real person. The picture was made by a model: claim no hand, no
brush and no camera. No links, no exclamation marks, no capitals for stress."""


def system_text(language: str) -> str:
    """Return the standing orders."""
    return RULES.format(language=rules.language_name(language))


def facts_text(facts: Facts) -> str:
    """Return the facts as short lines."""
    family = family_of(facts)
    lines = {
        "motif": family.slug if family else facts.style_name,
        "asked for": facts.subject,
        "mood": ", ".join(facts.mood),
        "main colour, measured": main_colour(facts),
        "largest colours, measured": ", ".join(all_colours(facts, 5)),
        "series": facts.collection,
        "size": f"{facts.width_px} × {facts.height_px} pixels",
    }
    if facts.seen is not None:
        lines["where the mass lies, measured"] = facts.seen.place
        lines["a compact shape stands out, measured"] = facts.seen.focus
    return "\n".join(f"{name}: {said}" for name, said in lines.items() if said)


def picture_url(picture: Image.Image) -> str:
    """Return a picture as a JPEG data URL of at most `PICTURE_PX` a side."""
    copy = picture.convert("RGB")
    copy.thumbnail((PICTURE_PX, PICTURE_PX), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    copy.save(buffer, "JPEG", quality=85)
    return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def required_picture(question: Question) -> Image.Image:
    """Return the picture of a question.

    Raises:
        CannotWrite: there is none; a model that looks needs one.
    """
    if question.picture is None:
        raise CannotWrite("There is no picture to look at.")
    return question.picture


def read_answer(text: str) -> Texts:
    """Return the texts of an answer: a JSON object, alone or with words or a fence around it.

    Raises:
        ValueError: it is not JSON, or not of the schema.
    """
    found = re.search(r"\{.*\}", text, re.DOTALL)
    if found is None:
        raise ValueError("The answer holds no JSON object.")
    values = json.loads(found.group(0))
    texts = {name: values.get(name) for name in ("title", "description", "alt_text")}
    tags = values.get("tags")
    wrong = [name for name, value in texts.items() if not isinstance(value, str)]
    if wrong or not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise ValueError(f"The answer lacks {', '.join(wrong) or 'tags'}.")
    return Texts(tags=tuple(tags), **texts)
