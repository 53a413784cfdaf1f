"""The database itself refuses to change or drop what the journal says."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION journal_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        -- Only the relay's stamp may move, and only once; everything else must stay to the bit.
        IF to_jsonb(OLD)->'relayed_at' = 'null'::jsonb
           AND to_jsonb(NEW)->'relayed_at' <> 'null'::jsonb
           AND to_jsonb(NEW) - 'relayed_at' = to_jsonb(OLD) - 'relayed_at' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the journal is append-only: % of % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER journal_entry_append_only BEFORE UPDATE OR DELETE ON journal_entry
    FOR EACH ROW EXECUTE FUNCTION journal_entry_refuse();
CREATE TRIGGER journal_entry_keep BEFORE TRUNCATE ON journal_entry
    FOR EACH STATEMENT EXECUTE FUNCTION journal_entry_refuse();
CREATE TRIGGER journal_root_append_only BEFORE UPDATE OR DELETE ON journal_root
    FOR EACH ROW EXECUTE FUNCTION journal_entry_refuse();
CREATE TRIGGER journal_root_keep BEFORE TRUNCATE ON journal_root
    FOR EACH STATEMENT EXECUTE FUNCTION journal_entry_refuse();
"""

BACKWARD = """
DROP TRIGGER journal_root_keep ON journal_root;
DROP TRIGGER journal_root_append_only ON journal_root;
DROP TRIGGER journal_entry_keep ON journal_entry;
DROP TRIGGER journal_entry_append_only ON journal_entry;
DROP FUNCTION journal_entry_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
