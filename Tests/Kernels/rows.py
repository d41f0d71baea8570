# SPDX-License-Identifier: Apache-2.0
"""The rows of the matrix: a kernel, what is done in it, and what is to come out.

A row is `Row(kernel, session)`, where `sessions/SESSION.sh` is what runs in the guest as root: a busybox
shell with the words of `guest/guest.sh`, in a folder of its own, of which the host gets all files. `judge`
gives what is wrong with them, in sentences, and nothing where nothing is. Rows of one kernel are played in
one guest, in this order; a row with a `cmdline` has a guest of its own."""

import collections

import judge
import rights

# Debian's suites that may have a kernel of this version, the first that does is taken. What is built for
# bookworm can be built against on bookworm.
KERNELS = {
    "5.10": ["bullseye-security", "bullseye"],
    "6.1": ["bookworm-security", "bookworm"],
    "6.12": ["bookworm-backports", "trixie-security", "trixie"],
    "newest": ["trixie-backports", "sid"],
}
# Those that modules of ours are built for.
HEADERS = ["6.1", "6.12"]

# Which tier a tier is like, but for what expected.txt says.
ABOVE = {"core": "full", "external": "core", "legacy": "core", "legacy-tcp": "legacy"}
MINIS = {"5.10": "core", "6.1": "core", "6.12": "full", "newest": "full"}

Row = collections.namedtuple("Row", "kernel session judge tier says modules cmdline")


def row(kernel, session, judge, tier=None, says=(), modules=(), cmdline=""):
    return Row(kernel, session, judge, tier, tuple(says), tuple(modules), cmdline)


def follows(session, row, expectations):
    """All traffic was followed, and `trace -v` says on what that rests."""
    wrong = judge.judge(session, row.tier, ABOVE, expectations)
    log = session.text("trace.err")
    return wrong + [f"trace -v does not say: {words}" for words in row.says if words not in log]


CORE = ["the CO-RE object, sock:inet_sock_set_state (tp_btf), a ring buffer"]
FEXIT = ["who accepts: fexit of inet_csk_accept"]
ENDS = ["who accepts: ends of accept and accept4"]
EXTERNAL = ["the CO-RE object, sock:inet_sock_set_state (raw_tp), a ring buffer: types by /vmlinux.btf"]
LEGACY = ["the legacy object, sock:inet_sock_set_state (classic), a perf buffer"]
LEGACY_TCP = ["the legacy object, tcp:tcp_set_state (classic), a perf buffer"]
HIDDEN = ["there is no /sys/kernel/btf/vmlinux"]
FORCED = ["SYNFIN_SOURCE asks for it"]

ROWS = [row(kernel, "plain", follows, MINIS[kernel], CORE + FEXIT) for kernel in KERNELS]
# The newest cannot be told to do without.
ROWS += [row(kernel, "no-trampolines", follows, MINIS[kernel], CORE + ENDS) for kernel in ("5.10", "6.1", "6.12")]
ROWS += [row(kernel, "hidden-btf", follows, "legacy", LEGACY + HIDDEN) for kernel in KERNELS]
ROWS += [row(kernel, "external-btf", follows, "external", EXTERNAL + ENDS) for kernel in KERNELS]
ROWS += [row(kernel, "legacy", follows, "legacy", LEGACY + FORCED) for kernel in KERNELS]
ROWS += [row(kernel, "legacy-tcp", follows, "legacy-tcp", LEGACY_TCP + FORCED, ["tcp_set_state"]) for kernel in HEADERS]

# One way leads there and none back, so it has a guest of its own; and the lockdown module.
RIGHTS = ("5.10", "6.1", "6.12")
ROWS += [row(kernel, "rights", rights.judge, cmdline="lsm=landlock,lockdown") for kernel in RIGHTS]
ROWS += [row(kernel, "rights-host", rights.judge, cmdline="lsm=landlock,lockdown,yama") for kernel in RIGHTS]
ROWS += [row(kernel, "rights-tracing", rights.judge, cmdline="lsm=landlock") for kernel in RIGHTS]
