# SPDX-License-Identifier: Apache-2.0
"""What synfin does with less than root has (`sessions/rights.sh`): each row with how it ends, and what is said of
it. Beside that, everything that holds for all rows: one sentence where it is refused, the same from each command;
what `doctor` calls less than all, `trace -v` does as well; and no process is shown that is none."""

import json
import pathlib
import re

NOT_PERMITTED, UNSUPPORTED = 77, 69
NO_ELSEWHERE = "other network namespaces: not looked into"
NO_PATHS = "cgroup paths: no CAP_DAC_READ_SEARCH"
HOSTS_PIDS = "initial PID namespace: a container's: pids are the host's"
BOTH = "CAP_BPF and CAP_PERFMON are missing"
USER = "refused BPF in this user namespace"
SECCOMP = "under a filter of system calls (seccomp)"
LOCKDOWN = "kernel lockdown is in confidentiality mode"
PARANOID = "takes CAP_SYS_ADMIN here, for kernel.perf_event_paranoid is 3"
ENDS, READS = "who accepts: ends of accept and accept4", "who accepts: first reads"
LEGACY = "transitions by classic tracepoints"

# Name, what the row is, the exit status of what traces, and what must be said of it.
ROWS = [
    ("root", "root", 0, []),
    ("least", "nobody with CAP_BPF and CAP_PERFMON", 0, [NO_ELSEWHERE, NO_PATHS]),
    ("least-namespaces", "... and CAP_SYS_ADMIN, CAP_SYS_PTRACE", 0, [NO_PATHS]),
    ("least-paths", "... and CAP_DAC_READ_SEARCH", 0, [NO_ELSEWHERE]),
    ("admin", "nobody with CAP_SYS_ADMIN", 0, [NO_ELSEWHERE, NO_PATHS]),
    ("root-admin", "root with CAP_SYS_ADMIN alone", 0, [NO_ELSEWHERE, NO_PATHS]),
    ("no-perfmon", "nobody with CAP_BPF and CAP_NET_ADMIN", NOT_PERMITTED, ["CAP_PERFMON is missing"]),
    ("nobody", "nobody", NOT_PERMITTED, [BOTH, "run as root"]),
    ("root-nothing", "root without any capability", NOT_PERMITTED, [BOTH, "add them to the container"]),
    ("docker", "a container with Docker's capabilities", NOT_PERMITTED, [BOTH, "add them to the container"]),
    ("docker-bpf", "a container with those and CAP_BPF, CAP_PERFMON", 0, [NO_ELSEWHERE, HOSTS_PIDS]),
    ("privileged", "a privileged container", 0, [NO_ELSEWHERE, HOSTS_PIDS]),
    ("network", "root in a network namespace, sysfs mounted in it", 0, []),
    ("pid", "root in a PID namespace", 0, [NO_ELSEWHERE, HOSTS_PIDS]),
    ("mount", "root in a mount namespace", 0, []),
    ("user", "root in a user namespace", NOT_PERMITTED, [USER]),
    ("all-namespaces", "root in a user namespace and all others", NOT_PERMITTED, [USER]),
    ("eperm", "root, seccomp answers bpf(2) with EPERM", NOT_PERMITTED, [SECCOMP]),
    ("enosys", "root, seccomp answers bpf(2) with ENOSYS", NOT_PERMITTED, ["a filter of system calls (seccomp) says"]),
    ("memlock", "CAP_BPF and CAP_PERFMON, 64 KiB of locked memory", None, []),
    ("memlock-root", "root, 64 KiB of locked memory", 0, []),
    ("memlock-resource", "CAP_BPF, CAP_PERFMON, CAP_SYS_RESOURCE, 64 KiB", 0, [NO_ELSEWHERE]),
    ("no-btf", "root, without BTF", 0, [LEGACY]),
    ("no-btf-least", "CAP_BPF and CAP_PERFMON, without BTF", NOT_PERMITTED, ["tracefs cannot be read"]),
    ("no-sys", "root, without /sys", UNSUPPORTED, ["/sys is not mounted"]),
    ("no-proc", "root, without /proc", UNSUPPORTED, ["/proc is not mounted"]),
    ("no-dev", "root, without /dev (no /dev/net/tun)", 0, []),
    ("no-tracefs", "root, tracefs not mounted", 0, []),
    ("hidepid", "CAP_BPF and CAP_PERFMON, /proc with hidepid=2", 0, ["others' processes are hidden (hidepid)"]),
    ("paranoid-2", "... kernel.perf_event_paranoid 2", 0, []),
    ("paranoid-3", "... kernel.perf_event_paranoid 3", 0, []),
    ("paranoid-2-legacy", "... 2, the legacy object, CAP_DAC_READ_SEARCH", 0, [LEGACY]),
    ("paranoid-3-legacy", "... 3, the legacy object, CAP_DAC_READ_SEARCH", NOT_PERMITTED, [PARANOID]),
    ("paranoid-3-admin", "... 3, the legacy object, CAP_SYS_ADMIN", 0, [LEGACY]),
    ("kptr", "... kernel.kptr_restrict 2", 0, []),
    ("harden", "... net.core.bpf_jit_harden 2", 0, []),
    ("no-trampolines", "... kernel.ftrace_enabled 0", 0, [READS]),
    ("no-trampolines-paths", "... 0, CAP_DAC_READ_SEARCH, perf_event_paranoid 2", 0, [ENDS]),
    ("no-trampolines-paranoid", "... 0, CAP_DAC_READ_SEARCH, perf_event_paranoid 3", 0, [READS]),
    ("no-trampolines-unmounted", "... 0, CAP_SYS_ADMIN, CAP_DAC_READ_SEARCH, tracefs not mounted", 0, [ENDS]),
    ("unprivileged-0", "... kernel.unprivileged_bpf_disabled 0", 0, []),
    ("unprivileged-2", "... kernel.unprivileged_bpf_disabled 2", 0, []),
    ("unprivileged-1", "... kernel.unprivileged_bpf_disabled 1", 0, []),
    ("integrity", "... lockdown: integrity", 0, []),
    ("confidentiality", "root, lockdown: confidentiality", UNSUPPORTED, [LOCKDOWN]),
    ("confidentiality-unseen", "root, the same without securityfs", UNSUPPORTED, [LOCKDOWN]),
]
# Before 5.11 the memory of maps counts against the limit.
EXPECTED = {
    ("5.10", "memlock"): (NOT_PERMITTED, ["the limit on locked memory (65536 bytes)"]),
    # First reads take storage that a tracing program has with a socket, which is from 5.11 on.
    ("5.10", "no-trampolines"): (0, ["accepts: refused"]),
    ("5.10", "no-trampolines-paranoid"): (0, ["accepts: refused"]),
}
TIERS = ["resets", "mini sockets", "accepts", "scan"]


