"""Keep decisions, gates' events and given answers for ever: the database refuses to change them.

A superuser may empty the tables, which tests do between themselves; whoever may do that may also
drop the triggers, so nothing is given away.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION curation_keep_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' AND current_setting('is_superuser') = 'on' THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'Rows of % are kept for ever: add a further row instead.', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION curation_keep_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' AND current_setting('is_superuser') = 'on' THEN
    RETURN NULL;
  END IF;
  IF TG_OP = 'DELETE' AND OLD.verdict = '' THEN
    RETURN OLD;
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF OLD.verdict = '' THEN
      RETURN NEW;
    END IF;
    -- An answer takes effect once, or is taken back before it does.
    IF OLD.state = 'done' AND OLD.noted_at IS NULL AND NEW.state IN ('done', 'void')
       AND to_jsonb(NEW) - 'state' - 'noted_at' = to_jsonb(OLD) - 'state' - 'noted_at' THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'Answers of % are kept for ever.', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;
"""
TABLES = {
    "curation_decision": "curation_keep_row",
    "curation_gateevent": "curation_keep_row",
    "curation_assignment": "curation_keep_answer",
}
TRIGGERS = "".join(
    f"""
CREATE TRIGGER keep_rows BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION {function}();
CREATE TRIGGER keep_table BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION {function}();
"""
    for table, function in TABLES.items()
)
UNDO = "DROP FUNCTION curation_keep_row() CASCADE; DROP FUNCTION curation_keep_answer() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("curation", "0004_queue")]
    operations = [migrations.RunSQL(FUNCTIONS + TRIGGERS, UNDO)]
