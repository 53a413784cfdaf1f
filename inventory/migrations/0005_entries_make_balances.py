"""The database adds each entry to its fund, and lets nobody change an entry or a balance."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION inventory_fund_entry_applies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE inventory_fund SET balance = balance + NEW.change
        WHERE id = NEW.fund_id RETURNING balance INTO NEW.after;
    RETURN NEW;
END $$;
CREATE TRIGGER inventory_fund_entry_applies BEFORE INSERT ON inventory_fundentry
    FOR EACH ROW EXECUTE FUNCTION inventory_fund_entry_applies();
CREATE TRIGGER inventory_fund_entry_append_only BEFORE UPDATE OR DELETE ON inventory_fundentry
    FOR EACH ROW EXECUTE FUNCTION inventory_refuse();
CREATE TRIGGER inventory_fund_entry_keep BEFORE TRUNCATE ON inventory_fundentry
    FOR EACH STATEMENT EXECUTE FUNCTION inventory_refuse();
CREATE TRIGGER inventory_fund_by_entries BEFORE UPDATE OF balance ON inventory_fund
    FOR EACH ROW WHEN (pg_trigger_depth() < 1 AND OLD.balance IS DISTINCT FROM NEW.balance)
    EXECUTE FUNCTION inventory_refuse();
"""

BACKWARD = """
DROP TRIGGER inventory_fund_by_entries ON inventory_fund;
DROP TRIGGER inventory_fund_entry_keep ON inventory_fundentry;
DROP TRIGGER inventory_fund_entry_append_only ON inventory_fundentry;
DROP TRIGGER inventory_fund_entry_applies ON inventory_fundentry;
DROP FUNCTION inventory_fund_entry_applies();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0004_fund_and_suppliers")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
