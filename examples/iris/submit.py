"""Compiles pipeline.py and submits it with the official client: python submit.py --host http://localhost:8080 [-p NAME=VALUE]

Nothing here is particular to Slipway: `kfp.Client` comes from the `kfp` package as it is.
"""

import argparse
import json

import kfp

from pipeline import iris


def main() -> None:
    options = parse_options()
    client = kfp.Client(host=options.host)
    run = client.create_run_from_pipeline_func(
        iris, arguments=dict(options.parameter), experiment_name="iris", enable_caching=options.caching
    )
    print(f"kfp {kfp.__version__}")
    print(f"run {run.run_id}", flush=True)


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Submit the iris pipeline.")
    parser.add_argument("--host", default="http://localhost:8080", help="address of the pipelines API")
    parser.add_argument("-p", "--parameter", type=parameter, action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--caching", action=argparse.BooleanOptionalAction, help="override the caching of the steps")
    return parser.parse_args()


def parameter(text: str) -> tuple:
    name, separator, value = text.partition("=")
    if not separator:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    try:
        return name, json.loads(value)
    except json.JSONDecodeError:
        return name, value


if __name__ == "__main__":
    main()
