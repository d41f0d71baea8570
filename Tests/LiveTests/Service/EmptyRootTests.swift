// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

extension Live {
  /// The one file, in a root where nothing is but /proc and /sys.
  @Suite(.enabled(if: Packed.isThere, "nothing has been packed: make dist"))
  struct EmptyRootTests {
    @Test(arguments: [
      ["doctor"], ["trace", "--duration", "0"], ["timewait"], ["metrics"], ["--help"],
    ])
    func runs(_ arguments: [String]) throws {
      let end = try Child(command(arguments)).wait()
      #expect(end.status == 0, "\(end.stderr)")
      #expect(arguments.first == "trace" || !end.stdout.isEmpty)
    }

    /// Nothing else is there.
    @Test func isEmpty() throws {
      #expect(
        try Child(command(["--version"], before: "! chroot $root /bin/sh;")).wait().status == 0)
    }

    /// The mounts are in a namespace that ends with the command.
    private func command(_ arguments: [String], before: String = "") throws -> [String] {
      let path = try #require(Packed.path)
      let script = """
        set -e; root=$(mktemp -d); trap 'rmdir $root' EXIT
        mount -t tmpfs none $root; mkdir $root/proc $root/sys
        mount --rbind /proc $root/proc; mount --rbind /sys $root/sys; cp "$1" $root; shift
        \(before)
        status=0; chroot $root /synfin "$@" || status=$?
        umount -l $root; exit $status
        """
      return ["unshare", "-m", "sh", "-c", script, "sh", path] + arguments
    }
  }
}
