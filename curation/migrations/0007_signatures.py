import django.db.models.deletion
import pgvector.django
from django.db import migrations, models


class Migration(migrations.Migration):
    """Signatures in another form; those of known pictures are made anew by `sign_missing`."""

    dependencies = [("curation", "0006_measuring")]

    operations = [
        migrations.DeleteModel(name="Signature"),
        migrations.CreateModel(
            name="Signature",
            fields=[
                (
                    "candidate",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="signature",
                        serialize=False,
                        to="curation.candidate",
                    ),
                ),
                ("method", models.CharField(max_length=20)),
                ("key", pgvector.django.VectorField(dimensions=64)),
                ("thumb", models.BinaryField(help_text="48 × 48 OKLab colours")),
            ],
            options={
                "indexes": [
                    pgvector.django.HnswIndex(
                        ef_construction=64,
                        fields=["key"],
                        m=16,
                        name="signature_by_key",
                        opclasses=["vector_l2_ops"],
                    )
                ],
            },
        ),
        migrations.RemoveField(model_name="protectedwork", name="signature"),
        migrations.AddField(
            model_name="protectedwork",
            name="key",
            field=pgvector.django.VectorField(dimensions=64, default=[0.0] * 64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="protectedwork",
            name="thumb",
            field=models.BinaryField(default=b"", help_text="48 × 48 OKLab colours"),
            preserve_default=False,
        ),
    ]
