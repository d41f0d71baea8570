// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The Debian package that `make deb` has made.
@Suite(
  .enabled(if: Project.isPacked && Tool.has("lintian"), "\(Project.notPacked), with lintian"))
struct PackageTests {
  @Test func version() throws {
    let version = try Project.version()
    #expect(try field("Version").hasPrefix("\(version)-"))
    #expect(try Tool.text("\(try dist())/synfin", "--version") == "\(version)\n")
    #expect(try Project.text("CHANGELOG.md").contains("## \(version)"))
  }

  @Test func lintian() throws {
    let end = try Tool("lintian", "--allow-root", "--fail-on", "error,warning", try package())
    #expect(end.status == 0 && end.output.isEmpty, "\(end.output)")
  }

  @Test func contents() throws {
    let files = try Tool.text("dpkg-deb", "-c", try package()).split(separator: "\n")
      .map { $0.split(separator: " ") }.filter { !$0[5].hasSuffix("/") }
    #expect(files.allSatisfy { $0[1] == "root/root" })
    let paths = Set(files.map { $0[5].dropFirst() })
    let documentation = "/usr/share/doc/synfin"
    for path in [
      "/usr/bin/synfin", "/lib/systemd/system/synfin.service", "/etc/default/synfin",
      "/usr/share/man/man8/synfin.8.gz", "/usr/share/bash-completion/completions/synfin",
      "/usr/share/zsh/vendor-completions/_synfin",
      "/usr/share/fish/vendor_completions.d/synfin.fish", "\(documentation)/copyright",
      "\(documentation)/README.md", "\(documentation)/changelog.gz",
      "\(documentation)/docs/install.md", "\(documentation)/examples/other-namespaces.conf",
    ] {
      #expect(paths.contains(path[...]), "\(path)")
    }
    #expect(try field("Built-Using").contains("libbpf (= "))
    #expect(try field("Depends") == "\n")
  }

  /// Nothing is enabled by installing it, and what nobody has enabled is not started.
  @Test func isNotEnabled() throws {
    let folder = try Folder()
    _ = try Tool.text("dpkg-deb", "-e", try package(), folder.path)
    let script = try String(contentsOfFile: folder.path + "/postinst", encoding: .utf8)
    #expect(script.contains("deb-systemd-helper --quiet was-enabled 'synfin.service'"))
    #expect(
      try String(contentsOfFile: folder.path + "/conffiles", encoding: .utf8)
        == "/etc/default/synfin\n")
  }

  /// Into a root of its own, where the program runs, its page is read and its completions load.
  @Test func install() throws {
    let root = try Folder()
    _ = try Tool.text(
      "sh", "-ec",
      """
      mkdir -p "$1/var/lib/dpkg/info" "$1/var/lib/dpkg/updates"
      touch "$1/var/lib/dpkg/status" "$1/var/lib/dpkg/available"
      dpkg --root="$1" --force-script-chrootless --force-not-root --log=/dev/null --unpack "$2"
      dpkg --root="$1" --audit
      """, "sh", root.path, try package())
    #expect(
      try Tool.text("\(root.path)/usr/bin/synfin", "--version") == "\(try Project.version())\n")
    let completions = "\(root.path)/usr/share/bash-completion/completions/synfin"
    #expect(
      try Tool.text("bash", "-ec", "source \"$1\"; complete -p synfin", "bash", completions)
        .contains("_synfin"))
    #expect(
      try Tool.text("zcat", "\(root.path)/usr/share/man/man8/synfin.8.gz")
        == Project.text("docs/synfin.8"))
  }

  /// Packed somewhere else, by somebody whose files nobody else may read, it has the same bytes.
  @Test func isReproducible() throws {
    let folder = try Folder()
    let before = try Tool.text("sha256sum", try package())
    _ = try Tool.text(
      "sh", "-c", "umask 077; make -s pack STAGE=\"$1\"", "sh", folder.path)
    #expect(try Tool.text("sha256sum", try package()) == before)
  }

  private func dist() throws -> String { try #require(Project.dist, "\(Project.notPacked)") }

  private func package() throws -> String {
    let names = try FileManager.default.contentsOfDirectory(atPath: dist())
    let name = try #require(names.first { $0.hasSuffix(".deb") })
    return "\(try dist())/\(name)"
  }

  private func field(_ name: String) throws -> String {
    try Tool.text("dpkg-deb", "-f", package(), name)
  }
}
