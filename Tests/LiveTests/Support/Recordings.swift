// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

/// A folder for recordings, which anybody may read, and which goes with the test.
final class RecordingFolder {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "synfin-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  var path: String { folder.path }

  func file(_ name: String = "recording") -> String { folder.appending(path: name).path }

  /// What is in it, in the order in which a recorder has made it: the one without a number is the last.
  func files(_ name: String = "recording") throws -> [String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    let numbers = names.compactMap {
      $0.hasPrefix("\(name).") ? Int($0.dropFirst(name.count + 1)) : nil
    }
    return numbers.sorted().map { file("\(name).\($0)") } + [file(name)]
  }

  func size(_ name: String = "recording") -> Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: file(name))
    return attributes?[.size] as? Int ?? 0
  }
}

/// `synfin … --replay`, to its end.
enum Replayed {
  static func run(_ command: [String], _ path: String) throws -> Run {
    let end = try Child([Product.path] + command + ["--replay", path]).wait()
    #expect(end.status == 0, "\(end.stderr)")
    return Run(end: end)
  }

  /// All that it has to say on stderr but what each replay says.
  static func complaints(_ run: Run) -> [Substring] {
    run.end.stderr.split(separator: "\n").filter {
      !$0.hasPrefix("synfin: replaying ") && !$0.hasPrefix("synfin: summary ")
    }
  }
}

/// Connections of many kinds, one after the other: orderly, with data, reset, refused, taken up again.
func makeMixed(_ rounds: Int) throws {
  let listener = try Socket.listening()
  let six = try Socket.listening(isV6: true)
  for round in 0..<rounds {
    try makeOrderly(3, to: listener)
    let left = try Churn.leave(at: listener, serverFirst: round % 2 == 0)
    let reset = try Pair()
    try reset.client.send(100)
    try reset.server.setLingerZero()
    reset.server.close()
    let mapped = try Socket(isV6: true)
    try mapped.connect(.loopbackV6, port: six.localPort, isV6: true)
    let other = try six.accept()
    other.close()
    try mapped.receive(1)
    mapped.close()
    let nobody = try Socket()
    try? nobody.connect(.loopback, port: Socket.freePort())
    if round % 2 == 1 { try? Churn.again(at: listener, from: left) }
  }
}