class Row:
    """What one row left."""

    def __init__(self, session, name):
        self.name = name
        self.session = session
        self.status = {what: self.number(what) for what in ("doctor", "trace", "timewait", "metrics")}
        self.checks = {}
        for line in self.text("doctor").splitlines():
            found = re.match(r"(yes|no|unknown) +(.+?)  +(.*) \[(.*)\]$", line)
            if found:
                self.checks[found[2]] = (found[1], found[3])
        self.ends = []
        for line in self.text("trace").splitlines():
            one = json.loads(line)
            if one["type"] == "connection":
                self.ends.append(one)

    def text(self, name):
        return self.session.text(f"{self.name}.{name}")

    def number(self, what):
        text = self.text(f"{what}.status").strip()
        return int(text) if text else None

    def sentences(self, what):
        """What it said, but for libbpf."""
        lines = self.text(f"{what}.err").splitlines()
        return [line.removeprefix("synfin: ") for line in lines if line.startswith("synfin: ")
                and not line.startswith("synfin: libbpf: ")]

    @property
    def refusal(self):
        said = self.sentences("doctor")
        return said[-1] if said and self.status["doctor"] != 0 else None


def expected(kernel, name, status, words):
    status, words = EXPECTED.get((kernel, name), (status, words))
    return status or 0, words


def judge(session, row, expectations):
    """What is wrong in any row."""
    script = (pathlib.Path(__file__).parent / f"sessions/{row.session}.sh").read_text()
    wrong, played = [], set(re.findall(r"^row (\S+)", script, re.M))
    for name, _, status, words in (known for known in ROWS if known[0] in played):
        one = Row(session, name)
        wrong += [f"{name}: {sentence}" for sentence in check(one, *expected(row.kernel, name, status, words))]
    return wrong


