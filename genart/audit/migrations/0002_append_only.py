"""Keep the audit log for ever: the database refuses to change or remove its rows.

A superuser may empty the table, which tests do between themselves.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION audit_keep_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' AND current_setting('is_superuser') = 'on' THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'Rows of % are kept for ever: add a further row instead.', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER keep_rows BEFORE UPDATE OR DELETE ON audit_auditentry
  FOR EACH ROW EXECUTE FUNCTION audit_keep_row();
CREATE TRIGGER keep_table BEFORE TRUNCATE ON audit_auditentry
  FOR EACH STATEMENT EXECUTE FUNCTION audit_keep_row();
"""
UNDO = "DROP FUNCTION audit_keep_row() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_log")]
    operations = [migrations.RunSQL(FORWARD, UNDO)]
