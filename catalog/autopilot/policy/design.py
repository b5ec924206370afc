"""What arms share: one-hot columns for each attribute's value and for each pair of values.

For: pooling (`pooling.py`); an arm nobody made yet is judged by what it shares with others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from scipy.sparse import csr_matrix

from catalog.autopilot.policy.ledger import Floats, Ints, summed
from catalog.autopilot.types import Arm

ATTRIBUTES = 4


@dataclass(frozen=True)
class Design:
    """One-hot columns in groups: the intercept, four attributes, six pairs of attributes.

    Attributes:
        codes: shape `(arms, 4)`, the number of each attribute's value.
        columns: shape `(arms, groups)`, each arm's column in each group.
        group_of: shape `(columns,)`, the group that a column belongs to; 0 is the intercept.
    """

    codes: Ints
    columns: Ints
    group_of: Ints

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.group_of)

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return self.columns.shape[1]

    @cached_property
    def matrix(self) -> csr_matrix:
        """The columns as a sparse matrix of ones, shape `(arms, columns)`."""
        rows, groups = self.columns.shape
        places = np.arange(rows + 1) * groups
        ones = np.ones(rows * groups)
        return csr_matrix((ones, self.columns.ravel(), places), shape=(rows, self.width))

    @cached_property
    def _cells(self) -> Ints:
        cells = self.columns[:, :, None] * self.width + self.columns[:, None, :]
        return np.ascontiguousarray(cells.reshape(len(self.columns), -1))

    def gram(self, weights: Floats, rows: Ints) -> Floats:
        """Return `X' W X` over some arms, shape `(columns, columns)`."""
        cells = self._cells[rows]
        spread = np.repeat(weights, cells.shape[1])
        total = summed(cells.ravel(), spread, self.width**2)
        return total.reshape(self.width, self.width)

    def sums(self, values: Floats, rows: Ints) -> Floats:
        """Return `X' v` over some arms, shape `(columns,)`."""
        columns = self.columns[rows]
        spread = np.repeat(values, columns.shape[1])
        return summed(columns.ravel(), spread, self.width)

    def apply(self, effects: Floats) -> Floats:
        """Return `X b`, shape `(arms,)` or `(arms, draws)`."""
        return self.matrix @ effects


def design_of(arms: Sequence[Arm]) -> Design:
    """Return the columns of some arms."""
    codes = np.stack([_numbered([arm.attributes[n][1] for arm in arms]) for n in range(ATTRIBUTES)])
    kinds = [np.zeros(len(arms), np.int64), *codes]
    for one, other in combinations(range(ATTRIBUTES), 2):
        kinds.append(_compact(codes[one] * (codes[other].max(initial=0) + 1) + codes[other]))
    columns, group_of, width = [], [], 0
    for group, kind in enumerate(kinds):
        size = int(kind.max(initial=-1)) + 1
        columns.append(kind + width)
        group_of += [group] * size
        width += size
    return Design(codes.T.copy(), np.stack(columns, axis=1), np.array(group_of, dtype=np.int64))


def _numbered(words: Sequence[str]) -> Ints:
    place = {word: number for number, word in enumerate(sorted(set(words)))}
    return np.array([place[word] for word in words], dtype=np.int64)


def _compact(codes: Ints) -> Ints:
    return np.unique(codes, return_inverse=True)[1].astype(np.int64)
