"""What a rule gets to see, and what it says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.migrations import Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState

from genart.migrations_lint.tables import LARGE


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that somebody would notice.

    Attributes:
        rule: its name.
        migration: app and name.
        sentence: what happens, and what to do instead.
    """

    rule: str
    migration: tuple[str, str]
    sentence: str

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.migration[0]} {self.migration[1]}: {self.rule}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Sight:
    """One operation with what stands before it.

    Attributes:
        app: label of its app.
        migration: to which it belongs.
        operation: Django's.
        before: the models before it.
        released: the models of the newest release, which works on meanwhile.
        after: the models when all migrations that are not released ran.
    """

    app: str
    migration: Migration
    operation: Operation
    before: ProjectState
    released: ProjectState
    after: ProjectState

    def is_live(self, model: str) -> bool:
        """Tell whether the newest release knows a table, so that it has rows and readers."""
        return (self.app, model.lower()) in self.released.models

    def is_large(self, model: str) -> bool:
        """Tell whether a table is live and large."""
        return self.is_live(model) and f"{self.app}.{model.lower()}" in LARGE

    def model(self, name: str) -> ModelState:
        """Return a model as it stands before the operation."""
        return self.before.models[self.app, name.lower()]

    def field(self, model: str, name: str) -> Any:
        """Return a field as it stands before the operation, bound to its model."""
        return self.before.apps.get_model(self.app, model)._meta.get_field(name)


Rule = Callable[[Sight], Iterator[tuple[str, str]]]
"""Yields the name of a rule and a sentence."""
