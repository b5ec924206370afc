"""Which features can be switched; a flag that is asked for must stand here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Declaration:
    """A feature that can be switched.

    Attributes:
        sentence: what is gone where it is off, for whoever switches it.
        default: where nobody has changed it.
    """

    sentence: str
    default: bool = True


FLAGS = {
    "search-by-picture": Declaration(
        "Visitors may search with a picture of their own. Off: words and colours only, which "
        "spares the processor."
    ),
    "live-previews": Declaration(
        "A job's page shows pictures while they are made. Off: only when they are done, which "
        "makes rendering a little faster."
    ),
    "wishes": Declaration(
        "Whoever searches in vain may leave an address and is told when there is something. Off: "
        "nobody is asked, and those who asked already are still told."
    ),
}
