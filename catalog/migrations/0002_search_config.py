from django.db import migrations

MAKE = """
CREATE TEXT SEARCH CONFIGURATION shop (COPY = english);
ALTER TEXT SEARCH CONFIGURATION shop
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
"""


class Migration(migrations.Migration):
    """The way the shop reads words: English stems, accents ignored."""

    dependencies = [("catalog", "0001_initial")]
    operations = [
        migrations.RunSQL(MAKE, reverse_sql="DROP TEXT SEARCH CONFIGURATION shop;"),
    ]
