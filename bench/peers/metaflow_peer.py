"""Runs a flow of `metaflow_flows.py` as its users do: `python flow.py run`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import metaflow_flows
import workload


def run(case: str):
    def execute(directory: str):
        path = metaflow_flows.write_flow(case, directory, str(Path(__file__).parent))
        command = [sys.executable, path, "--quiet", "run", "--max-workers", str(os.cpu_count()), "--max-num-splits", "2000"]
        subprocess.run(command, check=True, cwd=directory, stdout=subprocess.DEVNULL)
        return json.loads(Path(directory, "result.json").read_text())

    return execute


if __name__ == "__main__":
    workload.main({case: run(case) for case in ("steps40", "chain3", "fan1000", "gigabyte", "iris")})
