"""Only the shell imports Django and touches the database; every other file is pure."""

from pathlib import PurePosixPath

import grimp
import pytest

PACKAGE = "tuppence"
# Shell modules have fixed names wherever they stand; a folder of that name is shell as a whole.
SHELL_NAMES = {"models", "migrations", "operations", "queries", "tasks", "apps", "urls", "views"}
SHELL_NAMES |= {"forms", "admin", "middleware", "management", "templatetags"}
# Single files of the shell whose names say what they are for instead.
SHELL_FILES = frozenset(
    {
        "tuppence.settings",
        "tuppence.wsgi",
        "tuppence.platform",
        "tuppence.postgres.fields",
        "tuppence.postgres.bulk",
        "tuppence.practice.demo",  # what the command asks for, in one place
    }
)
# The faces are shell as a whole: they talk to people, programs and the clock.
FACES = frozenset({"tuppence.web", "tuppence.api", "tuppence.cli"})
IMPURE_LIBRARIES = frozenset({"django", "allauth", "procrastinate", "ninja", "csp", "django_htmx"})


def is_shell(module: str) -> bool:
    """Whether a module may import Django."""
    parts = module.split(".")
    return (
        module in SHELL_FILES
        or ".".join(parts[:2]) in FACES
        or not SHELL_NAMES.isdisjoint(parts[1:])
    )


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(PACKAGE, include_external_packages=True, cache_dir=None)


def impurities(graph: grimp.ImportGraph) -> list[str]:
    """Every import of a pure module that only the shell may make."""
    return sorted(
        f"{module} imports {imported}"
        for module in graph.modules
        if module.startswith(f"{PACKAGE}.") and not is_shell(module)
        for imported in graph.find_modules_directly_imported_by(module)
        if imported.split(".")[0] in IMPURE_LIBRARIES
        or (imported.startswith(f"{PACKAGE}.") and is_shell(imported))
    )


def test_pure_modules_import_neither_django_nor_the_shell(graph: grimp.ImportGraph) -> None:
    assert impurities(graph) == []


def test_the_graph_holds_both_kinds(graph: grimp.ImportGraph) -> None:
    assert {"tuppence.ledger.posting", "tuppence.ledger.operations"} <= graph.modules
    assert not is_shell("tuppence.ledger.posting")
    assert is_shell("tuppence.ledger.operations")
    assert is_shell("tuppence.market.operations.investing")


def test_an_impure_import_is_found(graph: grimp.ImportGraph) -> None:
    planted = grimp.build_graph(PACKAGE, include_external_packages=True, cache_dir=None)
    planted.add_import(importer="tuppence.ledger.posting", imported="tuppence.ledger.models")
    planted.add_import(importer="tuppence.money.splitting", imported="django")
    assert {
        "tuppence.ledger.posting imports tuppence.ledger.models",
        "tuppence.money.splitting imports django",
    } <= set(impurities(planted))


def test_pure_modules_have_no_names_that_say_nothing(graph: grimp.ImportGraph) -> None:
    nothing = {"utils", "helpers", "common", "misc", "util", "helper"}
    named = [m for m in graph.modules if nothing & set(PurePosixPath(m.replace(".", "/")).parts)]
    assert [module for module in named if module.startswith(PACKAGE)] == []
