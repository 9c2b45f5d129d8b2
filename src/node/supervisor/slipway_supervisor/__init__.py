"""The program of supervisor.py, one file per noun; server, container and loop are loaded by the supervisor only."""
