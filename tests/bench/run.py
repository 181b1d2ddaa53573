#!/usr/bin/env python3
"""Times referat against Hugo and a plain copy on archives it makes: run.py [MEETINGS…] (400 and 3600 when none is named).

Each program builds in turn, each time into a fresh folder; medians of five runs, without the final sync to disk. REFERAT names the
binary, WORK a folder for the data. Hugo is left out where it isn't installed. Needs Linux for the peak of memory.
"""

import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
RUNS = int(os.environ.get("RUNS", "5"))


def timed(command, folder=None):
    """Runs a command; gives seconds, seconds of all processors, and megabytes at the peak."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"failed: {' '.join(map(str, command))}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000


def main():
    referat = pathlib.Path(os.environ.get("REFERAT", HERE.parents[1] / "target/release/referat")).resolve()
    work = pathlib.Path(os.environ.get("WORK", tempfile.mkdtemp(prefix="referat-bench-")))
    hugo = shutil.which("hugo")
    print("| meetings | what | seconds | of all cores | MB | times referat |\n| ---: | --- | ---: | ---: | ---: | ---: |")
    for meetings in [int(text) for text in sys.argv[1:]] or [400, 3600]:
        for name, flags in [("referat", []), ("everything", []), ("hugo", ["--hugo"])]:
            if not (work / f"{meetings}-{name}").exists():
                subprocess.run([sys.executable, HERE / "archive.py", str(meetings), work / f"{meetings}-{name}", *flags], check=True)
        everything = work / f"{meetings}-everything/content/site.yaml"
        everything.write_text(everything.read_text().replace("outputs: []", "outputs: [search, feeds, calendar, data]"))
        shutil.copytree(HERE / "hugo", work / f"{meetings}-hugo", dirs_exist_ok=True)
        build = lambda archive, out, *flags: [referat, "-C", work / f"{meetings}-{archive}", "build", "--output", out, *flags]
        programs = {
            "referat": lambda out: (build("referat", out, "--no-sync"), None),
            "referat, synced to disk": lambda out: (build("referat", out), None),
            "referat, search and feeds too": lambda out: (build("everything", out, "--no-sync"), None),
            "a copy of the output": lambda out: (["cp", "-r", work / f"{meetings}-public", out], None),
        }
        if hugo:
            programs["Hugo"] = lambda out: ([hugo, "--quiet", "--destination", out], work / f"{meetings}-hugo")
        figures = {name: [] for name in programs}
        trash = []
        subprocess.run(build("referat", work / f"{meetings}-public", "--no-sync"), check=True, capture_output=True)
        for turn in range(RUNS):
            for name, program in programs.items():
                out = work / f"{meetings}-out-{turn}-{len(trash)}"
                trash.append(out)
                figures[name].append(timed(*program(out)))
        medians = {name: [statistics.median(column) for column in zip(*runs)] for name, runs in figures.items()}
        for name, (seconds, all_cores, peak) in medians.items():
            ratio = seconds / medians["referat"][0]
            print(f"| {meetings} | {name} | {seconds:.2f} | {all_cores:.2f} | {peak:.0f} | {ratio:.1f} |", flush=True)
        # Only now: the file system is slow for a while after large trees were deleted.
        for out in trash:
            shutil.rmtree(out, ignore_errors=True)


main()
