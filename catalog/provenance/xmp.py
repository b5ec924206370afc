"""The XMP packet of a picture: what it is, how it was made, what may be done with it.

Fields are those of the IPTC Photo Metadata Standard 2025.1 and of PLUS. Where the packet goes in a
file is in `embed.py`; the words of a licence come from `licence_facts.py`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

DIGITAL_SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
NO_TRAINING = "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-GENAIMLTRAINING"
ROOM_BYTES = 3584
"""Length of a packet in a preview: texts may change later without moving another byte."""
_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
}
_HEAD = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
_TAIL = '<?xpacket end="w"?>'
PACKET = re.compile(
    rb'<\?xpacket begin="[^"]*" id="W5M0MpCehiHzreSzNTczkc9d"\?>.*?<\?xpacket end="[rw]"\?>', re.S
)
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EXPENDABLE = (("keywords",), ("description",), ("prompt",), ("alt_text",), ("terms",), ("title",))
"""What a packet leaves out, in this order, where it would not fit its room."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is written into a file. Empty fields are left out.

    Attributes:
        identifier: address of the work's page.
        licence: `licence_facts` of the licence that is meant.
        prompt_writer: who wrote the prompt; the shop, never a person's name.
        created_at: ISO 8601.
    """

    title: str = ""
    description: str = ""
    alt_text: str = ""
    keywords: tuple[str, ...] = ()
    identifier: str = ""
    credit: str = ""
    system: str = ""
    system_version: str = ""
    prompt: str = ""
    prompt_writer: str = ""
    created_at: str = ""
    tool: str = "genart"
    licence: dict[str, Any] = field(default_factory=dict)


def packet(said: Said, *, room: int = 0) -> bytes:
    """Return the packet as UTF-8, filled up with spaces to `room` bytes where that is given.

    What does not fit is left out, the least needed first; the mark of how it was made never is.

    Raises:
        ValueError: not even the bare mark fits.
    """
    left_out: set[str] = set()
    for names in ((), *_EXPENDABLE):
        left_out |= set(names)
        body = f"{_HEAD}{_document(said, left_out)}"
        free = room - len(body.encode()) - len(_TAIL)
        if free >= 0 or not room:
            return f"{body}{_filling(free)}{_TAIL}".encode()
    raise ValueError(f"An XMP packet does not fit {room} bytes.")


def packet_of(data: bytes) -> bytes:
    """Return the XMP packet in a file of any kind, or nothing."""
    found = PACKET.search(data)
    return found.group() if found else b""


def _filling(length: int) -> str:
    """Return white space, a line break at each hundredth sign as XMP advises."""
    return ("\n" + " " * 99) * (max(0, length) // 100) + " " * (max(0, length) % 100)


def _document(said: Said, left_out: Iterable[str]) -> str:
    spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _NAMESPACES.items())
    fields = "".join(_fields(said, set(left_out)))
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" {spaces}>{fields}</rdf:Description>'
        "</rdf:RDF></x:xmpmeta>"
    )


def _fields(said: Said, left_out: set[str]) -> Iterable[str]:
    def kept(name: str) -> Any:
        return "" if name in left_out else getattr(said, name)

    licence = said.licence
    yield _text("Iptc4xmpExt:DigitalSourceType", DIGITAL_SOURCE_TYPE)
    yield _languages("dc:title", kept("title"))
    yield _languages("dc:description", kept("description"))
    yield _languages("Iptc4xmpCore:AltTextAccessibility", kept("alt_text"))
    yield _list("dc:subject", "Bag", kept("keywords") or ())
    yield _list("dc:creator", "Seq", (said.credit,))
    yield _text("dc:identifier", said.identifier)
    yield _languages("dc:rights", licence.get("rights", ""))
    yield _text("photoshop:Credit", said.credit)
    yield _text("photoshop:DateCreated", said.created_at)
    yield _text("xmp:CreatorTool", said.tool)
    yield _text("Iptc4xmpExt:AISystemUsed", said.system)
    yield _text("Iptc4xmpExt:AISystemVersionUsed", said.system_version)
    yield _text("Iptc4xmpExt:AIPromptInformation", kept("prompt"))
    yield _text("Iptc4xmpExt:AIPromptWriterName", said.prompt_writer)
    if licence:
        terms = "" if "terms" in left_out else licence["statement"]
        yield from _rights(licence, terms)
    yield _text("plus:DataMining", NO_TRAINING)


def _rights(licence: dict[str, Any], terms: str) -> Iterable[str]:
    yield _text("xmpRights:Marked", "True")
    yield _text("xmpRights:WebStatement", licence["url"])
    yield _languages("xmpRights:UsageTerms", terms)
    name = _text("plus:LicensorName", licence["licensor_name"])
    url = _text("plus:LicensorURL", licence["licensor_url"])
    yield (
        f'<plus:Licensor><rdf:Seq><rdf:li rdf:parseType="Resource">{name}{url}</rdf:li></rdf:Seq>'
        "</plus:Licensor>"
    )
    yield _list("plus:LicensorTransactionID", "Bag", (licence["serial"],))


def clean(text: str) -> str:
    """Return a text as XML may hold it: escaped, without signs that no document may contain."""
    return escape(_UNPRINTABLE.sub("", text))


def _text(name: str, value: str) -> str:
    return f"<{name}>{clean(value)}</{name}>" if value else ""


def _languages(name: str, value: str) -> str:
    if not value:
        return ""
    return (
        f'<{name}><rdf:Alt><rdf:li xml:lang="x-default">{clean(value)}</rdf:li></rdf:Alt></{name}>'
    )


def _list(name: str, kind: str, values: Iterable[str]) -> str:
    entries = "".join(f"<rdf:li>{clean(value)}</rdf:li>" for value in values if value)
    return f"<{name}><rdf:{kind}>{entries}</rdf:{kind}></{name}>" if entries else ""
