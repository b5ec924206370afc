"""Which migrations each release ended with. A new release adds an entry; nothing here is changed.

What a release no longer knows of may be dropped by the next one: its code ran without it.
"""

RELEASES: dict[str, dict[str, str]] = {
    "0.1": {
        "accounts": "0003_order_scopes",
        "genart": "0001_extensions",
        "generation": "0007_style_sketch",
        "curation": "0009_withdrawals",
        "catalog": "0015_demand",
    },
}
"""Release → app → its last migration; the newest release comes last."""


def last_release() -> tuple[str, dict[str, str]]:
    """Return the name of the newest release and where its migrations end."""
    name = list(RELEASES)[-1]
    return name, RELEASES[name]
