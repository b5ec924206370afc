"""Signed files: records, to look at; works can be signed anew."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from catalog.models import SignedFile
from genart.lib.records import ReadOnlyAdmin


@admin.register(SignedFile)
class SignedFileAdmin(ReadOnlyAdmin):
    list_display = ["name", "kind", "artwork", "signer", "number", "signed_at"]
    list_filter = ["kind", "signer"]
    list_select_related = ["artwork"]
    search_fields = ["name", "sha256", "manifest_label", "artwork__title"]
    date_hierarchy = "signed_at"
    actions = ["sign_anew"]

    @admin.display(description="invisible number")
    def number(self, file: SignedFile) -> str:
        mark = file.facts.get("mark")
        return f"{mark['number']} ({mark['psnr_db']} dB)" if mark else "–"

    @admin.action(description="Sign the works of these files anew")
    def sign_anew(self, request: HttpRequest, files: QuerySet[SignedFile]) -> None:
        """Have the works' files signed again, for another certificate."""
        from catalog.tasks_provenance import seal_anew
        from genart.lib.queue import ring

        works = set(files.values_list("artwork_id", flat=True))
        for pk in works:
            ring(seal_anew, str(pk))
        self.message_user(request, f"{len(works)} works will be signed anew.", messages.SUCCESS)
