from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0018_log_words"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="language",
            field=models.CharField(
                db_default="en",
                default="en",
                help_text="of the pages it was made on, and of its mails",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="savedsearch",
            name="language",
            field=models.CharField(
                db_default="en",
                default="en",
                help_text="of the page it was saved on, and of its mails",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="wish",
            name="language",
            field=models.CharField(
                db_default="en",
                default="en",
                help_text="of the page it was asked on, and of its mails",
                max_length=8,
            ),
        ),
    ]
