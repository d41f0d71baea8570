#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a command as systemd would by a unit file, as far as that can be done without systemd.

confine.py UNIT [DROP-IN...] -- COMMAND: with the capabilities, the scheduling, the filter of system calls and the
view of files that the unit says, as nobody. Of what a unit may say, only what synfin's says is understood, and
what is not understood is an error, so that nothing is believed to hold that was not tried.
"""

import ctypes
import errno
import os
import socket
import subprocess
import sys

import seccomp

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWNET = 0x20000, 0x4000000, 0x8000000, 0x40000000
# With those of cgroups, users and processes: what RestrictNamespaces= is about.
NAMESPACES = [CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWNET, 0x2000000, 0x10000000, 0x20000000]
MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_SLAVE = 1, 32, 4096, 16384, 1 << 19
PROT_WRITE, PROT_EXEC, SHM_EXEC = 2, 4, 0o100000
NOBODY = 65534

# What the service manager itself does, and what has no part in how the command gets on.
OTHER = {
    "Type", "Environment", "EnvironmentFile", "ExecStart", "ExecReload", "Restart", "RestartSec",
    "RestartPreventExitStatus", "WatchdogSec", "MemoryMax", "TasksMax", "ProtectControlGroups",
    "PrivateDevices", "ProtectKernelModules", "ProtectKernelLogs", "ProtectClock", "ProtectHome",
    "KeyringMode", "LockPersonality", "RestrictSUIDSGID", "SystemCallArchitectures",
}
DONE = {
    "DynamicUser", "AmbientCapabilities", "CapabilityBoundingSet", "CPUSchedulingPolicy",
    "CPUSchedulingPriority", "CPUSchedulingResetOnFork", "LimitMEMLOCK", "ProtectSystem", "PrivateTmp",
    "PrivateIPC", "ProtectKernelTunables", "ProtectHostname", "ProtectProc", "UMask", "NoNewPrivileges",
    "RestrictAddressFamilies", "RestrictNamespaces", "RestrictRealtime", "MemoryDenyWriteExecute",
    "SystemCallFilter", "SystemCallErrorNumber",
}

libc = ctypes.CDLL(None, use_errno=True)


def check(result, what):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def settings(paths):
    found = {}
    for path in paths:
        section = None
        for line in open(path):
            line = line.strip()
            if line.startswith("["):
                section = line
            elif section == "[Service]" and line and not line.startswith("#"):
                name, _, value = line.partition("=")
                assert name in OTHER | DONE, f"{name} is not understood here"
                found.setdefault(name, []).append(value)
    return found


def mount(source, target, kind, flags, options=None):
    arguments = [text.encode() if text else None for text in (source, target, kind)]
    check(libc.mount(*arguments, ctypes.c_ulong(flags), options.encode() if options else None), target)


def isolate_files(unit):
    check(libc.unshare(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS), "unshare")
    mount(None, "/", None, MS_REC | MS_SLAVE)
    if unit["ProtectProc"] == ["invisible"]:
        mount("proc", "/proc", "proc", 0, "hidepid=invisible")
    for place in ("/proc/sys", "/sys"):
        mount(place, place, None, MS_BIND | MS_REC)
        mount(None, place, None, MS_REMOUNT | MS_BIND | MS_RDONLY)
    for place in filter(os.path.exists, ("/proc/kallsyms", "/proc/kcore")):
        mount("/dev/null", place, None, MS_BIND)
    # The command may be in /tmp, so what is private is not made empty.
    mount(None, "/", None, MS_REMOUNT | MS_BIND | MS_RDONLY)


def groups():
    """The sets of system calls that a filter names with @."""
    text = subprocess.run(["systemd-analyze", "syscall-filter"], capture_output=True, text=True).stdout
    sets, current = {}, None
    for line in text.splitlines():
        if line.startswith("@"):
            current = sets.setdefault(line.strip(), [])
        elif line.startswith("    ") and current is not None and "#" not in line:
            current.append(line.strip())
    return sets


def expand(names, sets):
    calls = set()
    for name in names:
        calls |= expand(sets[name], sets) if name.startswith("@") else {name}
    return calls


def allowed_calls(unit):
    sets = groups()
    calls = expand(["@default"], sets)
    for line in unit["SystemCallFilter"]:
        named = expand(line.lstrip("~").split(), sets)
        calls = calls - named if line.startswith("~") else calls | named
    return calls


def filter_calls(unit):
    """Restrictions that the unit names are filters beside each other: the strictest answer counts."""
    allowed = allowed_calls(unit)
    assert unit["SystemCallErrorNumber"] == ["EPERM"]
    refuse = seccomp.ERRNO(errno.EPERM)
    refused = seccomp.SyscallFilter(seccomp.ALLOW)
    argument = seccomp.Arg
    families = {getattr(socket, name) for name in unit["RestrictAddressFamilies"][0].split()}
    for family in set(range(64)) - {int(family) for family in families}:
        refused.add_rule(refuse, "socket", argument(0, seccomp.EQ, family))
    space = unit["RestrictNamespaces"][-1]
    kept = {"yes": None, "net": CLONE_NEWNET}[space]
    for kind in set(NAMESPACES) - {kept}:
        for name, place in (("unshare", 0), ("clone", 0), ("setns", 1)):
            refused.add_rule(refuse, name, argument(place, seccomp.MASKED_EQ, kind, kind))
    refused.add_rule(refuse, "setns", argument(1, seccomp.EQ, 0))
    # Its flags are in memory, where no filter sees them: who is told that there is none takes clone.
    refused.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
    assert unit["RestrictRealtime"] == ["yes"]
    refused.add_rule(refuse, "sched_setscheduler", argument(1, seccomp.GE, 1))
    assert unit["MemoryDenyWriteExecute"] == ["yes"]
    both = PROT_WRITE | PROT_EXEC
    refused.add_rule(refuse, "mmap", argument(2, seccomp.MASKED_EQ, both, both))
    for name in ("mprotect", "pkey_mprotect"):
        refused.add_rule(refuse, name, argument(2, seccomp.MASKED_EQ, PROT_EXEC, PROT_EXEC))
    refused.add_rule(refuse, "shmat", argument(2, seccomp.MASKED_EQ, SHM_EXEC, SHM_EXEC))
    refused.load()
    # At last, for it may refuse to load another.
    only = seccomp.SyscallFilter(refuse)
    for name in sorted(allowed):
        try:
            only.add_rule(seccomp.ALLOW, name)
        except (RuntimeError, ValueError):  # of another architecture, or newer than the library
            continue
    only.load()


def command(unit, words):
    held = ",".join("+" + name.removeprefix("CAP_").lower()
                    for line in unit["AmbientCapabilities"] for name in line.split())
    assert unit["AmbientCapabilities"] == unit["CapabilityBoundingSet"]
    assert unit["CPUSchedulingPolicy"] == ["rr"] and unit["CPUSchedulingResetOnFork"] == ["yes"]
    return [
        "chrt", "--rr", "--reset-on-fork", *unit["CPUSchedulingPriority"],
        "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs",
        f"--inh-caps=-all,{held}", f"--ambient-caps=-all,{held}", f"--bounding-set=-all,{held}",
        sys.executable, __file__, "--filtered", *words]


def main():
    arguments = sys.argv[1:]
    if arguments[0] == "--filtered":
        filter_calls(settings(os.environ.pop("CONFINE_UNITS").split(":")))
        os.execv(arguments[1], arguments[1:])
    split = arguments.index("--")
    unit = settings(arguments[:split])
    isolate_files(unit)
    os.umask(int(unit["UMask"][0], 8))
    os.environ["CONFINE_UNITS"] = ":".join(os.path.abspath(path) for path in arguments[:split])
    words = command(unit, arguments[split + 1:])
    os.execvp(words[0], words)


if __name__ == "__main__":
    main()
