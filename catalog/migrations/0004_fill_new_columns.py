from django.db import migrations

FILL = """
UPDATE catalog_order SET
    secret = replace(gen_random_uuid()::text, '-', ''),
    subtotal_cents = total_cents, net_cents = total_cents,
    email = coalesce((SELECT email FROM accounts_user WHERE id = buyer_id), '');
UPDATE catalog_orderline SET list_cents = price_cents;
UPDATE catalog_grant SET serial = 'GA-' || upper(substr(replace(gen_random_uuid()::text, '-', ''), 1, 12));
UPDATE catalog_artwork SET
    size = CASE WHEN width_px * height_px < 1000000 THEN 'small'
                WHEN width_px * height_px <= 4000000 THEN 'medium' ELSE 'large' END,
    price_cents = coalesce((
        SELECT min(p.amount_cents) FROM catalog_price p JOIN catalog_licence l ON l.id = p.licence_id
        WHERE l.is_active AND p.tier = catalog_artwork.tier), 0);
"""


class Migration(migrations.Migration):
    """What rows of an earlier shop have in the new columns."""

    dependencies = [("catalog", "0003_the_whole_shop"), ("accounts", "0001_initial")]
    operations = [migrations.RunSQL(FILL, reverse_sql=migrations.RunSQL.noop)]
