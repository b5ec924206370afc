"""Pages that moved, and pages that are gone for good.

`move_page` is called where an address changes; the middleware asks only where nothing was found.
Chains are shortened when they arise, so that one step leads to the page.
"""

from django.db import transaction

from catalog.models import Collection, Redirect
from genart.lib.errors import InvalidInput

LONGEST = 300


@transaction.atomic
def move_page(old: str, new: str) -> Redirect | None:
    """Lead an old path to a new one; with an empty new one, say that it is gone for good.

    What led to the old path leads to the new one at once. Safe to repeat; a page that moves back
    is itself again, and `None` is returned.

    Raises:
        InvalidInput: a path is none of this site, or too long; nothing was written.
    """
    old, new = _path(old, "old_path"), _path(new, "new_path") if new else ""
    Redirect.objects.filter(old_path=new).delete()  # a page stands there again
    if old == new:
        return None
    Redirect.objects.filter(new_path=old).update(new_path=new)
    row, _made = Redirect.objects.update_or_create(old_path=old, defaults={"new_path": new})
    return row


@transaction.atomic
def rename_collection(*, collection: Collection, slug: str) -> Collection:
    """Give a collection another address; the old one leads to it."""
    old = collection.get_absolute_url()
    collection.slug = slug
    collection.save(update_fields=["slug"])
    move_page(old, collection.get_absolute_url())
    return collection


def _path(text: str, where: str) -> str:
    path = text.strip()
    if not path.startswith("/") or path.startswith("//") or len(path) > LONGEST:
        raise InvalidInput(
            f"Write the path from the first /, at most {LONGEST} characters, without the host.",
            where=where,
        )
    return path
