"""A gate's promise in words."""


def percent(share: float) -> str:
    """Return a share of 0 … 1 as people read it: `5 %`, `0.5 %`."""
    return f"{round(100 * share, 2):g} %"


def promise(target: float, confidence: float) -> str:
    """Return what a certificate says, as a clause."""
    return (
        f"with {percent(confidence)} confidence at most {percent(target)} of what it publishes "
        "would be refused by people"
    )
