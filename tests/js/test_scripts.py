"""The page's scripts, tested by node's own functions: every script of app/static has a file of tests here."""

import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
SCRIPTS = HERE.parents[1] / "app" / "static"


def test_every_script_has_tests():
    assert {path.name.removesuffix(".test.mjs") for path in HERE.glob("*.test.mjs")} == {
        path.stem for path in SCRIPTS.glob("*.js")
    }


def test_the_scripts_do_what_they_should():
    node = shutil.which("node")
    assert node, "node is missing; install Debian's package nodejs, version 18 or newer"
    # All in one process: `node --test` starts one for each file.
    every = "for (const file of process.argv.slice(1)) await import(file);"
    files = [path.as_uri() for path in sorted(HERE.glob("*.test.mjs"))]
    command = [node, "--input-type=module", "--eval", every, *files]
    found = subprocess.run(command, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr
