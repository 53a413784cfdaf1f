"""A submitted report and its files are not emptied out at once either, as the journal is not."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION reviews_report_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Submitted reports are kept: % of % refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER reviews_submission_keep BEFORE TRUNCATE ON reviews_submission
    FOR EACH STATEMENT EXECUTE FUNCTION reviews_report_kept();
CREATE TRIGGER reviews_reportfile_keep BEFORE TRUNCATE ON reviews_reportfile
    FOR EACH STATEMENT EXECUTE FUNCTION reviews_report_kept();
"""

BACKWARD = """
DROP TRIGGER reviews_reportfile_keep ON reviews_reportfile;
DROP TRIGGER reviews_submission_keep ON reviews_submission;
DROP FUNCTION reviews_report_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0008_report_files")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
