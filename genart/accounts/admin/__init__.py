"""People, their tokens and their tries in the admin."""

from genart.accounts.admin import people, tokens, tries  # noqa: F401  (each registers its pages)
