"""Notes each change of a watched row: which fields, from what, to what."""

from functools import partial
from typing import Any

from django.apps import apps
from django.db.models import Field, Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save

from genart.audit.watched import WATCHED, Watched
from genart.lib.audit import HIDDEN, note

BEFORE = "_audit_before"
UNTOLD = {"VectorField", "BinaryField", "BitField"}
"""Types of fields that say nothing to a reader."""
LONG = 2_000


def watch_all() -> None:
    """Connect every row of `WATCHED`; called once, when the apps are ready."""
    for label, watched in WATCHED.items():
        model = apps.get_model(label)
        uid = f"audit.{label}"
        keep: dict[str, Any] = {"sender": model, "weak": False, "dispatch_uid": uid}
        pre_save.connect(partial(_remember, watched), **keep)
        post_save.connect(partial(_saved, watched), **keep)
        post_delete.connect(partial(_deleted, watched), **keep)
        for name in watched.lists:
            through = getattr(model, name).through
            m2m_changed.connect(
                partial(_list_changed, watched, name), sender=through, weak=False, dispatch_uid=uid
            )


def told(watched: Watched, model: type[Model]) -> list[Field]:
    """Return the fields that the log tells of."""
    return [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key
        and field.name not in watched.left_out
        and field.get_internal_type() not in UNTOLD
    ]


def _remember(watched: Watched, instance: Model, raw: bool, **kwargs: Any) -> None:
    """Keep what the row says now, for `_saved` to compare."""
    fields = _touched(watched, instance, kwargs.get("update_fields"))
    if raw or not fields or instance._state.adding:
        return
    manager = type(instance)._base_manager
    names = [field.attname for field in fields]
    setattr(instance, BEFORE, manager.filter(pk=instance.pk).values(*names).first())


def _saved(watched: Watched, instance: Model, created: bool, raw: bool, **kwargs: Any) -> None:
    """Note a new row, or what changed of an old one."""
    before = instance.__dict__.pop(BEFORE, None)
    if raw or (before is None and not created):
        return
    after = _values(instance, _touched(watched, instance, kwargs.get("update_fields")))
    changed = {
        name: value for name, value in after.items() if created or _plain(before[name]) != value
    }
    if not changed:
        return
    note(
        verb=f"{watched.noun}.{'added' if created else 'changed'}",
        subject=instance,
        before={} if created else _masked(watched, {name: before[name] for name in changed}),
        after=_masked(watched, changed),
    )


def _deleted(watched: Watched, instance: Model, **kwargs: Any) -> None:
    """Note what a removed row said."""
    before = _masked(watched, _values(instance, told(watched, type(instance))))
    note(verb=f"{watched.noun}.removed", subject=instance, before=before)


def _list_changed(
    watched: Watched, name: str, instance: Any, action: str, reverse: bool, **kwargs: Any
) -> None:
    """Note what joined or left a list of a row; from the other side as well."""
    if action not in ("post_add", "post_remove", "pre_clear"):
        return
    if action == "pre_clear":
        members = [] if reverse else getattr(instance, name).values_list("pk", flat=True)
        keys: list[Any] = sorted(members)
    else:
        keys = sorted(kwargs.get("pk_set") or ())
    if not keys:
        return
    names = _names(kwargs["model"], keys)
    side = "after" if action == "post_add" else "before"
    told_as = f"{name} (as members)" if reverse else name
    note(verb=f"{watched.noun}.{name}", subject=instance, **{side: {told_as: names}})


def _names(model: type[Model], keys: list[Any]) -> list[str]:
    """Return how the log calls the members of a list: people by their keys."""
    if model._meta.app_label == "accounts":
        return [str(key) for key in keys]
    return [str(row) for row in model._base_manager.filter(pk__in=keys).order_by("pk")]


def _touched(watched: Watched, instance: Model, names: Any) -> list[Field]:
    """Return the fields that a save writes and the log tells of."""
    fields = told(watched, type(instance))
    if names is None:
        return fields
    return [field for field in fields if field.name in names or field.attname in names]


def _values(instance: Model, fields: list[Field]) -> dict[str, Any]:
    """Return what an instance says, as the database would say it."""
    return {field.attname: _value(instance, field) for field in fields}


def _value(instance: Model, field: Field) -> Any:
    value = field.value_from_object(instance)
    if hasattr(value, "resolve_expression"):  # counted by the database
        value = (
            type(instance)._base_manager.values_list(field.attname, flat=True).get(pk=instance.pk)
        )
    return _plain(value if field.is_relation else field.to_python(value))


def _plain(value: Any) -> Any:
    """Return a value that JSON can hold and that equals itself later."""
    if isinstance(value, str) and len(value) > LONG:
        return value[:LONG] + "…"
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    return str(value)


def _masked(watched: Watched, values: dict[str, Any]) -> dict[str, Any]:
    """Return values with those hidden that the log must not hold."""
    return {
        name: HIDDEN if name in watched.masked and value else _plain(value)
        for name, value in values.items()
    }
