"""Health checks of containers, without the weight of Django:

    python -m ops.probe page http://127.0.0.1:8000/health/ready/
    python -m ops.probe beat beat 30      # the row `beat` is at most 30 s old

Exit status 0 when well, 1 when not.
"""

import os
import sys
import urllib.request


def page(url: str) -> None:
    """Raise OSError unless the page answers with 2xx under the product's own name."""
    name = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0]
    request = urllib.request.Request(url, headers={"Host": name})  # noqa: S310
    with urllib.request.urlopen(request, timeout=5):  # noqa: S310
        pass


def beat(name: str, seconds: float) -> None:
    """Raise OSError unless the heartbeat row is young enough, by the database's clock."""
    import psycopg2

    try:
        connection = psycopg2.connect(os.environ["DATABASE_URL"], connect_timeout=5)
    except psycopg2.Error as error:
        raise OSError(str(error)) from None
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT extract(epoch FROM clock_timestamp() - at) FROM ops_heartbeat "
                "WHERE name = %s",
                [name],
            )
            row = cursor.fetchone()
    except psycopg2.Error as error:
        raise OSError(str(error)) from None
    finally:
        connection.close()
    if row is None or row[0] > seconds:
        raise OSError(f"heartbeat {name}: {'never' if row is None else f'{row[0]:.0f} s ago'}")


def main(arguments: list[str]) -> int:
    try:
        if arguments[:1] == ["page"]:
            page(arguments[1])
        else:
            beat(arguments[1], float(arguments[2]))
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
