"""Ask VIES, the EU's register of VAT numbers, through its REST interface.

`POST {VIES_URL}/check-vat-number`, described at
https://ec.europa.eu/taxation_customs/vies/#/technical-information. Each member state answers for
itself, so that one may be away while the others are not. Every fault here means "not known", never
"not valid": VIES is away for hours on some days.
"""

import logging
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings

log = logging.getLogger(__name__)
SECONDS_TO_CONNECT, SECONDS_TO_ANSWER = 2.0, 4.0
MOST_BYTES = 20_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What VIES said.

    Attributes:
        valid: `None`: it did not say, for the reason in `fault`.
        fault: a word of VIES such as MS_UNAVAILABLE, or of ours.
        name: of the firm; many member states give none.
        consultation: the number by which VIES can prove that it was asked, where it gave one.
        asked_on: the date as VIES wrote it.
    """

    valid: bool | None
    fault: str = ""
    name: str = ""
    consultation: str = ""
    asked_on: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return it for the record of an order."""
        return asdict(self)


def ask_vies(letters: str, number: str) -> Answer:
    """Return whether VIES knows a VAT number, given as its country's letters and the rest.

    Never raises: whatever goes wrong is an answer that does not say.
    """
    import requests

    if not settings.VIES_URL:
        return Answer(None, "NOT_ASKED")
    body = {"countryCode": letters, "vatNumber": number} | _requester()
    try:
        with requests.post(
            f"{settings.VIES_URL}/check-vat-number",
            json=body,
            timeout=(SECONDS_TO_CONNECT, SECONDS_TO_ANSWER),
            allow_redirects=False,
            stream=True,
        ) as reply:
            said = _read(reply)
    except (requests.RequestException, ValueError) as error:
        log.warning("VIES does not answer: %s", error)
        return Answer(None, "UNREACHABLE")
    return _understand(said)


def _read(reply: Any) -> Any:
    """Return the JSON of an answer, which may also come with an error's status."""
    import json

    data = b""
    for part in reply.iter_content(4096):
        data += part
        if len(data) > MOST_BYTES:
            raise ValueError("the answer is too long")
    return json.loads(data)


def _understand(said: Any) -> Answer:
    """Return what an answer means.

    Faults come as `errorWrappers`, or as `userError` beside a `valid` that is then false and means
    nothing.
    """
    if not isinstance(said, dict):
        return Answer(None, "UNREADABLE")
    wrapped = said.get("errorWrappers")
    if isinstance(wrapped, list) and wrapped and isinstance(wrapped[0], dict):
        return Answer(None, _text(wrapped[0].get("error")) or "UNREADABLE")
    fault = _text(said.get("userError"))
    valid = said.get("valid", said.get("isValid"))
    if fault not in ("", "VALID", "INVALID") or not isinstance(valid, bool):
        return Answer(None, fault or "UNREADABLE")
    return Answer(
        valid=valid,
        name=_text(said.get("name")),
        consultation=_text(said.get("requestIdentifier")),
        asked_on=_text(said.get("requestDate")),
    )


def _requester() -> dict[str, str]:
    """Return who asks: with it, VIES gives a number that proves the question."""
    own = "".join(settings.SHOP_VAT_ID.split()).upper()
    if len(own) < 4:
        return {}
    return {"requesterMemberStateCode": own[:2], "requesterNumber": own[2:]}


def _text(value: Any) -> str:
    """Return a short text; VIES writes `---` for what it does not tell."""
    text = value.strip()[:200] if isinstance(value, str) else ""
    return "" if text.strip("-") == "" else text
