"""Gives the packages of a new environment their bytecode: python3 -I compile_packages.py SITE_PACKAGES CACHE

A step cannot keep what it compiles, so without this every step would compile its imports anew. The bytecode of one release of
a package is compiled once for all environments: CACHE/<interpreter tag>/<hash of the package's RECORD> holds it, and
environments get it as hard links. Where RECORD names the hash of every source, the same RECORD is the same source; therefore the
bytecode is of the kind that is not checked against its source (PEP 552). A package whose RECORD leaves hashes out, as wheels made by
hand do, is compiled for its environment alone. Tests inside packages are left out.
"""

import concurrent.futures
import csv
import hashlib
import importlib.util
import os
import py_compile
import shutil
import sys
import tempfile

PACKAGES_KEPT_MAX = 400
FILES_AT_ONCE = 16


def main(site_packages, cache):
    cache = os.path.join(cache, sys.implementation.cache_tag)
    os.makedirs(cache, exist_ok=True)
    missing = []
    for name in sorted(os.listdir(site_packages)):
        record = os.path.join(site_packages, name, 'RECORD')
        if not name.endswith('.dist-info') or not os.path.isfile(record):
            continue
        sources, are_told = sources_of(record, site_packages)
        kept = os.path.join(cache, key_of(record)) if are_told else None
        if kept and os.path.isdir(kept):
            os.utime(kept)
            link_tree(kept, site_packages)
        else:
            missing.append((kept, sources))
    compile_all([os.path.join(site_packages, source) for _, sources in missing for source in sources])
    for kept, sources in missing:
        if kept:
            keep(kept, [bytecode_of(source) for source in sources], site_packages)
    forget_oldest(cache)


def key_of(record):
    with open(record, 'rb') as file:
        return hashlib.sha256(file.read()).hexdigest()[:32]


def sources_of(record, site_packages):
    """And whether RECORD has the hash of each."""
    with open(record, newline='', encoding='utf-8') as file:
        rows = [row for row in csv.reader(file) if row and row[0].endswith('.py')]
    paths = [os.path.normpath(row[0]) for row in rows]
    sources = [path for path in paths if is_inside(path) and os.path.isfile(os.path.join(site_packages, path))]
    return sources, all(len(row) > 1 and row[1] for row in rows)


def is_inside(path):
    return not os.path.isabs(path) and not path.startswith('..') and '/tests/' not in path


def bytecode_of(source):
    return importlib.util.cache_from_source(source)


def compile_all(paths):
    if paths:
        with concurrent.futures.ProcessPoolExecutor() as pool:
            for _ in pool.map(compile_one, paths, chunksize=FILES_AT_ONCE):
                pass


def compile_one(path):
    # Packages carry files that are no Python of this version (templates, examples): nobody imports them here.
    py_compile.compile(path, quiet=2, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)


def keep(kept, paths, site_packages):
    """Whole or not at all: another server may keep the same package at the same time."""
    temporary = tempfile.mkdtemp(prefix='.new-', dir=os.path.dirname(kept))
    for path in paths:
        if os.path.isfile(os.path.join(site_packages, path)):
            link(os.path.join(site_packages, path), os.path.join(temporary, path))
    try:
        os.rename(temporary, kept)
    except OSError:
        shutil.rmtree(temporary, ignore_errors=True)


def link_tree(source, target):
    for directory, _, names in os.walk(source):
        inner = os.path.relpath(directory, source)
        for name in names:
            link(os.path.join(directory, name), os.path.join(target, inner, name))


def link(source, target):
    try:
        os.link(source, target)
    except FileExistsError:
        pass
    except FileNotFoundError:
        os.makedirs(os.path.dirname(target))
        link(source, target)
    except OSError:
        # Another file system, or one without hard links.
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copy2(source, target)


def forget_oldest(cache):
    entries = sorted(os.scandir(cache), key=lambda entry: entry.stat().st_mtime, reverse=True)
    for entry in entries[PACKAGES_KEPT_MAX:]:
        shutil.rmtree(entry.path, ignore_errors=True)


if __name__ == '__main__':
    main(sys.argv[1], sys.argv[2])
