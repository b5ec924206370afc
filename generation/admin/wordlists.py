"""Word lists in the admin: one word a line, nested lists written out beside it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from generation.models import WordList
from generation.wordlists import MOST_WORDS, flattened

SHOWN = 60


class WordsField(forms.Field):
    """Words, one a line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        """Return the words as lines."""
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        """Return the lines that hold something, each once."""
        lines = (line.strip() for line in str(value or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare words, not spelling."""
        return bool(initial != self.to_python(data))


class WordListForm(forms.ModelForm):
    """A word list that must have words, and must not contain itself."""

    words = WordsField(help_text="One a line. {citrus} takes the words of the list citrus.")

    class Meta:
        model = WordList
        fields = ["name", "slug", "words"]

    def clean(self) -> dict[str, Any]:
        """Write the list out with those that it names."""
        values = super().clean() or self.cleaned_data
        slug, words = values.get("slug") or self.instance.slug, values.get("words")
        if slug and words:
            others = WordList.objects.exclude(pk=self.instance.pk)
            lists = dict(others.values_list("slug", "words")) | {slug: words}
            try:
                flattened(slug, lists)
            except ValueError as error:
                self.add_error("words", str(error))
        return values


@admin.register(WordList)
class WordListAdmin(admin.ModelAdmin):
    form = WordListForm
    list_display = ["name", "braces", "size"]
    search_fields = ["name", "slug", "words"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["written_out"]

    def get_readonly_fields(self, request: HttpRequest, obj: WordList | None = None) -> list[str]:
        """Keep a slug: specs name it."""
        return ["slug", "written_out"] if obj else ["written_out"]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Make a slug of the name for a new list only."""
        return {} if obj else self.prepopulated_fields

    @admin.display(description="in a spec")
    def braces(self, row: WordList) -> str:
        return f"{{{row.slug}}}"

    @admin.display(description="words")
    def size(self, row: WordList) -> str:
        try:
            return str(len(self._flat(row)))
        except ValueError as error:
            return str(error)

    @admin.display(description="stands for")
    def written_out(self, row: WordList) -> SafeString | str:
        if not row.pk:
            return f"Shown once it is saved; at most {MOST_WORDS} words."
        try:
            words = self._flat(row)
        except ValueError as error:
            return str(error)
        more = f" and {len(words) - SHOWN} more" if len(words) > SHOWN else ""
        listed = format_html_join(", ", "{}", ((word,) for word in words[:SHOWN]))
        return format_html("{}{}", listed, more)

    def _flat(self, row: WordList) -> list[str]:
        """Return the words of a row with those of the lists that it names."""
        return flattened(row.slug, dict(WordList.objects.values_list("slug", "words")))
