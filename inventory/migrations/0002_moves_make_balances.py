"""The database adds each move to its balance, and refuses to change either by any other way."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION inventory_move_applies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The verb holds the item's row, so nobody else makes the same balance meanwhile. An UPDATE
    -- first: the check would judge the row that an upsert proposes by the change alone.
    UPDATE inventory_balance SET quantity = quantity + NEW.change
        WHERE item_id = NEW.item_id AND place_id = NEW.place_id
          AND batch_id IS NOT DISTINCT FROM NEW.batch_id
        RETURNING quantity INTO NEW.after;
    IF NOT FOUND THEN
        INSERT INTO inventory_balance (item_id, place_id, batch_id, quantity)
            VALUES (NEW.item_id, NEW.place_id, NEW.batch_id, NEW.change)
            RETURNING quantity INTO NEW.after;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inventory_move_applies BEFORE INSERT ON inventory_move
    FOR EACH ROW EXECUTE FUNCTION inventory_move_applies();

CREATE FUNCTION inventory_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'stock is changed by moves only: % of % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER inventory_move_append_only BEFORE UPDATE OR DELETE ON inventory_move
    FOR EACH ROW EXECUTE FUNCTION inventory_refuse();
CREATE TRIGGER inventory_move_keep BEFORE TRUNCATE ON inventory_move
    FOR EACH STATEMENT EXECUTE FUNCTION inventory_refuse();
-- Within the trigger of a move the depth, asked before this one fires, is one.
CREATE TRIGGER inventory_balance_by_moves BEFORE INSERT OR UPDATE OR DELETE ON inventory_balance
    FOR EACH ROW WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION inventory_refuse();
CREATE TRIGGER inventory_balance_keep BEFORE TRUNCATE ON inventory_balance
    FOR EACH STATEMENT EXECUTE FUNCTION inventory_refuse();
"""

BACKWARD = """
DROP TRIGGER inventory_balance_keep ON inventory_balance;
DROP TRIGGER inventory_balance_by_moves ON inventory_balance;
DROP TRIGGER inventory_move_keep ON inventory_move;
DROP TRIGGER inventory_move_append_only ON inventory_move;
DROP TRIGGER inventory_move_applies ON inventory_move;
DROP FUNCTION inventory_refuse();
DROP FUNCTION inventory_move_applies();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
