"""kfp.local with the SubprocessRunner in this environment (no environment of its own for each step: its fastest way)."""

import logging

import kfp_pipelines
import workload
from kfp import local


def run(pipeline):
    def execute(directory: str):
        local.init(runner=local.SubprocessRunner(use_venv=False), pipeline_root=f"{directory}/local", raise_on_error=True)
        return pipeline().output

    return execute


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    workload.main({name: run(pipeline) for name, pipeline in kfp_pipelines.PIPELINES.items()})
