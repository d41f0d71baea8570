// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The systemd unit, as systemd's own tools read it; how the product runs under it: ServiceTests.
@Suite(.enabled(if: Tool.has("systemd-analyze"), "systemd-analyze is missing"))
struct UnitTests {
  /// Nothing in it that systemd does not know, alone and with its drop-in.
  @Test(arguments: [false, true])
  func verify(_ isWithDropIn: Bool) throws {
    let root = try installed(isWithDropIn)
    // What stands for kill must be there as well, for the command of each line is looked for.
    let end = try Tool(
      "systemd-analyze", "verify", "--man=no", "--root=\(root.path)", "synfin.service")
    #expect(end.status == 0 && end.output.isEmpty, "\(end.output)\(end.errors)")
    #expect(!end.errors.contains("synfin"), "\(end.errors)")
  }

  /// It would be seen if there were something.
  @Test func verifyCanFail() throws {
    let root = try installed(false)
    let file = URL(filePath: root.path + "/usr/lib/systemd/system/synfin.service")
    try (Project.text(Unit.service) + "\n[Service]\nNoSuchOption=1\n")
      .write(to: file, atomically: false, encoding: .utf8)
    let end = try Tool(
      "systemd-analyze", "verify", "--man=no", "--root=\(root.path)", "synfin.service")
    #expect(end.errors.contains("NoSuchOption"), "\(end.errors)")
  }

  /// systemd's own measure of what a service could do, from 0 to 10: 1.6 with systemd 252, and much for
  /// CAP_SYS_ADMIN.
  @Test(arguments: [(false, 20), (true, 50)])
  func exposure(_ isWithDropIn: Bool, _ threshold: Int) throws {
    let root = try installed(isWithDropIn)
    let end = try Tool(
      "systemd-analyze", "security", "--offline=yes", "--no-pager", "--root=\(root.path)",
      "--threshold=\(threshold)", "synfin.service")
    #expect(end.status == 0, "\(end.output.suffix(100))\(end.errors)")
  }

  @Test func capabilities() throws {
    let unit = try Unit(Unit.service)
    #expect(unit.words("AmbientCapabilities") == ["CAP_BPF", "CAP_PERFMON"])
    #expect(unit.words("CapabilityBoundingSet") == unit.words("AmbientCapabilities"))
    let dropIn = try Unit(Unit.dropIn)
    #expect(dropIn.words("CapabilityBoundingSet") == dropIn.words("AmbientCapabilities"))
  }

  /// A root that has the unit, and what it runs.
  private func installed(_ isWithDropIn: Bool) throws -> Folder {
    let root = try Folder()
    _ = try Tool.text(
      "sh", "-ec",
      """
      mkdir -p "$1/usr/bin" "$1/bin" "$1/usr/lib/systemd/system/synfin.service.d"
      cp /bin/true "$1/usr/bin/synfin"; cp /bin/kill "$1/bin/kill"
      cp /lib/systemd/system/*.target /lib/systemd/system/*.slice "$1/usr/lib/systemd/system"
      cp "$2" "$1/usr/lib/systemd/system/synfin.service"
      test "$3" = false || cp "$4" "$1/usr/lib/systemd/system/synfin.service.d"
      """, "sh", root.path, Unit.service, "\(isWithDropIn)", Unit.dropIn)
    return root
  }
}
