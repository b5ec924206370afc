"""A wager against a promise: audits win for it what wrong approvals lose. Anytime-valid.

Under the promise (at most a share α of the approvals are wrong) the stake of 1 does not grow on
average, whatever is bet; by Ville's inequality it ever reaches 20 with probability 1/20 at most. So
the audits may be looked at after each of them, for ever, and 20 is an alarm. Several bets run
beside one another and share the stake, since how wrong the approvals are is not known before
(Waudby-Smith and Ramdas 2024).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

ALARM = 20.0
BETS = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5)
"""Parts of the largest bet that cannot lose everything, 1 / α."""


class Audit(NamedTuple):
    """One audited approval: whether it was wrong, and how likely it was to be audited."""

    wrong: bool
    propensity: float


def stake(audits: Sequence[Audit], *, target: float, propensity: float) -> float:
    """Return what the stake has become, 1 at first.

    An audit that was likelier than `propensity` counts in proportion less, so that every approval
    counts the same however the share of audits changed meanwhile.

    Args:
        audits: in the order in which they were drawn.
        target: α.
        propensity: the least with which approvals were drawn under the certificate.
    """
    if not audits:
        return 1.0
    wrong = np.array([audit.wrong for audit in audits], float)
    weight = np.minimum(1.0, propensity / np.array([audit.propensity for audit in audits]))
    bets = np.array(BETS)[:, None] / target
    growth = np.log1p(bets * weight * (wrong - target)).sum(axis=1)
    return float(np.exp(growth).mean())
