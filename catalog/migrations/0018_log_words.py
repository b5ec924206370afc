from django.db import migrations

BEFORE = """
    WHERE (n.style_slug, n.color_names, n.orientation, n.size, n.tier, n.price_cents,
           n.collection_id, n.palette_name, n.category, n.published_at, n.withdrawn_at)
      IS DISTINCT FROM
          (o.style_slug, o.color_names, o.orientation, o.size, o.tier, o.price_cents,
           o.collection_id, o.palette_name, o.category, o.published_at, o.withdrawn_at);
"""
AFTER = """
    WHERE (n.style_slug, n.color_names, n.orientation, n.size, n.tier, n.price_cents,
           n.collection_id, n.palette_name, n.category, n.published_at, n.withdrawn_at,
           n.quality, n.search)
      IS DISTINCT FROM
          (o.style_slug, o.color_names, o.orientation, o.size, o.tier, o.price_cents,
           o.collection_id, o.palette_name, o.category, o.published_at, o.withdrawn_at,
           o.quality, o.search);
"""
FUNCTION = """
CREATE OR REPLACE FUNCTION catalog_shelve_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE catalog_shelfentry e SET quality = n.quality, words = coalesce(n.search, ''::tsvector)
    FROM new_rows n JOIN old_rows o ON o.id = n.id
    WHERE e.artwork_id = n.id
      AND (n.quality IS DISTINCT FROM o.quality OR n.search IS DISTINCT FROM o.search);
    INSERT INTO catalog_facetchange (ordinal)
    SELECT e.ordinal
    FROM new_rows n JOIN old_rows o ON o.id = n.id JOIN catalog_shelfentry e ON e.artwork_id = n.id
    {condition}
    RETURN NULL;
END $$;
"""
STORAGE = """
-- In the row: what is out of line costs a second look-up. Numbers are too long for that.
ALTER TABLE catalog_shelfword ALTER COLUMN works SET STORAGE MAIN;
ALTER TABLE catalog_shelfword ALTER COLUMN titled SET STORAGE MAIN;
ALTER TABLE catalog_shelfnumbers ALTER COLUMN packed SET STORAGE EXTERNAL;
"""


class Migration(migrations.Migration):
    """A work whose words or quality change is logged, too: both are written down by `fold`."""

    dependencies = [("catalog", "0017_words_and_numbers")]
    operations = [
        migrations.RunSQL(
            FUNCTION.replace("{condition}", AFTER.strip()),
            reverse_sql=FUNCTION.replace("{condition}", BEFORE.strip()),
        ),
        migrations.RunSQL(STORAGE, reverse_sql=migrations.RunSQL.noop),
    ]
