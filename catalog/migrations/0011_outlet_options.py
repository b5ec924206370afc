from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0010_corrections_and_names"),
    ]

    operations = [
        migrations.AddField(
            model_name="outletexport",
            name="options",
            field=models.JSONField(
                blank=True, default=dict, help_text="how it is made: `upscale`"
            ),
        ),
        migrations.AddField(
            model_name="outletitem",
            name="file",
            field=models.CharField(
                blank=True, default="", help_text="name in `originals`", max_length=200
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="outletitem",
            name="look",
            field=models.CharField(
                blank=True,
                default="",
                help_text="256 bits of how it looks, as `look_of` says",
                max_length=64,
            ),
            preserve_default=False,
        ),
    ]
