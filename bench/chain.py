"""A chain of steps that import nothing and sleep for 10 ms:  python chain.py STEPS OUTPUT_FILE"""

import sys

from kfp import compiler, dsl


@dsl.component(base_image="python:3")
def nap(seconds: float, index: int) -> int:
    import time

    time.sleep(seconds)
    return index + 1


@dsl.pipeline(name="chain")
def chain(seconds: float = 0.01):
    index = 0
    for _ in range(int(sys.argv[1])):
        task = nap(seconds=seconds, index=index).set_caching_options(False)
        index = task.output


if __name__ == "__main__":
    compiler.Compiler().compile(chain, sys.argv[2])
