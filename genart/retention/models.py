"""What retention remembers: files that nobody names, and what was removed."""

from django.db import models


class Leftover(models.Model):
    """A stored file that no row names: noticed, after a grace period parked, then deleted.

    A parked file lies under `PARKED` in `originals` and is put back when a row names it after all.
    """

    PARKED = ".swept"

    storage = models.CharField(max_length=20, help_text="`originals` or `default`")
    name = models.CharField(max_length=300)
    size_bytes = models.PositiveBigIntegerField(default=0)
    noticed_at = models.DateTimeField()
    parked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["noticed_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["storage", "name"], name="leftover_once")]
        indexes = [models.Index(fields=["parked_at"], name="leftover_parked")]

    def __str__(self) -> str:
        return f"{self.storage} {self.name}"

    @property
    def parked_name(self) -> str:
        """Where it lies in `originals` while it is parked."""
        return f"{self.PARKED}/{self.storage}/{self.name}"


class Forgotten(models.Model):
    """That a rule removed something: how much, and up to which moment. Holds no word of it."""

    rule = models.CharField(max_length=40)
    rows = models.PositiveBigIntegerField(default=0)
    files = models.PositiveBigIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)
    before = models.DateTimeField(help_text="what is older was removed")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = "forgotten"

    def __str__(self) -> str:
        return f"{self.rule}, {self.at:%Y-%m-%d}: {self.rows} rows, {self.files} files"
