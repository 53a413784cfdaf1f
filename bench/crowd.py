"""A hospital with a past: one archived incident, played over the API, copied by SQL."""

from bench.product import Surroundings

# What belongs to an incident and is read by the dashboard and the incident page.
PARTS = (
    "incidents_order",
    "incidents_check",
    "incidents_backup",
    "incidents_signature",
    "incidents_deadline",
    "incidents_report",
    "incidents_incident_services",
    "incidents_incident_affected",
)
# Entries of the journal copied with each incident.
ENTRIES = 12
STEP = 20_000


def fill(place: Surroundings, total: int) -> None:
    """Copy the newest archived incident until `total` incidents are stored."""
    ((stored, model, last),) = place.sql(
        "SELECT count(*), max(id) FILTER (WHERE state = 'closed'), max(id) FROM incidents_incident"
    )
    for first in range(last + 1, last + 1 + total - stored, STEP):
        count = min(STEP, last + 1 + total - stored - first)
        _copy(place, model, first, count)
    place.sql(
        "SELECT setval(pg_get_serial_sequence('incidents_incident', 'id'), max(id)) "
        "FROM incidents_incident"
    )
    place.sql("UPDATE incidents_numbering SET last = (SELECT max(serial) FROM incidents_incident)")
    for table in ("incidents_incident", "journal_entry", "journal_stream", *PARTS):
        place.sql(f"VACUUM ANALYZE {table}")


def _copy(place: Surroundings, model: int, first: int, count: int) -> None:
    many = f"generate_series({first}, {first + count - 1}) AS copy"
    place.sql(
        _insert(
            place,
            "incidents_incident",
            {
                "id": "copy",
                "serial": "copy",
                "client_uuid": "gen_random_uuid()",
                "reported_at": "reported_at - interval '1 minute' * (copy % 500000)",
            },
            many,
            f"id = {model}",
        )
    )
    for table in PARTS:
        changed = {"incident_id": "copy"}
        if table == "incidents_report":
            changed["client_uuid"] = "gen_random_uuid()"
        place.sql(_insert(place, table, changed, many, f"incident_id = {model}"))
    stream = {"stream": "'incident:' || copy", "relayed_at": "now()"}
    of_model = f"stream = 'incident:{model}' AND seq <= {ENTRIES}"
    place.sql(_insert(place, "journal_entry", stream, many, of_model))
    head = {"name": "'incident:' || copy", "seq": str(ENTRIES), "sealed_seq": str(ENTRIES)}
    place.sql(_insert(place, "journal_stream", head, many, f"name = 'incident:{model}'"))


def _insert(place: Surroundings, table: str, changed: dict[str, str], many: str, where: str) -> str:
    columns = [
        name
        for (name,) in place.sql(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s "
            "AND table_schema = 'public' ORDER BY ordinal_position",
            [table],
        )
        if name != "id" or "id" in changed
    ]
    values = ", ".join(changed.get(name, name) for name in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table}, {many} WHERE {where}"  # noqa: S608, E501
