"""The harness of scripts/bench: `measure.py COMMANDS ROUNDS OUT` prints one table.

Each line of the file COMMANDS is `name<TAB>command`; {out} in it is a folder of its own. The commands take turns, so that what
else the machine does hits all of them alike. Memory is measured by GNU time in runs of its own, since a process that
Python starts is charged with Python's memory.
"""

import os
import shutil
import statistics
import subprocess
import sys
import time

MEMORY_RUNS = 7


def run(command: list[str]) -> tuple[float, float]:
    """Milliseconds from the start to the end of a process, and those that it had a processor."""
    begin = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, os.environ, file_actions=QUIET)
    _, status, usage = os.wait4(pid, 0)
    elapsed = (time.perf_counter() - begin) * 1000
    if status != 0:
        sys.exit(f"{' '.join(command)} failed")
    return elapsed, (usage.ru_utime + usage.ru_stime) * 1000


def memory(command: list[str]) -> float:
    """Megabytes that a process held at most."""
    result = subprocess.run(
        ["/usr/bin/time", "-f", "%M", *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True, text=True
    )
    return int(result.stderr.split()[-1]) / 1024


QUIET = [(os.POSIX_SPAWN_OPEN, descriptor, "/dev/null", os.O_WRONLY, 0) for descriptor in (1, 2)]


def main() -> None:
    """Measure all and print the table."""
    rounds, folder = int(sys.argv[2]), sys.argv[3]
    with open(sys.argv[1], encoding="utf-8") as file:
        lines = file.read().splitlines()
    rows = []
    for number, line in enumerate(lines):
        name, command = line.split("\t")
        rows.append((name, [word.format(out=os.path.join(folder, str(number))) for word in command.split()], [], [], []))
    for count in range(-3, rounds):  # three to warm up
        for _, command, times, busy, _ in rows:
            elapsed, processor = run(command)
            if count >= 0:
                times.append(elapsed)
                busy.append(processor)
    for _, command, _, _, sizes in rows:
        sizes.extend(memory(command) for _ in range(MEMORY_RUNS))
    shutil.rmtree(folder, ignore_errors=True)

    ours = statistics.median(rows[0][2])
    width = max(len(row[0]) for row in rows)
    head = f"cold process, {rounds} runs"
    print(f"{head:{width}}  {'median':>8}  {'min..max':>14}  {'ratio':>6}  {'processor':>9}  {'memory':>8}")
    for name, _, times, busy, sizes in rows:
        median = statistics.median(times)
        span = f"{min(times):.1f}..{max(times):.1f}"
        print(
            f"{name:{width}}  {median:5.1f} ms  {span:>14}  {median / ours:5.2f}x"
            f"  {statistics.median(busy):6.1f} ms  {statistics.median(sizes):5.1f} MB"
        )


main()
