"""`tuppence bench`: run the measurements that stand beside the package in the repository."""

import subprocess
import sys
from pathlib import Path

import click

FOLDER = Path(__file__).resolve().parents[2] / "bench"


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("name", required=False)
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def bench(*, name: str | None, options: tuple[str, ...]) -> None:
    """Measure the speed on this machine, medians and ratios side by side.

    Without NAME every measurement runs, one after another; that takes a while. The options after
    a name are the measurement's own.

    \b
    Examples:
      tuppence bench schedules
      tuppence bench hot-listing --http
    """
    known = measurements()
    if name is not None and name not in known:
        raise click.ClickException(f"There is no measurement {name}. Choose: {', '.join(known)}.")
    for chosen in [name] if name else known:
        module = f"bench.{chosen.replace('-', '_')}"
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", module, *options], cwd=FOLDER.parent, check=False
        )
        if done.returncode:
            sys.exit(done.returncode)


def measurements() -> list[str]:
    """The names of what can be measured: the modules of bench/ that can be run."""
    if not FOLDER.is_dir():
        raise click.ClickException(
            "The measurements stand in the repository only: clone it and run make bench there."
        )
    return sorted(
        path.stem.replace("_", "-")
        for path in FOLDER.glob("*.py")
        if '__name__ == "__main__"' in path.read_text(encoding="utf-8")
    )
