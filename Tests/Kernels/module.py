# SPDX-License-Identifier: Apache-2.0
"""A module of ours (bpf/tcp_set_state), built against Debian's headers of a kernel."""

import os
import pathlib
import shutil
import subprocess
import threading

GUEST = pathlib.Path(__file__).parent / "guest"
SOURCES = pathlib.Path(__file__).resolve().parents[2] / "bpf"


class NotBuilt(Exception):
    """A module that cannot be built, and why."""


def build(name, kernel, cache):
    """The bytes of this module for this kernel."""
    headers = pathlib.Path(cache).resolve() / f"{kernel.role}-headers" / "usr/src" / f"linux-headers-{kernel.release}"
    if not headers.exists():
        raise NotBuilt(f"no headers of {kernel.release}")
    folder = pathlib.Path(cache).resolve() / "modules" / kernel.role / name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(SOURCES / name, folder)
    # Debian names the compiler that it used, and BTF would need pahole.
    done = subprocess.run(
        ["make", "-s", "-C", headers, f"M={folder}", "CC=gcc", "CONFIG_DEBUG_INFO_BTF_MODULES=", "modules"],
        capture_output=True, text=True)
    built = folder / f"{name}.ko"
    if done.returncode != 0 or not built.exists():
        errors = [line for line in done.stderr.splitlines() if "rror" in line] or done.stderr.splitlines()[-1:]
        raise NotBuilt(f"{name} for {kernel.release}: {' | '.join(errors[:2])}")
    subprocess.run(["objcopy", "--strip-debug", built], check=True)
    return built.read_bytes()


def program(name, cache):
    """A program of a guest's own, of one file in C; where it is."""
    built = pathlib.Path(cache).resolve() / name
    source = GUEST / f"{name}.c"
    if not built.exists() or built.stat().st_mtime < source.stat().st_mtime:
        new = built.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        done = subprocess.run(
            ["gcc", "-O1", "-Wall", "-Wextra", "-Werror", "-static", "-s", "-o", new, source],
            capture_output=True, text=True)
        if done.returncode != 0:
            raise NotBuilt(f"{name}: {done.stderr.splitlines()[:1]}")
        new.rename(built)
    return built
