# SPDX-License-Identifier: Apache-2.0
"""The matrix of kernels: Debian's, each booted with the product, and all it tells held against what was made.

    python3 matrix.py --synfin FILE --traffic FILE --cache FOLDER --page FILE [--write] [--only WORDS]

`make check-kernels` runs it. What could not be tried because a kernel, QEMU or anything else cannot be had
is said loudly; and where CI or SYNFIN_REQUIRE_LIVE is set, that is a failure."""

import argparse
import collections
import concurrent.futures
import os
import pathlib
import shutil
import sys
import tarfile
import time
import traceback

import archive
import boot
import judge
import module
import page
import rows

BUSYBOX = "/bin/busybox"
# A guest keeps one core busy.
AT_ONCE = min(2, os.cpu_count() or 1)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--synfin", required=True, help="the product, static")
    options.add_argument("--traffic", required=True, help="what makes connections in the guest, static")
    options.add_argument("--cache", required=True, help="where kernels are kept")
    options.add_argument("--page", required=True, type=pathlib.Path, help="what the whole matrix is held against")
    options.add_argument("--write", action="store_true", help="write the page's tables anew")
    options.add_argument("--image", type=pathlib.Path, help="a kernel of your own (bzImage), and no other")
    options.add_argument("--tier", default="legacy", help="what that can know")
    options.add_argument("--only", default="", help="rows whose kernel and session have all of these words")
    arguments = options.parse_args()
    chosen = [row for row in rows.ROWS if all(w in f"{row.kernel} {row.session}".split() for w in arguments.only.split())]
    began = time.monotonic()

    missing = [f"{what} is not there" for what, there in (
        ("a machine of x86-64", os.uname().machine == "x86_64"),
        ("qemu-system-x86_64", shutil.which("qemu-system-x86_64")), ("busybox", pathlib.Path(BUSYBOX).exists()),
        ("the product", pathlib.Path(arguments.synfin).exists()),
        ("Debian's keyring", pathlib.Path(archive.KEYRING).exists())) if not there]
    if arguments.image and not missing:
        own = rows.row("own", "plain", rows.follows, arguments.tier)
        return 1 if any(one.wrong for one in play([own], {"own": boot.Image(arguments.image)}, arguments)) else 0
    kernels = {}
    if not missing:
        wanted = [(role, rows.KERNELS[role], role in rows.HEADERS) for role in rows.KERNELS
                  if any(row.kernel == role for row in chosen)]
        kernels, notes = archive.fetch_all(wanted, arguments.cache)
        for note in notes:
            print(f"kernels: {note}", file=sys.stderr)
        missing += [f"the kernel {role} cannot be had" for role, _, _ in wanted if role not in kernels]
    print(f"kernels: {', '.join(k.release for k in kernels.values()) or 'none'}", file=sys.stderr)

    results = play([row for row in chosen if row.kernel in kernels], kernels, arguments)
    failed = [result for result in results if result.wrong]
    print(f"kernels: {len(results)} rows in {time.monotonic() - began:.0f} s, {len(failed)} failed", file=sys.stderr)
    if failed:
        return 1
    if not missing and len(results) == len(rows.ROWS):
        return held_against(arguments.page, results, arguments.write)
    return lacking(missing, len(chosen) - len(results))


def held_against(path, results, is_written):
    """Whether the page says what the matrix prints."""
    text = path.read_text()
    if is_written:
        path.write_text(page.written(text, results))
        return 0
    lines = page.differences(text, results)
    for line in lines:
        print(f"{path.name}: {line}", file=sys.stderr)
    if lines:
        print(f"{path.name} is not what the matrix prints: run make compatibility", file=sys.stderr)
    return 1 if lines else 0


def lacking(missing, count):
    """What is to be said, and whether it counts, where not all could be tried."""
    if not missing:
        return 0
    print(f"\n*** THE KERNEL MATRIX IS NOT WHOLE: {count} rows SKIPPED, for {', '.join(missing)} ***\n", file=sys.stderr)
    required = os.environ.get("CI") or os.environ.get("SYNFIN_REQUIRE_LIVE") == "1"
    return 1 if required else 0


Result = collections.namedtuple("Result", "row kernel session wrong")


def play(chosen, kernels, arguments):
    """All rows, a guest for each kernel and command line, two guests at a time."""
    guests = collections.defaultdict(list)
    for row in chosen:
        guests[row.kernel, row.cmdline].append(row)
    results = []
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = [pool.submit(guest, number, kernels[kernel], cmdline, played, arguments)
                   for number, ((kernel, cmdline), played) in enumerate(guests.items())]
        for done in concurrent.futures.as_completed(waiting):
            for result in done.result():
                tell(result)
                results.append(result)
    return results


def guest(number, kernel, cmdline, played, arguments):
    """One guest, and the verdicts on what was done in it."""
    folder = pathlib.Path(arguments.cache) / "runs" / f"{kernel.role}-{number}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    files = {"busybox": BUSYBOX, "synfin": arguments.synfin, "traffic": arguments.traffic}
    try:
        files["confine"] = module.program("confine", arguments.cache)
        modules = {name: module.build(name, kernel, arguments.cache) for row in played for name in row.modules}
        boot.pack(folder / "initramfs", kernel, [row.session for row in played], files, modules)
        boot.run(kernel, folder, cmdline)
        why = None
    except (boot.Died, module.NotBuilt, OSError, tarfile.TarError) as error:
        why = f"the guest: {error}"
    finally:
        (folder / "initramfs").unlink(missing_ok=True)
    results = []
    for row in played:
        if why:
            results.append(Result(row, kernel, None, [why]))
            continue
        session = judge.Session(folder / "out" / row.session)
        try:
            wrong = row.judge(session, row, judge.Expectations())
        except Exception:  # What a session left is no file of ours.
            wrong = ["it cannot be judged: " + traceback.format_exc(limit=-2)]
        results.append(Result(row, kernel, session, wrong))
    return results


def tell(result):
    name = f"{result.row.kernel} {result.row.session}"
    if not result.wrong:
        print(f"ok      {name}")
        return
    print(f"FAILED  {name} ({result.kernel.release})")
    for sentence in result.wrong:
        print(f"        {sentence}")


if __name__ == "__main__":
    sys.exit(main())
