# SPDX-License-Identifier: Apache-2.0
"""Debian's own kernels, by apt and as apt verifies them, kept from run to run.

Names and versions are asked for, not known: a kernel's package is what `linux-image-cloud-amd64` of a suite
depends on today. From Linux 7.2 on a kernel is several packages, so dependencies are followed.
"""

import concurrent.futures
import lzma
import os
import pathlib
import re
import shutil
import subprocess
import time

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
# How long what the archive has is not asked for again.
FRESH = 24 * 3600


class Missing(Exception):
    """A kernel that cannot be had, and why."""


class Kernel:
    """One kernel that is unpacked: `release` as in uname -r, `package` with its version."""

    def __init__(self, role, folder):
        self.role = role
        self.folder = pathlib.Path(folder)
        self.image = first(self.folder, "boot/vmlinuz-*", "usr/lib/modules/*/vmlinuz*", "lib/modules/*/vmlinuz*")
        self.release = first(self.folder, "lib/modules/*", "usr/lib/modules/*").name
        self.package = (self.folder / "package").read_text().strip()

    def module(self, name):
        """The bytes of a module as the kernel takes them, or None where there is none."""
        for suffix in (".ko", ".ko.xz"):
            for path in self.folder.rglob(f"{name}{suffix}"):
                data = path.read_bytes()
                return lzma.decompress(data) if suffix.endswith("xz") else data
        return None


def first(folder, *patterns):
    for pattern in patterns:
        found = sorted(folder.glob(pattern))
        if found:
            return found[0]
    raise Missing(f"no {patterns[0]} in the package")


def mirror():
    """Where this machine has Debian from: the same host has the other suites."""
    text = ""
    for path in sorted(pathlib.Path("/etc/apt").glob("sources.list*")):
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        text += "\n".join(f.read_text() for f in files if f.suffix in (".list", ".sources"))
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    found = re.findall(r"\b(https?://\S+/debian)/?(?=\s|$)", "\n".join(lines))
    return found[0] if found else "http://deb.debian.org/debian"


