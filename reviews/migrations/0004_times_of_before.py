"""Incidents of the version before are measured. The text is a copy of that day's
`reviews.figures.keeping`, which may go on to measure otherwise; `manage.py measure_all` follows it.
"""

from django.conf import settings
from django.db import migrations

STATEMENT = """
INSERT INTO reviews_incidenttimes (incident_id, reported_at, day, weekday, hour, in_office_hours, is_counted, level, fault_type, departments, services, relapses, acknowledge, acknowledge_target, confirm, confirm_target, command, command_target, first_notice, first_notice_target, restore, restore_target, measured_at)
SELECT
    i.id, i.reported_at, here.at::date, extract(isodow FROM here.at), extract(hour FROM here.at),
    COALESCE(holiday.is_working, extract(isodow FROM here.at) < 6)
        AND here.at::time >= %(opens)s AND here.at::time < %(closes)s,
    NOT i.state = ANY(%(uncounted)s), g.level, i.fault_type,
    COALESCE(
        NULLIF(ARRAY(SELECT a.department_id FROM incidents_incident_affected a
                     WHERE a.incident_id = i.id ORDER BY 1), '{}'),
        array_remove(ARRAY[i.department_id], NULL)),
    ARRAY(SELECT s.service_id FROM incidents_incident_services s
          WHERE s.incident_id = i.id ORDER BY 1),
    (SELECT count(*) FROM journal_entry e
     WHERE e.stream = 'incident:' || i.id AND e.event = 'incident.relapse'),
    floor(extract(epoch FROM i.acknowledged_at - i.reported_at))::int, COALESCE(
        (SELECT floor(extract(epoch FROM d.due_at - i.reported_at))::int FROM incidents_deadline d
         WHERE d.incident_id = i.id AND d.kind = 'acknowledge'
         ORDER BY d.epoch DESC, d.id DESC LIMIT 1),
        g.acknowledge_minutes * 60),
    floor(extract(epoch FROM i.confirmed_at - i.reported_at))::int, COALESCE(
        (SELECT floor(extract(epoch FROM d.due_at - i.reported_at))::int FROM incidents_deadline d
         WHERE d.incident_id = i.id AND d.kind = 'confirm'
         ORDER BY d.epoch DESC, d.id DESC LIMIT 1),
        g.confirm_minutes * 60),
    floor(extract(epoch FROM i.commanded_at - i.reported_at))::int, COALESCE(
        (SELECT floor(extract(epoch FROM d.due_at - i.reported_at))::int FROM incidents_deadline d
         WHERE d.incident_id = i.id AND d.kind = 'command'
         ORDER BY d.epoch DESC, d.id DESC LIMIT 1),
        g.command_minutes * 60),
    floor(extract(epoch FROM i.notified_at - i.reported_at))::int, CASE WHEN i.notice_waived_at IS NULL OR i.notified_at IS NOT NULL THEN COALESCE(
        (SELECT floor(extract(epoch FROM d.due_at - i.reported_at))::int FROM incidents_deadline d
         WHERE d.incident_id = i.id AND d.kind = 'first_notice'
         ORDER BY d.epoch DESC, d.id DESC LIMIT 1),
        g.first_notice_minutes * 60) END,
    floor(extract(epoch FROM i.restored_at - i.reported_at))::int, COALESCE(
        (SELECT floor(extract(epoch FROM d.due_at - i.reported_at))::int FROM incidents_deadline d
         WHERE d.incident_id = i.id AND d.kind = 'restore'
         ORDER BY d.epoch DESC, d.id DESC LIMIT 1),
        g.restore_minutes * 60),
    statement_timestamp()
FROM incidents_incident i
CROSS JOIN LATERAL (SELECT i.reported_at AT TIME ZONE %(zone)s AS at) here
LEFT JOIN plans_grade g ON g.id = i.grade_id
LEFT JOIN teams_day holiday ON holiday.date = here.at::date
"""


def measure(apps, schema_editor):
    opens, closes = settings.OFFICE_HOURS
    facts = {
        "zone": settings.TIME_ZONE,
        "opens": opens,
        "closes": closes,
        "uncounted": ["dismissed", "merged"],
    }
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(STATEMENT, facts)


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0009_kept_reports"),
        ("journal", "0001_initial"),
        ("plans", "0001_initial"),
        ("reviews", "0003_incident_times"),
        ("teams", "0004_duty"),
    ]

    operations = [migrations.RunPython(measure, migrations.RunPython.noop)]
