#!/usr/bin/env python3
"""Makes the leaks of tests/leaks.txt one by one in a copy of the source, and demands that a test catches each.

    tests/leaks.py [NAME…]        all leaks, or those named
    tests/leaks.py --check        only whether every leak still fits the source; builds nothing

It builds in target/leaks (or below CARGO_TARGET_DIR), where only this crate is compiled anew for each leak. A leak that no longer
fits the source, that doesn't compile, or that no test catches, ends it with exit code 1. Before the leaks, the source as it is
and the carrier alone must pass, or a failing test would say nothing.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

PROJECT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", PROJECT / "target")) / "leaks"
SOURCE = FOLDER / "source"
CARRIER = "carrier"
# Quick and sharp ones first: the first group that fails ends the search.
GROUPS = [
    ["closed::no_word", "sites::nothing_of", "parse::cases", "retract::a_meeting", "retract::an_item"],
    ["closed::closing", "properties::nothing_under", "properties::no_command", "properties::the_length", "properties::a_case_number"],
    ["closed::", "properties::a_warm", "retract::", "export::no_export", "serve::closed_items"],
]


def read():
    """The leaks by name: what gets out, and the changes as file, text to be found, text to stand there."""
    leaks = {}
    changes = None
    for line in (PROJECT / "tests/leaks.txt").read_text().splitlines():
        if line.startswith("# "):
            name, about = line[2:].split(": ", 1)
            assert name not in leaks, name
            changes = []
            leaks[name] = (about, changes)
        elif changes is None or not line:
            continue
        elif line.startswith("@ "):
            changes.append((line[2:], [], []))
        elif line[0] in "-+":
            changes[-1][1 if line[0] == "-" else 2].append(line[1:])
        else:
            raise SystemExit(f"tests/leaks.txt: what is `{line}`?")
    return leaks


def changed(leaks, name):
    """The files that a leak changes, by path, with their new text. Says why where it doesn't fit."""
    about, own = leaks[name]
    before = leaks[CARRIER][1] if about.endswith("with carrier") else []
    files = {}
    for path, old, new in before + own:
        text = files.get(path) or (PROJECT / path).read_text()
        old, new = "\n".join(old) + "\n", "\n".join(new) + "\n"
        if ("\n" + text).count("\n" + old) != 1:
            raise SystemExit(f"leak {name} doesn't fit {path} any more; there is no single place that says\n{old}")
        files[path] = ("\n" + text).replace("\n" + old, "\n" + new, 1)[1:]
    return files


def copy():
    """The source as git knows it, changed files too; a file that is the same keeps its time, so that little is compiled."""
    known = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, check=True, capture_output=True, text=True).stdout.split("\0")
    for path in filter(None, known):
        target = SOURCE / path
        if not (PROJECT / path).is_file():
            continue
        if not target.exists() or target.read_bytes() != (PROJECT / path).read_bytes():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(PROJECT / path, target)


def cargo(arguments):
    environment = os.environ | {"CARGO_TARGET_DIR": str(FOLDER / "target"), "CARGO_PROFILE_DEV_DEBUG": "0", "CARGO_PROFILE_TEST_DEBUG": "0"}
    environment |= {"RUST_BACKTRACE": "0", "CARGO_TERM_COLOR": "never"}
    command = ["cargo", "test", "--locked", "--test", "main"] + arguments
    return subprocess.run(command, cwd=SOURCE, env=environment, capture_output=True, text=True)


def failing():
    """The tests that fail, of the first group in which any does; None where it doesn't compile."""
    built = cargo(["--no-run"])
    if built.returncode != 0:
        print(built.stderr[-3000:])
        return None
    for group in GROUPS:
        ran = cargo(["--"] + group)
        failed = re.findall(r"^test (\S+) \.\.\. FAILED", ran.stdout, re.M)
        if failed:
            return failed
        assert ran.returncode == 0 and re.search(r"test result: ok\. [1-9]", ran.stdout), ran.stdout + ran.stderr
    return []


def main():
    leaks = read()
    wanted = [argument for argument in sys.argv[1:] if not argument.startswith("-")] or [name for name in leaks if name != CARRIER]
    unknown = [name for name in wanted if name not in leaks]
    if unknown:
        raise SystemExit(f"there are no leaks {unknown}")
    for name in leaks:
        changed(leaks, name)
    if "--check" in sys.argv:
        print(f"{len(leaks) - 1} leaks fit the source")
        return
    copy()
    wrong = []
    for name in ["", CARRIER] + wanted:
        files = changed(leaks, name) if name else {}
        start = time.monotonic()
        for path, text in files.items():
            (SOURCE / path).write_text(text)
        try:
            caught = failing()
        finally:
            for path in files:
                (SOURCE / path).write_text((PROJECT / path).read_text())
        is_right = caught == [] if name in ("", CARRIER) else bool(caught)
        what = "does not compile" if caught is None else ", ".join(sorted(caught)) or "nothing fails"
        print(f"{'ok ' if is_right else 'BAD'} {name or 'the source as it is'}: {what} ({time.monotonic() - start:.0f} s)", flush=True)
        if not is_right:
            wrong.append(name or "the source as it is")
            if name in ("", CARRIER):
                break
    if wrong:
        raise SystemExit(f"{len(wrong)} of {len(wanted)} not caught: {', '.join(wrong)}")
    print(f"{len(wanted)} leaks, each caught")


if __name__ == "__main__":
    main()