class Suite:
    """One suite with lists of its own, beside whatever this machine has configured."""

    def __init__(self, name, folder):
        self.name = name
        self.folder = pathlib.Path(folder).resolve()
        for part in ("lists/partial", "cache/archives/partial"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        base = mirror() + ("-security" if name.endswith("-security") else "")
        (self.folder / "sources.list").write_text(f"deb [signed-by={KEYRING}] {base} {name} main\n")
        (self.folder / "status").touch()

    def run(self, *command, cwd=None):
        options = {
            "Dir::Etc::sourcelist": self.folder / "sources.list", "Dir::Etc::sourceparts": "-",
            "Dir::State": self.folder, "Dir::State::lists": self.folder / "lists",
            "Dir::State::status": self.folder / "status", "Dir::Cache": self.folder / "cache",
            # Whoever apt becomes to download must be able to write here.
            "APT::Sandbox::User": "root", "Acquire::Retries": 3, "Acquire::http::Timeout": 30,
            "APT::Get::List-Cleanup": "false", "APT::Architecture": "amd64", "Acquire::Languages": "none",
        }
        arguments = [command[0]] + [f"-o{key}={value}" for key, value in options.items()]
        done = subprocess.run(arguments + list(command[1:]), cwd=cwd, capture_output=True, text=True)
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip().splitlines()
            raise Missing(f"{command[0]} {command[1]}: {said[-1] if said else done.returncode}")
        return done.stdout

    def update(self):
        self.run("apt-get", "update", "-qq", "--error-on=any")

    def control(self, package):
        """Version and dependencies of the newest of this name."""
        text = self.run("apt-cache", "show", "--no-all-versions", package)
        fields = dict(re.findall(r"^([A-Z][A-Za-z-]*): (.*)$", text, re.M))
        if fields.get("Package") != package:
            raise Missing(f"no {package} in {self.name}")
        depends = ", ".join(fields.get(key, "") for key in ("Pre-Depends", "Depends"))
        names = [alternative.split("|")[0].split("(")[0].strip() for alternative in depends.split(",")]
        return fields["Version"], [name.split(":")[0] for name in names if name]

    def closure(self, package, pattern):
        """This package and what of its dependencies has a name of this kind, with versions."""
        found, waiting = {}, [package]
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            found[name], depends = self.control(name)
            waiting += [one for one in depends if re.fullmatch(pattern, one)]
        return found

    def unpack(self, packages, folder):
        """Downloads these, as apt verifies them, and unpacks them into a folder that is there whole or not at all."""
        new = pathlib.Path(f"{folder}.new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        self.run("apt-get", "download", "-qq", *[f"{n}={v}" for n, v in packages.items()], cwd=new)
        for deb in sorted(new.glob("*.deb")):
            subprocess.run(["dpkg-deb", "-x", deb, new], check=True)
            deb.unlink()
        (new / "package").write_text(" ".join(f"{n} {v}" for n, v in sorted(packages.items())[:1]) + "\n")
        shutil.rmtree(folder, ignore_errors=True)
        new.rename(folder)


def fetch(role, suites, cache, headers=False):
    """The kernel that the first of these suites has which begins with this version; a kept one where
    nothing can be asked. Returns it, and what is to be said of how it was had."""
    cache = pathlib.Path(cache)
    folder = cache / role
    stamp = folder / "asked"
    wanted = "" if role == "newest" else f"{role}."
    if stamp.exists() and time.time() - stamp.stat().st_mtime < FRESH and not os.environ.get("SYNFIN_NEW_KERNELS"):
        if not headers or (cache / f"{role}-headers").exists():
            return Kernel(role, folder), None
    reasons = []
    for name in suites:
        try:
            suite = Suite(name, cache / "apt" / name)
            suite.update()
            packages = suite.closure("linux-image-cloud-amd64", r"linux-(image|binary|modules)-.*")
            packages.pop("linux-image-cloud-amd64")
            version = sorted(packages.values())[0]
            if not version.startswith(wanted):
                raise Missing(f"{name} has {version}")
            image = min(packages)
            if not folder.exists() or Kernel(role, folder).package != f"{image} {packages[image]}":
                suite.unpack(packages, folder)
            if headers:
                fetch_headers(suite, Kernel(role, folder), cache / f"{role}-headers", version)
            stamp.touch()
            return Kernel(role, folder), None
        except (Missing, OSError, subprocess.CalledProcessError) as error:
            reasons.append(f"{name}: {error}")
    if folder.exists():
        return Kernel(role, folder), f"{role}: kept from before, for {'; '.join(reasons)}"
    raise Missing(f"{role}: {'; '.join(reasons)}")


def fetch_headers(suite, kernel, folder, version):
    """What a module for this kernel is built against."""
    packages = suite.closure(
        f"linux-headers-{kernel.release}", r"linux-(headers|kbuild)-.*")
    if folder.exists() and (folder / "for").exists() and (folder / "for").read_text() == kernel.package:
        return
    suite.unpack(packages, folder)
    # The packages name each other by where they would be installed.
    root = folder.resolve()
    for makefile in (root / "usr/src").glob("linux-headers-*/Makefile"):
        text = makefile.read_text()
        makefile.write_text(text.replace("/usr/src/", f"{root}/usr/src/"))
    (folder / "for").write_text(kernel.package)


def fetch_all(wanted, cache):
    """All of them at once, for it is the network that takes time. `wanted` has role, suites and whether
    modules are built for it. Returns the kernels by role, and what is missing or old, in sentences."""
    kernels, notes = {}, []
    with concurrent.futures.ThreadPoolExecutor() as pool:
        asked = {role: pool.submit(fetch, role, suites, cache, headers) for role, suites, headers in wanted}
    for role, answer in asked.items():
        try:
            kernels[role], note = answer.result()
            notes += [note] if note else []
        except Missing as error:
            notes.append(f"missing {error}")
    return kernels, notes
