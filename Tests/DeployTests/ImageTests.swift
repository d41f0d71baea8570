// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The container image that `make image` has made, as another's tool reads it.
@Suite(
  .enabled(if: Project.isPacked && Tool.has("skopeo"), "\(Project.notPacked), with skopeo"))
struct ImageTests {
  /// The layout, and the same in one file.
  @Test(arguments: ["oci:", "oci-archive:"])
  func config(_ kind: String) throws {
    let path = try layout() + (kind == "oci:" ? "" : ".tar")
    let json = try Tool.text("skopeo", "inspect", "--config", "\(kind)\(path)")
    let image = try JSONDecoder().decode(Image.self, from: Data(json.utf8))
    #expect(image.os == "linux")
    #expect(image.config.User == "0:0")
    #expect(image.config.Entrypoint == ["/usr/bin/synfin"])
    #expect(image.config.Cmd.first == "metrics")
    #expect(
      image.config.Labels["org.opencontainers.image.version"] == (try Project.version()))
    #expect(image.rootfs.diff_ids.count == 1)
  }

  /// Another's tool copies it, which checks each digest, and finds in it what was put there.
  @Test func layer() throws {
    let folder = try Folder()
    let copy = "\(folder.path)/copy"
    _ = try Tool.text(
      "skopeo", "copy", "--quiet", "--insecure-policy", "oci:\(try layout())", "dir:\(copy)")
    _ = try Tool.text(
      "sh", "-ec",
      "mkdir \"$1/root\"; cd \"$1/copy\"; for each in *; do tar -xzf $each -C ../root && exit; done",
      "sh", folder.path)
    let names = try Tool.text("find", "\(folder.path)/root", "-type", "f", "-printf", "/%P\n")
    let documentation = "/usr/share/doc/synfin"
    #expect(
      names.split(separator: "\n").sorted() == [
        "/usr/bin/synfin", "\(documentation)/LICENSE", "\(documentation)/LICENSE.GPL-2.0",
        "\(documentation)/copyright",
      ])
    _ = try Tool.text("cmp", "\(folder.path)/root/usr/bin/synfin", "\(try dist())/synfin")
  }

  @Test func isReproducible() throws {
    let before = try Tool.text("sha256sum", "\(try layout()).tar")
    _ = try Tool.text("make", "-s", "lay", "STAGE=\(try Folder().path)")
    #expect(try Tool.text("sha256sum", "\(try layout()).tar") == before)
  }

  private struct Image: Decodable {
    var os: String
    var config: Config
    var rootfs: Layers
  }

  private struct Config: Decodable {
    var User: String
    var Entrypoint: [String]
    var Cmd: [String]
    var Labels: [String: String]
  }

  private struct Layers: Decodable { var diff_ids: [String] }

  private func dist() throws -> String { try #require(Project.dist, "\(Project.notPacked)") }
  private func layout() throws -> String { "\(try dist())/synfin.oci" }
}
