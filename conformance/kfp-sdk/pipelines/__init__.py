"""Each module is one pipeline: `pipeline`, its ARGUMENTS, and `check`, which judges the run that it became."""
