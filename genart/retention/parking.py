"""Moves a stored file aside and back, whole, within one storage or between two.

On this machine's disk a file is renamed; elsewhere it is copied and then deleted.
"""

import shutil
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import Storage, storages


def move(source: tuple[str, str], target: tuple[str, str]) -> bool:
    """Move a file between storages; return whether it was there. What lies at the target goes.

    Args:
        source: storage and name.
        target: storage and name.
    """
    origin, name = storages[source[0]], source[1]
    if not origin.exists(name):
        return False
    try:
        _rename(origin, name, storages[target[0]], target[1])
    except FileNotFoundError:  # somebody else was quicker
        return False
    return True


def _rename(origin: Storage, name: str, goal: Storage, new_name: str) -> None:
    try:
        old, new = Path(origin.path(name)), Path(goal.path(new_name))
    except NotImplementedError:  # not on this machine
        _copy(origin, name, goal, new_name)
        return
    new.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(old, new)


def _copy(origin: Storage, name: str, goal: Storage, new_name: str) -> None:
    if goal.exists(new_name):
        goal.delete(new_name)
    with origin.open(name) as file:
        goal.save(new_name, File(file))
    origin.delete(name)
