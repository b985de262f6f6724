"""Settings computed from the machine."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuppence.postgres import binaries
from tuppence.postgres.tuning import (
    configuration_text,
    quoted,
    settings_for,
    throwaway_settings_for,
)

MB, GB = 1024**2, 1024**3

memories = st.integers(64 * MB, 4096 * GB)
disks = st.integers(0, 100_000 * GB)
processors = st.integers(1, 512)


def size_bytes(setting: str) -> int:
    assert setting.endswith("MB")
    return int(setting.removesuffix("MB")) * MB


@pytest.mark.parametrize(
    ("memory_gb", "disk_gb", "cpus", "expected"),
    [
        (1, 5, 1, {"shared_buffers": "170MB", "max_wal_size": "640MB", "work_mem": "4MB"}),
        (8, 50, 4, {"shared_buffers": "1365MB", "max_wal_size": "6400MB", "work_mem": "10MB"}),
        (24, 80, 2, {"shared_buffers": "2048MB", "max_wal_size": "8192MB", "work_mem": "32MB"}),
        (512, 900, 64, {"shared_buffers": "2048MB", "max_wal_size": "8192MB", "work_mem": "64MB"}),
    ],
)
def test_sizes_follow_the_machine(
    memory_gb: int, disk_gb: int, cpus: int, expected: dict[str, str]
) -> None:
    settings = settings_for(memory_gb * GB, disk_gb * GB, cpus)
    assert {name: settings[name] for name in expected} == expected


@given(memory=memories, disk=disks, cpus=processors)
def test_no_machine_makes_the_books_less_durable(memory: int, disk: int, cpus: int) -> None:
    settings = settings_for(memory, disk, cpus)
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        assert settings[name] == "on"
    assert settings["wal_compression"] == "pglz"
    assert settings["jit"] == "off"
    assert settings["timezone"] == "UTC"
    assert settings["listen_addresses"] == ""


@given(memory=memories, disk=disks, cpus=processors)
def test_memory_and_disk_are_never_overcommitted(memory: int, disk: int, cpus: int) -> None:
    settings = settings_for(memory, disk, cpus)
    shared = size_bytes(settings["shared_buffers"])
    assert shared <= max(memory // 4, 32 * MB)
    assert shared <= 2 * GB
    assert size_bytes(settings["max_wal_size"]) <= max(disk // 8, 256 * MB)
    assert size_bytes(settings["min_wal_size"]) < size_bytes(settings["max_wal_size"])
    assert int(settings["max_parallel_workers"]) <= int(settings["max_worker_processes"])


def test_throwaway_settings_differ_where_speed_is_bought_with_durability() -> None:
    lasting = settings_for(8 * GB, 50 * GB, 2)
    throwaway = throwaway_settings_for(8 * GB, 50 * GB, 2)
    assert throwaway["fsync"] == throwaway["synchronous_commit"] == "off"
    same = ("timezone", "max_connections", "lock_timeout", "statement_timeout", "listen_addresses")
    assert {name: throwaway[name] for name in same} == {name: lasting[name] for name in same}


@pytest.mark.parametrize("profile", [settings_for, throwaway_settings_for])
@pytest.mark.parametrize(
    ("memory", "disk", "cpus"), [(64 * MB, 0, 1), (8 * GB, 50 * GB, 4), (4096 * GB, 10**17, 512)]
)
def test_postgresql_accepts_every_setting(
    tmp_path: Path, profile: object, memory: int, disk: int, cpus: int
) -> None:
    assert callable(profile)
    configuration = tmp_path / "postgresql.conf"
    (tmp_path / "postgresql.auto.conf").touch()
    configuration.write_text(configuration_text(profile(memory, disk, cpus)))
    postgres = binaries.installed().program("postgres")
    command = [postgres, "-C", "max_connections", "-c", f"config_file={configuration}"]
    done = subprocess.run(
        [*command, "-D", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("100", "")


@pytest.mark.parametrize(
    ("value", "text"), [("on", "'on'"), ("it's", "'it''s'"), ("a\\b", "'a\\\\b'"), ("", "''")]
)
def test_values_are_quoted(value: str, text: str) -> None:
    assert quoted(value) == text


@pytest.mark.parametrize("value", ["a\nb", "a\rb", "a\0b"])
def test_a_value_cannot_smuggle_in_another_line(value: str) -> None:
    with pytest.raises(ValueError, match="cannot hold a line break"):
        quoted(value)
