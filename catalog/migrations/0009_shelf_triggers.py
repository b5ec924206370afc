from django.db import migrations

MAKE = """
-- In the row, packed where that helps: a bit string out of line costs a second look-up.
ALTER TABLE catalog_facetbits ALTER COLUMN bits SET STORAGE MAIN;

CREATE FUNCTION catalog_shelve_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO catalog_shelfentry (artwork_id, quality, words)
    SELECT id, quality, coalesce(search, ''::tsvector) FROM new_rows ORDER BY published_at;
    INSERT INTO catalog_facetchange (ordinal)
    SELECT e.ordinal FROM new_rows n JOIN catalog_shelfentry e ON e.artwork_id = n.id;
    RETURN NULL;
END $$;

CREATE FUNCTION catalog_shelve_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE catalog_shelfentry e SET quality = n.quality, words = coalesce(n.search, ''::tsvector)
    FROM new_rows n JOIN old_rows o ON o.id = n.id
    WHERE e.artwork_id = n.id
      AND (n.quality IS DISTINCT FROM o.quality OR n.search IS DISTINCT FROM o.search);
    INSERT INTO catalog_facetchange (ordinal)
    SELECT e.ordinal
    FROM new_rows n JOIN old_rows o ON o.id = n.id JOIN catalog_shelfentry e ON e.artwork_id = n.id
    WHERE (n.style_slug, n.color_names, n.orientation, n.size, n.tier, n.price_cents,
           n.collection_id, n.palette_name, n.category, n.published_at, n.withdrawn_at)
      IS DISTINCT FROM
          (o.style_slug, o.color_names, o.orientation, o.size, o.tier, o.price_cents,
           o.collection_id, o.palette_name, o.category, o.published_at, o.withdrawn_at);
    RETURN NULL;
END $$;

CREATE FUNCTION catalog_shelve_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO catalog_facetchange (ordinal) SELECT ordinal FROM old_rows;
    RETURN NULL;
END $$;

CREATE FUNCTION catalog_undiscovered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT 4 * a.quality - ln(1 + NEW.views)
        - extract(epoch FROM a.published_at - '2020-01-01 00:00+00') / 2592000
    INTO NEW.undiscovered FROM catalog_artwork a WHERE a.id = NEW.artwork_id;
    NEW.undiscovered = coalesce(NEW.undiscovered, 0);
    RETURN NEW;
END $$;

CREATE TRIGGER shelve_new AFTER INSERT ON catalog_artwork
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION catalog_shelve_new();
CREATE TRIGGER shelve_changed AFTER UPDATE ON catalog_artwork
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION catalog_shelve_changed();
CREATE TRIGGER shelve_gone AFTER DELETE ON catalog_shelfentry
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION catalog_shelve_gone();
CREATE TRIGGER undiscovered BEFORE INSERT OR UPDATE OF views ON catalog_artworkstats
    FOR EACH ROW EXECUTE FUNCTION catalog_undiscovered();

INSERT INTO catalog_shelfentry (artwork_id, quality, words)
SELECT id, quality, coalesce(search, ''::tsvector) FROM catalog_artwork ORDER BY published_at, id;
INSERT INTO catalog_facetchange (ordinal) SELECT ordinal FROM catalog_shelfentry;
UPDATE catalog_artworkstats SET views = views;
"""

DROP = """
DROP TRIGGER undiscovered ON catalog_artworkstats;
DROP TRIGGER shelve_gone ON catalog_shelfentry;
DROP TRIGGER shelve_changed ON catalog_artwork;
DROP TRIGGER shelve_new ON catalog_artwork;
DROP FUNCTION catalog_undiscovered, catalog_shelve_gone, catalog_shelve_changed,
    catalog_shelve_new;
TRUNCATE catalog_shelfentry, catalog_facetchange, catalog_facetbits;
"""


class Migration(migrations.Migration):
    """Whoever writes an artwork, its line in the index follows in the same transaction."""

    dependencies = [("catalog", "0008_shelf_index")]
    operations = [migrations.RunSQL(MAKE, reverse_sql=DROP)]