def check(row, status, words):
    wrong = [f"{what} exits with {row.status[what]}, not {status}: {row.sentences(what)[-1:]}"
             for what in ("doctor", "trace", "metrics") if row.status[what] not in (status, None if what == "metrics" and status == 0 else status)]
    said = row.sentences("trace") + [f"{name}: {detail}" for name, (_, detail) in row.checks.items()]
    wrong += [f"nobody says: {word}" for word in words if not any(word in line for line in said)]
    if row.refusal:
        wrong += [f"{what} says it otherwise: {row.sentences(what)[-1:]}" for what in ("trace", "metrics")
                  if row.sentences(what)[-1:] != [row.refusal]]
        return wrong
    log = row.sentences("trace")
    wrong += [f"trace -v does not say: {name}" for name in ("initial PID namespace", "other network namespaces",
                                                           "cgroup paths")
              if row.checks.get(name, ("yes", ""))[0] != "yes" and not any(line.startswith(f"{name}: ") for line in log)]
    return wrong + check_ends(row)


def check_ends(row):
    """Whose the known connection was, by the pid that its process has outside."""
    client = int(row.text("client") or 0)
    outside = {int(words[0]): words[1] for words in map(str.split, row.text("processes").splitlines()[1:])}
    ends = [end for end in row.ends if end["remote"].endswith(":5001") and end["open"] == "active"]
    if not any(end["owner"] and end["owner"]["pid"] == client for end in ends):
        return [f"the connection of {client} is not told of: {[end['owner'] for end in row.ends]}"]
    held = [end["owner"] for end in row.ends if end["owner"] and end["local"].endswith(":5002")
            and end["owner"]["from"] == "accept"]
    return [f"{owner} is no process of the host's" for owner in held if outside.get(owner["pid"], "nc") not in ("nc", "cat")]


def table(results):
    """Each row, and what it is without, by kernel where they differ."""
    sessions = {}
    for result in results:
        if result.row.judge is judge:
            sessions.setdefault(result.row.kernel, []).append(result.session)
    lines = ["| with | exit | without |\n", "| --- | --- | --- |\n"]
    usual = {}
    for name, title, _, _ in ROWS:
        cells = {}
        for kernel in sessions:
            # Where only some were played, the others have no line.
            for session in sessions[kernel]:
                if not session.text(f"{name}.trace.status") or kernel in cells.get("played", []):
                    continue
                cells.setdefault("played", []).append(kernel)
                cell = told(Row(session, name), Row(session, "root"))
                if name == "least":
                    usual[kernel] = cell
                elif cell == usual.get(kernel) and title.startswith("..."):
                    cell = (cell[0], "nothing more")
                cells.setdefault(cell, []).append(kernel)
        cells.pop("played", None)
        for (status, lack), kernels in cells.items():
            where = f" (Linux {', '.join(kernels)})" if len(cells) > 1 else ""
            lines.append(f"| {title}{where} | {status} | {lack} |\n")
    return "".join(lines)


def told(row, root):
    """The exit status, and what is less than root's."""
    if row.refusal:
        return row.status["trace"], re.sub(r"Linux \S+", "this kernel", row.refusal)
    parts = []
    if any(LEGACY in line for line in row.sentences("trace")):
        parts.append("all that classic tracepoints do not tell")
    for name in TIERS + ["initial PID namespace", "other network namespaces", "cgroup paths"]:
        answer, detail = row.checks.get(name, ("", ""))
        if (answer, detail) == root.checks.get(name, ("", "")) or name == "accepts" and answer == "yes":
            continue
        if parts and parts[0].startswith("all") and name in TIERS:
            continue
        parts.append(f"{name}: {detail}" if name not in TIERS else f"{name}: not told of")
    accepts = row.checks.get("accepts")
    if accepts and accepts != root.checks.get("accepts") and accepts[0] == "yes":
        parts.append(f"accepts: by {accepts[1]}")
    if any(line.startswith("no real-time priority") for line in row.sentences("trace")):
        parts.append("real-time priority")
    return row.status["trace"], "; ".join(parts) or "nothing"
