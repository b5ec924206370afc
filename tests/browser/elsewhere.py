"""Call the application from a browser test: in its own thread runs the loop of the browser."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection


def elsewhere(work: Callable[..., Any], **kwargs: Any) -> Any:
    """Do something in another thread and return what it returns."""

    def run() -> Any:
        try:
            return work(**kwargs)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()
