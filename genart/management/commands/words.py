"""`manage.py words`: bring the words of every language up to date, and compile them."""

from typing import Any

from django.core.management.base import BaseCommand

from genart import word_files, words


class Command(BaseCommand):
    """Collect, write, compile, and say what is still to be translated."""

    help = "Collect the words that buyers read into genart/locale/ and compile them."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it for every language but English."""
        found = words.messages()
        for language in word_files.others():
            catalog = word_files.renew(language, found)
            place = word_files.place_of(language)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(word_files.written(catalog))
            word_files.place_of(language, "mo").write_bytes(word_files.compiled(language))
            open_ones = [
                message for message in catalog if message.id and not any(message.string or "")
            ]
            self.stdout.write(f"{language}: {len(catalog)} messages, {len(open_ones)} untranslated")
            for message in open_ones[:20]:
                self.stdout.write(f"  {message.id}")
