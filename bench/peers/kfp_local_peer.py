"""kfp.local with the SubprocessRunner in this environment (no environment of its own for each step: its fastest way); in the case
from an empty cache with environments, for which every step installs its packages."""

import logging
import os

import kfp_pipelines
import workload
from kfp import local


def run(pipeline, is_from_empty=False):
    def execute(directory: str):
        os.environ["PIP_CACHE_DIR"] = f"{directory}/packages"
        local.init(runner=local.SubprocessRunner(use_venv=is_from_empty), pipeline_root=f"{directory}/local", raise_on_error=True)
        return pipeline().output

    return execute


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    cases = {name: run(pipeline) for name, pipeline in kfp_pipelines.PIPELINES.items()}
    workload.main({**cases, "iris-empty": run(kfp_pipelines.PIPELINES["iris"], is_from_empty=True)})
