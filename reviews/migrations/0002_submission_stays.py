"""A submitted report stays as it was: the database refuses to change or delete it."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION reviews_submission_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A submitted report cannot be deleted.';
    END IF;
    IF (OLD.review_id, OLD.ordinal, OLD.content, OLD.hash, OLD.by_id, OLD.at)
        IS DISTINCT FROM (NEW.review_id, NEW.ordinal, NEW.content, NEW.hash, NEW.by_id, NEW.at)
    THEN
        RAISE EXCEPTION 'A submitted report cannot be changed.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reviews_submission_stays BEFORE UPDATE OR DELETE ON reviews_submission
    FOR EACH ROW EXECUTE FUNCTION reviews_submission_stays();
"""

BACKWARD = """
DROP TRIGGER reviews_submission_stays ON reviews_submission;
DROP FUNCTION reviews_submission_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
