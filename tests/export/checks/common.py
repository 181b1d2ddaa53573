"""What the checks share: the sites they are given, and a list of findings."""

import json
import sys
from pathlib import Path

FINDINGS = []


def sites():
    """The sites named on the command line: their output, and what the archive holds."""
    for folder in map(Path, sys.argv[1:]):
        yield folder / "public", json.loads((folder / "truth.json").read_text())


def expect(holds, *what):
    """Notes a finding when something does not hold."""
    if not holds:
        FINDINGS.append(" ".join(map(str, what)))


def same(actual, expected, *where):
    expect(actual == expected, *where, "is", repr(actual)[:300], "instead of", repr(expected)[:300])


def finish(count, what):
    """Ends the check: says what was looked at, and fails with the findings."""
    for finding in FINDINGS[:40]:
        print(finding)
    print(f"{count} {what} checked, {len(FINDINGS)} findings")
    if FINDINGS or not count:
        sys.exit(1)
