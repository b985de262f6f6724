"""`python -m tuppence.postgres.cluster start|stop|url`: the embedded PostgreSQL by hand."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tuppence.postgres.address import ROLES
from tuppence.postgres.cluster import Cluster, ClusterError
from tuppence.postgres.places import default_data_dir


def main(arguments: list[str] | None = None) -> None:
    """Start, stop, or print a URL; a failure ends with a sentence and exit status 1."""
    chosen = _parser().parse_args(arguments)
    cluster = Cluster(chosen.data_dir or default_data_dir())
    try:
        if chosen.action == "start":
            cluster.start()
        if chosen.action == "stop":
            cluster.stop()
            return
    except (ClusterError, OSError) as error:
        sys.exit(str(error))
    sys.stdout.write(cluster.url(chosen.role, chosen.database) + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tuppence.postgres.cluster")
    parser.add_argument("action", choices=["start", "stop", "url"])
    parser.add_argument("--role", choices=ROLES, default="app")
    parser.add_argument("--database", default="tuppence")
    parser.add_argument("--data-dir", type=Path, default=None)
    return parser
