"""Holds a live `isrf serve` to its own OpenAPI document.

python peers/contract/check.py [RUN] [-n EXAMPLES] [--seed SEED] [--store STORE]

Without RUN a small shop is made and trained first (a minute). Exits by Schemathesis's result: 0 where no request was
answered otherwise than the document says.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
ISRF = ["node", "--import", "tsx", "src/cli/main.ts"]


def isrf(*words: str) -> None:
    subprocess.run([*ISRF, *words, "--quiet"], cwd=ROOT, check=True)


def small_run(folder: Path) -> Path:
    shop, run = folder / "shop", folder / "run"
    isrf("data", "synth", "--users", "80", "--items", "60", "--seed", "7", "--out", str(shop))
    isrf("reason", str(shop))
    isrf("embed", str(shop))
    isrf("train", str(shop), "--preset", "tiny", "--epochs", "2", "--threads", "1", "--out", str(run))
    isrf("audit", str(run), "--users", "20", "--no-controls", "--report-only")
    return run


def copied(run: str, folder: Path) -> Path:
    """The server writes nothing there, yet a run that people answer by is no place for a trial."""
    return Path(shutil.copytree(run, folder / "run"))


def listening(run: Path, store: str) -> tuple[subprocess.Popen, str]:
    words = ["serve", str(run), "--port", "0", "--store", store, "--no-explorer", "--threads", "1"]
    server = subprocess.Popen([*ISRF, *words], cwd=ROOT, stderr=subprocess.PIPE, text=True)
    for line in server.stderr:
        found = re.search(r"Listening on (\S+)", line)
        if found:
            # Nobody reads what it says from here on, and a full pipe would stop it.
            threading.Thread(target=server.stderr.read, daemon=True).start()
            return server, found.group(1)
        sys.stderr.write(line)
    raise SystemExit("isrf serve ended before it listened")


def conforms(url: str, examples: int, seed: int) -> int:
    words = [
        str(Path(sys.executable).with_name("schemathesis")),
        *("--config-file", str(HERE / "schemathesis.toml")),
        *("run", f"{url}/openapi.json"),
        *("--phases", "examples,coverage,fuzzing", "-n", str(examples), "--seed", str(seed)),
    ]
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    with tempfile.TemporaryDirectory() as work:
        return subprocess.run(words, cwd=work, env=environment).returncode


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", nargs="?", help="a trained run; its data must lie where they lay")
    parser.add_argument("-n", "--examples", type=int, default=15, help="requests drawn an operation (default: 15)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--store", help="as of isrf serve, for one in PostgreSQL (default: a folder that is removed)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="isrf-contract-") as name:
        folder = Path(name)
        run = small_run(folder) if asked.run is None else copied(asked.run, folder)
        server, url = listening(run, asked.store or str(folder / "store"))
        try:
            return conforms(url, asked.examples, asked.seed)
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    sys.exit(main())
