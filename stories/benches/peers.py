"""Traces beside other programs, on the same graph and the same lots in one run, printed as a table.

usage: peers.py TRACE_BENCH [FOLDER]

TRACE_BENCH is target/release/examples/trace_bench. FOLDER holds lots.csv and edges.csv; without one, a million links of
our own making. Programs that are not installed are left out and named: igraph, duckdb, PostgreSQL (initdb).
Every program has to find the same number of lots.
"""
import csv
import glob
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

REACHED = """with recursive reached(n) as (select {lot} union select {far} from edge join reached on {near} = n)
select count(*) from reached"""


def guomen(program, folder):
    """Our own figures, and the lots that were asked about."""
    told = subprocess.run([program, folder], check=True, capture_output=True, text=True).stdout
    found = {}
    for line in told.splitlines():
        words = line.split()
        if words and words[0] in ("back_median_ms", "forward_median_ms"):
            found[words[0].split("_")[0]] = (float(words[1]), int(words[words.index("sum") + 1]))
    with open(os.path.join(folder, "asked.csv"), encoding="utf-8") as file:
        asked = [(way, int(lot)) for way, lot in csv.reader(file)]
    return found, asked


def timed(ask, lots):
    spent, total = [], 0
    for lot in lots:
        begun = time.perf_counter()
        total += ask(lot)
        spent.append((time.perf_counter() - begun) * 1e3)
    return statistics.median(spent), total


def igraph(edges, lots, _folder):
    import igraph as library

    graph = library.Graph(n=lots, edges=edges, directed=True)
    return lambda way, lot: len(graph.subcomponent(lot, mode="in" if way == "back" else "out"))


def sql(way, lot):
    far, near = ("src", "dst") if way == "back" else ("dst", "src")
    return REACHED.format(lot=lot, far=far, near=near)


def sqlite(edges, _lots, folder):
    database = sqlite3.connect(os.path.join(folder, "peer.sqlite"))
    database.execute("create table edge (src integer, dst integer)")
    database.executemany("insert into edge values (?, ?)", edges)
    database.execute("create index out on edge (src, dst)")
    database.execute("create index into_ on edge (dst, src)")
    database.commit()
    return lambda way, lot: database.execute(sql(way, lot)).fetchone()[0]


def duckdb(_edges, _lots, folder):
    import duckdb as library

    database = library.connect()
    database.execute(f"create table edge as select src, dst from read_csv('{folder}/edges.csv')")
    return lambda way, lot: database.execute(sql(way, lot)).fetchone()[0]


def postgresql(_edges, _lots, folder):
    """A private cluster; a question is timed with its way through a psql that stays open."""
    found = [shutil.which("initdb")] + sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    programs = os.path.dirname(next(path for path in found if path))
    home, port = os.path.join(folder, "pg"), "54399"
    as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.getuid() == 0 else []
    os.makedirs(home, exist_ok=True)
    if as_user:
        shutil.chown(home, "postgres")
        os.chmod(folder, 0o755)
    run = lambda *words: subprocess.run([*as_user, *words], check=True, stdout=subprocess.DEVNULL, cwd="/")
    run(f"{programs}/initdb", "-D", f"{home}/data", "-A", "trust")
    run(f"{programs}/pg_ctl", "-D", f"{home}/data", "-l", f"{home}/log", "-w", "-o", f"-p {port} -k {home} -h ''", "start")
    psql = [*as_user, "psql", "-h", home, "-p", port, "-d", "postgres", "-qAt"]
    tell = lambda text, file=None: subprocess.run([*psql, "-c", text], stdin=file, check=True, cwd="/")
    tell("create table edge (src int, dst int, kind int, day int, qty float)")
    with open(os.path.join(folder, "edges.csv"), encoding="utf-8") as file:
        tell("copy edge from stdin csv header", file)
    tell("create index on edge (src, dst)")
    tell("create index on edge (dst, src)")
    tell("vacuum analyze edge")
    door = subprocess.Popen(psql, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, cwd="/")

    def ask(way, lot):
        door.stdin.write(sql(way, lot).replace("\n", " ") + ";\n")
        door.stdin.flush()
        return int(door.stdout.readline())

    def end():
        door.stdin.close()
        door.wait()
        run(f"{programs}/pg_ctl", "-D", f"{home}/data", "-m", "immediate", "stop")

    ask.end = end
    return ask


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as scratch:
        folder = sys.argv[2] if len(sys.argv) > 2 else scratch
        if folder == scratch:
            subprocess.run([program, "write", "1000000", folder], check=True)
        own, asked = guomen(program, folder)
        with open(os.path.join(folder, "edges.csv"), encoding="utf-8") as file:
            edges = [(int(row["src"]), int(row["dst"])) for row in csv.DictReader(file)]
        with open(os.path.join(folder, "lots.csv"), encoding="utf-8") as file:
            lots = sum(1 for _ in file) - 1
        print(f"| a closure over {len(edges)} links, median of 100 | back, ms | forward, ms | times guomen |\n|---|---|---|---|")
        print(f"| guomen | {own['back'][0]:.3f} | {own['forward'][0]:.3f} | 1 |")
        if folder != scratch:
            # The tables of a peer lie where they vanish, the graph where it was.
            shutil.copy(os.path.join(folder, "edges.csv"), scratch)
        for peer in (igraph, sqlite, duckdb, postgresql):
            try:
                ask = peer(edges, lots, scratch)
            except (ImportError, StopIteration) as absent:
                print(f"| {peer.__name__} | not installed ({absent}) | | |")
                continue
            row = {}
            for way in ("back", "forward"):
                median, total = timed(lambda lot: ask(way, lot), [lot for w, lot in asked if w == way])
                assert total == own[way][1], f"{peer.__name__} finds {total} lots {way}, guomen {own[way][1]}"
                row[way] = median
            if hasattr(ask, "end"):
                ask.end()
            times = [row[way] / own[way][0] for way in ("back", "forward")]
            print(f"| {peer.__name__} | {row['back']:.2f} | {row['forward']:.2f} | {times[0]:.0f} and {times[1]:.0f} |")


main()
