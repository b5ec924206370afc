"""Lets a new factory's gate publish by itself, if the founding labels show that it may.

The labels must hold for what is installed: same CLIP, measures, checks, checkpoint and rules. The
first part teaches the brand's first taste, the second part certifies; which is which was settled by
the draw. Where anything does not fit, or nothing can be certified, the gate learns from people,
and an event says why. What an installation has learnt by itself is never touched.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from django.db import transaction

from curation.autonomy import change, locked_gate
from curation.campaigns import versions_of
from curation.certifying.promise import percent
from curation.certifying.sequence import Outcome, certify
from curation.certifying.versions import changes
from curation.founding.labels import FILE, Founding, read
from curation.gate import parse_rules, weakest_margin
from curation.models import Brand, Decision, Gate, GateEvent, Head
from curation.scorers import SCORERS
from genart.lib.errors import Unavailable
from generation.models import Tier

if TYPE_CHECKING:
    from curation.taste.fit import Fitted

TAUGHT = 0.4
"""The first part, by which the taste is learnt; the rest certifies."""


@transaction.atomic
def load(brand: Brand, path: Path | None = None) -> Gate | None:
    """Certify a new brand's commodity gate by the founding labels; return the gate if it was tried.

    Safe to repeat and beside itself: whatever has an event, a head or a person's decision stays.
    """
    gate = brand.gates.filter(tier=Tier.COMMODITY, style=None, is_active=True).first()
    if gate is None:
        return None
    gate = locked_gate(gate.pk)
    founding = read(path or FILE)
    if founding is None or not _is_new(gate):
        return None
    try:
        differences = changes(founding.versions, versions_of(gate, None))
    except Unavailable:  # the CLIP is not complete: the next start tries again
        return None
    if differences:
        reason = f"The founding labels are for other versions. Changed: {'; '.join(differences)}."
        change(gate, gate.autonomy, reason, evidence={"founding": founding.note})
        return gate
    _found(gate, founding)
    return gate


def _is_new(gate: Gate) -> bool:
    """Return whether an installation has learnt nothing yet by itself."""
    return not (
        GateEvent.objects.filter(gate=gate).exists()
        or gate.autonomy != Gate.Autonomy.LEARNING
        or Head.objects.filter(brand=gate.brand_id).exists()
        or Decision.objects.filter(candidate__brand=gate.brand_id, user__isnull=False).exists()
    )


def _found(gate: Gate, founding: Founding) -> None:
    """Learn, test, and write what comes of it: event, head and certificate."""
    from curation.services.certifying import issue

    first = round(TAUGHT * len(founding))
    taught, tested = np.arange(first), np.arange(first, len(founding))
    fitted = _learnt(founding, taught)
    values = _ranked(gate, founding, fitted)
    counted = tested[founding.passes[tested]]
    outcome = certify(
        values[taught[founding.passes[taught]]],
        values[counted],
        founding.accepted[counted],
        target=gate.target,
        confidence=gate.confidence,
    )
    evidence = {"founding": founding.note, "labels": len(counted), "taught": first}
    reason = _said(gate, outcome)
    if outcome.step is None:
        change(gate, gate.autonomy, reason, evidence=evidence)
        return
    change(gate, Gate.Autonomy.CERTIFIED, reason, evidence=evidence)
    head = _write_head(gate.brand, founding, fitted) if fitted else None
    share = outcome.step.share * float(founding.passes.mean())
    makers = list(founding.versions["makers"])
    issue(gate, outcome, values=values[counted].tolist(), head=head, makers=makers, share=share)


def _said(gate: Gate, outcome: Outcome) -> str:
    step = outcome.step
    if step is None:
        return (
            f"The {outcome.labels} founding labels show no threshold that holds "
            f"{percent(gate.target)}: the gate learns from people."
        )
    return (
        f"Certified by the {outcome.labels} founding labels of the project's makers: "
        f"{step.failures} of {step.accepted} above the threshold were refused."
    )


def _learnt(founding: Founding, taught: np.ndarray) -> "Fitted | None":
    """Return the taste that one part of the labels teaches, unless it tells nothing."""
    from curation.services.tasting import LEAST, USEFUL
    from curation.taste.fit import fit

    labels = founding.accepted[taught]
    if min(labels.sum(), (~labels).sum()) < LEAST:
        return None
    fitted = fit(founding.rows[taught], labels.astype(float), names=founding.names)
    return fitted if fitted.report["auc"] >= USEFUL else None


def _ranked(gate: Gate, founding: Founding, fitted: "Fitted | None") -> np.ndarray:
    """Return the ranking values of all pictures."""
    if fitted is not None:
        return np.asarray(fitted.predict(founding.rows))
    rules = parse_rules(gate.rules, SCORERS)
    return np.array([weakest_margin(scores, rules) for scores in founding.scores])


def _write_head(brand: Brand, founding: Founding, fitted: "Fitted") -> Head:
    """Write the brand's first head; it judges at once."""
    from curation.services.tasting import strongest
    from genart.ml.weights import clip_folder

    return Head.objects.create(
        brand=brand,
        version=1,
        is_active=True,
        encoder=clip_folder().encoder,
        features=list(founding.names),
        weights=fitted.to_json(),
        labels=round(TAUGHT * len(founding)),
        auc=fitted.report["auc"],
        brier=fitted.report["brier"],
        report=fitted.report | {"strongest": strongest(fitted)},
        note="Learnt from the founding labels of the project's makers.",
    )
