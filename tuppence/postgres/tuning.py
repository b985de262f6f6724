"""PostgreSQL's settings, computed from the machine's memory, disk and processors."""

from __future__ import annotations

from collections.abc import Mapping

_MB = 1024**2
_GB = 1024**3

SHARED_BUFFERS_BYTES_MAX = 2 * _GB
WAL_BYTES_MAX = 8 * _GB
WAL_BYTES_MIN = 256 * _MB


def settings_for(memory_bytes: int, disk_free_bytes: int, cpus: int) -> dict[str, str]:
    """The settings of a cluster that must lose nothing, fit for this machine.

    Sizes follow PostgreSQL's manual, chapters 19.4 to 19.7: a sixth of the memory for shared
    buffers (never above 2 GB, the operating system's cache does the rest), and at most an eighth
    of the free disk for the write-ahead log.

    >>> settings = settings_for(24 * 1024**3, 80 * 1024**3, 2)
    >>> settings["shared_buffers"], settings["max_wal_size"], settings["fsync"]
    ('2048MB', '8192MB', 'on')
    """
    assert memory_bytes > 0 and disk_free_bytes >= 0 and cpus > 0
    return {
        **_DURABLE,
        **_ALWAYS,
        **_memory_settings(memory_bytes),
        **_wal_settings(disk_free_bytes),
        **_processor_settings(cpus),
    }


def throwaway_settings_for(memory_bytes: int, disk_free_bytes: int, cpus: int) -> dict[str, str]:
    """The settings of a cluster for tests: fast, small, and lost with the machine."""
    settings = settings_for(memory_bytes, disk_free_bytes, cpus)
    small = {
        "shared_buffers": _size(_clamp(memory_bytes // 32, 32 * _MB, 256 * _MB)),
        "max_wal_size": _size(_clamp(disk_free_bytes // 32, WAL_BYTES_MIN, _GB)),
        "min_wal_size": _size(64 * _MB),
        "huge_pages": "off",
        "logging_collector": "off",
    }
    return settings | _THROWAWAY | small


def configuration_text(settings: Mapping[str, str]) -> str:
    """The settings as lines of a postgresql.conf."""
    return "".join(f"{name} = {quoted(value)}\n" for name, value in settings.items())


def quoted(value: str) -> str:
    """A value as postgresql.conf wants it.

    >>> print(quoted("it's"))
    'it''s'
    """
    if "\n" in value or "\r" in value or "\0" in value:
        raise ValueError(f"A PostgreSQL setting cannot hold a line break: {value!r}.")
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


# What a book of money needs, whatever the machine.
_DURABLE = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "wal_level": "replica",
    "wal_compression": "pglz",  # the only method these binaries were built with
    "restart_after_crash": "on",
}

_THROWAWAY = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "wal_compression": "off",
}

_ALWAYS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "datestyle": "iso, ymd",
    "default_text_search_config": "pg_catalog.simple",
    "jit": "off",
    "huge_pages": "try",
    "random_page_cost": "1.1",
    "checkpoint_timeout": "15min",
    "checkpoint_completion_target": "0.9",
    "max_locks_per_transaction": "256",  # one query may touch every monthly partition
    # A client that hangs must not hold its locks, nor a queue of others, for ever.
    "statement_timeout": "30min",
    "lock_timeout": "2min",
    "idle_in_transaction_session_timeout": "15min",
    "client_connection_check_interval": "10s",
    # Statements and details carry members' data; the log must not.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_min_duration_statement": "-1",
    "log_lock_waits": "on",
    "log_checkpoints": "on",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    # One file a weekday, overwritten a week later: the log is bounded.
    "logging_collector": "on",
    "log_filename": "postgresql-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    "log_file_mode": "0600",
}


def _memory_settings(memory_bytes: int) -> dict[str, str]:
    return {
        "shared_buffers": _size(_clamp(memory_bytes // 6, 32 * _MB, SHARED_BUFFERS_BYTES_MAX)),
        "effective_cache_size": _size(max(memory_bytes * 5 // 8, 64 * _MB)),
        "maintenance_work_mem": _size(_clamp(memory_bytes // 32, 32 * _MB, _GB)),
        "work_mem": _size(_clamp(memory_bytes // 768, 4 * _MB, 64 * _MB)),
    }


def _wal_settings(disk_free_bytes: int) -> dict[str, str]:
    max_bytes = _clamp(disk_free_bytes // 8, WAL_BYTES_MIN, WAL_BYTES_MAX)
    return {"max_wal_size": _size(max_bytes), "min_wal_size": _size(max_bytes // 4)}


def _processor_settings(cpus: int) -> dict[str, str]:
    return {
        "max_worker_processes": str(max(8, cpus)),
        "max_parallel_workers": str(cpus),
        "max_parallel_workers_per_gather": str(_clamp(cpus // 2, 0, 4)),
        "max_parallel_maintenance_workers": str(_clamp(cpus // 2, 0, 4)),
    }


def _clamp(value: int, low: int, high: int) -> int:
    return max(low, min(value, high))


def _size(size_bytes: int) -> str:
    return f"{size_bytes // _MB}MB"
