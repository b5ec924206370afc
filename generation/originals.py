"""Where the files of a render lie in the storage `originals`, and how they get there."""

from uuid import UUID

from django.core.files.storage import storages

from genart.lib.files import put_whole


def file_stem(render_id: UUID) -> str:
    """Return where a render's files lie, without the ending."""
    return f"renders/{str(render_id)[:2]}/{render_id}"


def store(name: str, content: bytes) -> str:
    """Write a file whole in the place of an older one; return its name."""
    put_whole(storages["originals"], name, content)
    return name


def read(name: str) -> bytes:
    """Return the content of a file."""
    with storages["originals"].open(name) as file:
        return file.read()  # type: ignore[no-any-return]


def remove(name: str) -> None:
    """Delete a file if it is there."""
    originals = storages["originals"]
    if originals.exists(name):
        originals.delete(name)
