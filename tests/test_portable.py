"""Nothing that the workbench runs is there on one kind of system only: imports, calls, signals and paths."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = [
    ROOT / "app.py",
    *(path for name in ("app", "methods", "data_samples") for path in (ROOT / name).rglob("*.py")),
]
# What Python's documentation marks "Availability: Unix".
POSIX_MODULES = {
    "curses", "fcntl", "grp", "posix", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty",
}  # fmt: skip
POSIX_NAMES = {
    "os": {
        "O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK", "chown", "fchmod", "fchown", "fork", "forkpty", "geteuid", "getgid",
        "getloadavg", "getpgid", "getuid", "killpg", "mkfifo", "nice", "openpty", "pread", "pwrite",
        "sched_getaffinity", "setsid", "setuid", "statvfs", "sync", "sysconf", "uname", "wait", "waitpid",
    },
    "signal": {"SIGALRM", "SIGCHLD", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGQUIT", "SIGUSR1", "SIGUSR2", "alarm", "pause"},
    "socket": {"AF_UNIX"},
    "time": {"tzset"},
}  # fmt: skip
TEXT = {"read_text", "write_text"}  # methods of pathlib.Path
PATH_MAKERS = {"Path", "PurePath", "open", "joinpath", "with_name"}


def faults(source: str) -> list[str]:
    """What in a source file does not work everywhere, with its line.

    A name that only some systems have is fine where the file asks `hasattr(os, "name")` first.
    """
    tree = ast.parse(source)
    calls = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "hasattr"
    ]
    asked = {tuple(getattr(each, "id", getattr(each, "value", "")) for each in call.args) for call in calls}
    return [f"line {node.lineno}: {fault}" for node in ast.walk(tree) if (fault := _fault(node, asked))]


def _fault(node: ast.AST, asked: set[tuple[str, ...]]) -> str:
    if isinstance(node, ast.Import | ast.ImportFrom):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
        own = [f"{node.module}.{alias.name}" for alias in node.names] if isinstance(node, ast.ImportFrom) else []
        found = [name for name in names if name.partition(".")[0] in POSIX_MODULES]
        found += [name for name in own if name.rpartition(".")[2] in POSIX_NAMES.get(name.rpartition(".")[0], ())]
        return f"imports {', '.join(found)}" if found else ""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        pair = node.value.id, node.attr
        return f"uses {'.'.join(pair)}" if node.attr in POSIX_NAMES.get(pair[0], ()) and pair not in asked else ""
    if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in PATH_MAKERS:
        return "joins a path by hand" if any(_joins(each) for each in node.args) else ""
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in TEXT:
        return "" if any(each.arg == "encoding" for each in node.keywords) else "leaves a text's encoding to the system"
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return "names a folder of one system" if node.value.startswith(("/tmp", "/usr/", "/dev/", "/proc/")) else ""
    return ""


def _joins(path: ast.expr) -> bool:
    """Whether an expression puts a path together from text with slashes."""
    made = isinstance(path, ast.JoinedStr | ast.BinOp) and not isinstance(getattr(path, "op", None), ast.Div)
    texts = [each.value for each in ast.walk(path) if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return made and any("/" in text for text in texts)


def test_every_source_file_works_on_every_system():
    found = {str(path.relative_to(ROOT)): faults(path.read_text(encoding="utf-8")) for path in SOURCES}
    assert len(found) > 400
    assert {path: each for path, each in found.items() if each} == {}


@pytest.mark.parametrize(
    "source",
    [
        "import fcntl",
        "from os import getuid",
        "import os\nos.getuid()",
        "import signal\nsignal.SIGHUP",
        'Path(f"{folder}/image.png")',
        'open(folder + "/image.png")',
        'FONTS = "/usr/share/fonts"',
        "path.read_text()",
    ],
)
def test_the_rule_catches(source):
    assert len(faults(source)) == 1


def test_what_was_asked_for_first_may_be_used():
    assert faults('import os\nif hasattr(os, "getuid"):\n    os.getuid()') == []
    assert faults('Path(folder) / f"{name}.png"') == []
