"""The rows whose changes are noted, whoever makes them and however: form, API, command.

A change that no row's `save` or `delete` makes (a bulk update) is noted by its verb.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Watched:
    """A kind of row.

    Attributes:
        noun: how the log calls it: `price` gives `price.changed`.
        masked: fields of which only that they changed is told.
        left_out: fields that the factory changes by itself.
        lists: many-to-many fields.
    """

    noun: str
    masked: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()


PERSONAL = ("username", "email", "first_name", "last_name", "password")
WATCHED = {
    "accounts.User": Watched(
        "person",
        masked=PERSONAL,
        left_out=("last_login", "date_joined"),
        lists=("groups", "user_permissions"),
    ),
    "accounts.ApiToken": Watched("token", left_out=("sha256", "last_used_at", "created_at")),
    "auth.Group": Watched("role", lists=("permissions",)),
    "generation.Style": Watched("style", left_out=("created_at",)),
    "generation.StyleVersion": Watched("style_version", left_out=("created_at",)),
    "generation.Palette": Watched("palette"),
    "generation.Checkpoint": Watched(
        "checkpoint", left_out=("tensor_sha256", "size_bytes", "state_note", "created_at")
    ),
    "generation.Adapter": Watched("adapter", left_out=("tensor_sha256", "size_bytes")),
    "generation.Provider": Watched(
        "provider",
        left_out=("failures", "closed_until", "probe_until", "latency_seconds", "last_error",
                  "created_at"),
    ),
    "generation.Offer": Watched("offer"),
    "curation.Gate": Watched("gate", left_out=("created_at",)),
    "curation.GateEvent": Watched("gate_event", left_out=("evidence", "happened_at")),
    "curation.Brand": Watched("brand"),
    "curation.Criterion": Watched("criterion", left_out=("calibration", "created_at")),
    "curation.RightsClaim": Watched(
        "claim", masked=("claimant", "reason"), left_out=("report", "created_at")
    ),
    "curation.ScreenTerm": Watched("screen_term"),
    "catalog.Licence": Watched("licence"),
    "catalog.Price": Watched("price"),
    "catalog.PriceRule": Watched("price_rule"),
    "catalog.Promotion": Watched("promotion"),
    "catalog.CreditPack": Watched("credit_pack"),
    "catalog.Collection": Watched("collection", left_out=("created_at",)),
    "catalog.Refund": Watched("refund", left_out=("created_at",)),
    "catalog.AutopilotRules": Watched("autopilot_rules", left_out=("created_at",)),
}  # fmt: skip
"""Label of a kind of row → how its changes are noted."""
