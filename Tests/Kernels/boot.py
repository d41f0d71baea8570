# SPDX-License-Identifier: Apache-2.0
"""A guest: what is in its memory, and one run of it in QEMU."""

import io
import pathlib
import stat
import subprocess
import tarfile
import time

# Of the modules that a host loads by itself when they are needed, in the order they need each other.
MODULES = ["inet_diag", "tcp_diag"]
PATIENCE = 240


class Died(Exception):
    """A guest that gave no answer, and the last of what its console said."""


class Image:
    """A kernel that somebody else has built, with all that is needed in it."""

    def __init__(self, image):
        self.role, self.release, self.image = "own", image.name, image

    def module(self, name):
        return None


class Initramfs:
    """An archive as the kernel unpacks it (newc, Documentation/driver-api/early-userspace/buffer-format.rst)."""

    def __init__(self):
        self.out = io.BytesIO()
        self.number = 0
        self.folders = set()

    def entry(self, name, mode, data=b""):
        self.number += 1
        fields = [self.number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0]
        self.out.write(b"070701" + b"".join(b"%08x" % field for field in fields))
        for part in (name.encode() + b"\0", data):
            self.out.write(part)
            self.out.write(b"\0" * (-self.out.tell() % 4))

    def add(self, name, data, executable=False):
        for parent in reversed(pathlib.PurePath(name).parents[:-1]):
            if parent not in self.folders:
                self.folders.add(parent)
                self.entry(str(parent), stat.S_IFDIR | 0o755)
        self.entry(name, stat.S_IFREG | (0o755 if executable else 0o644), data)

    def link(self, name, to):
        self.entry(name, stat.S_IFLNK | 0o777, to.encode())

    def write(self, path):
        self.entry("TRAILER!!!", 0)
        pathlib.Path(path).write_bytes(self.out.getvalue())


def pack(path, kernel, sessions, files, modules):
    """Writes the memory of a guest. `files` are programs by name, `modules` bytes by name, loaded by sessions."""
    here = pathlib.Path(__file__).parent
    ram = Initramfs()
    ram.add("init", (here / "guest/init").read_bytes(), executable=True)
    for words in ("guest.sh", "rights.sh"):
        ram.add(words, (here / "guest" / words).read_bytes())
    for name, file in files.items():
        ram.add(f"bin/{name}", pathlib.Path(file).read_bytes(), executable=True)
    ram.link("bin/acceptor", "traffic")
    for session in sessions:
        ram.add(f"sessions/{session}.sh", (here / f"sessions/{session}.sh").read_bytes())
    ram.add("sessions/order", " ".join(sessions).encode() + b"\n")
    loaded = {name: kernel.module(name) for name in MODULES}
    loaded = {name: data for name, data in loaded.items() if data is not None}
    for name, data in {**loaded, **modules}.items():
        ram.add(f"modules/{name}.ko", data)
    ram.add("modules/order", " ".join(f"{name}.ko" for name in loaded).encode() + b"\n")
    ram.write(path)


def run(kernel, folder, cmdline=""):
    """Boots it once more where it dies before the first session begins, never after. Returns seconds."""
    folder = pathlib.Path(folder)
    for attempt in (1, 2):
        began = time.monotonic()
        console, answer = folder / "console", folder / "out.tar.gz"
        command = [
            # Of two cores, and no KVM: where there is one in a virtual machine it may not work.
            "qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-smp", "1", "-m", "1024",
            "-nodefaults", "-display", "none", "-no-reboot", "-no-user-config",
            "-serial", f"file:{console}", "-serial", f"file:{answer}",
            "-kernel", str(kernel.image), "-initrd", str(folder / "initramfs"),
            # 141 is cx16, which QEMU 7.2 mixes up where the kernel uses it; programs may.
            "-append", f"console=ttyS0 quiet panic=-1 clearcpuid=141 {cmdline}",
        ]
        try:
            subprocess.run(command, timeout=PATIENCE, check=False, stdin=subprocess.DEVNULL)
            ended = "it ended"
        except subprocess.TimeoutExpired:
            ended = f"no end after {PATIENCE} s"
        said = console.read_text(errors="replace") if console.exists() else ""
        if "guest: over" in said:
            with tarfile.open(answer) as archive:
                archive.extractall(folder / "out", filter="data")
            return time.monotonic() - began
        if "begins" in said:
            break
    raise Died(f"{ended}; its console ends: " + " | ".join(said.strip().splitlines()[-5:]))
