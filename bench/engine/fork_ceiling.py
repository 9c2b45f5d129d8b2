"""Children per second that this machine gives at most, without any engine: a Python parent that has imported MODULES keeps
PARALLEL children under way.  python fork_ceiling.py COUNT PARALLEL namespaces|executor [MODULE...]

  namespaces  each child makes PID and mount namespaces and forks pid 1, which ends at once
  executor    each child runs the official executor on a component that doubles a number: no namespaces, no log, no records"""

import ctypes
import gc
import importlib
import json
import os
import runpy
import sys
import tempfile
import time

NEW_PID, NEW_MOUNT = 0x20000000, 0x00020000
EXECUTOR = "kfp.dsl.executor_main"
COMPONENT = "import kfp\nfrom kfp import dsl\nfrom kfp.dsl import *\nfrom typing import *\n\ndef double(number: int) -> int:\n    return number * 2\n"
libc = ctypes.CDLL(None, use_errno=True)


def enter_namespaces(_place: str) -> None:
    if libc.unshare(NEW_PID | NEW_MOUNT) != 0:
        os._exit(1)
    pid = os.fork()
    if pid != 0:
        _, status = os.waitpid(pid, 0)
        os._exit(os.WEXITSTATUS(status))
    os._exit(0)


def run_executor(place: str) -> None:
    component = f"{place}/{os.getpid()}.py"
    with open(component, "w") as file:
        file.write(COMPONENT)
    out = f"{place}/{os.getpid()}"
    outputs = {"parameters": {"Output": {"outputFile": f"{out}.value"}}, "outputFile": f"{out}.json"}
    given = {"inputs": {"parameterValues": {"number": 21}}, "outputs": outputs}
    sys.argv = ["-m", "--component_module_path", component, "--executor_input", json.dumps(given), "--function_to_execute", "double"]
    sys.stdout = sys.stderr = open(os.devnull, "w")
    sys.modules.pop(EXECUTOR, None)
    runpy.run_module(EXECUTOR, run_name="__main__", alter_sys=True)
    os._exit(0)


def main(count: int, parallel: int, work, modules: list[str]) -> None:
    for module in modules:
        importlib.import_module(module)
    gc.collect()
    gc.disable()
    gc.freeze()
    with tempfile.TemporaryDirectory() as place:
        started, running, begin = 0, 0, time.perf_counter()
        while started < count or running > 0:
            while started < count and running < parallel:
                if os.fork() == 0:
                    try:
                        work(place)
                    finally:
                        os._exit(1)
                started, running = started + 1, running + 1
            _, status = os.wait()
            if status != 0:
                sys.exit("a child failed: does this machine permit PID and mount namespaces?")
            running -= 1
        seconds = time.perf_counter() - begin
    print(count / seconds)


if __name__ == "__main__":
    work = {"namespaces": enter_namespaces, "executor": run_executor}[sys.argv[3]]
    main(int(sys.argv[1]), int(sys.argv[2]), work, sys.argv[4:])
