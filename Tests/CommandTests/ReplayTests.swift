// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// `--replay` of what is no recording, or nobody's whom one knows.
@Suite(.serialized)
struct ReplayTests {
  private static let commands = [["trace"], ["trace", "--json"], ["timewait"]]

  /// One sentence, no data, and the exit status of what ran and failed.
  @Test(arguments: commands, ["/dev/zero", "/dev/null", "/", "/etc/passwd", "/nonexistent", "-"])
  func isNoRecording(_ command: [String], _ path: String) throws {
    let run = try Synfin(command + ["--replay", path])
    #expect(run.status == 1 && !run.wasKilled && run.output.isEmpty)
    #expect(run.errors.hasPrefix("synfin: ") && run.errorLines.count == 2)
  }

  /// A name that is to reach the terminal does not: neither by bytes nor by characters.
  @Test func controlCharactersInTheHead() throws {
    let run = try replay(host: "\u{1b}[31mred\u{9b}2J\u{7f}\u{202e}")
    #expect(run.status == 0 && run.errors.contains("on ?[31mred?2J?"))
    let controls = run.errors.unicodeScalars.filter {
      $0 != "\n" && $0.properties.generalCategory == .control
    }
    #expect(controls.isEmpty)
  }

  /// As after SIGKILL in its first second: nothing was told yet.
  @Test func nothingBehindTheHead() throws {
    let run = try replay(host: "web1")
    #expect(run.status == 0 && run.errors.contains("on web1, Linux 6.12"))
    #expect(run.errors.contains("ends without an end"))
    #expect(run.errors.contains("synfin: summary 0 transitions, 0 connections"))
  }

  @Test(arguments: [
    ["--speed", "2"], ["--replay", "a", "--speed", "0"], ["--replay", "a", "--speed", "x"],
    ["--replay", ""], ["--record", ""], ["--record", "-"], ["--replay", "a", "--record", "b"],
  ])
  func usage(_ arguments: [String]) throws {
    let run = try Synfin(["trace", "--duration", "0"] + arguments)
    #expect(run.status == 64 && run.output.isEmpty && run.errorLines.count == 2)
  }

  @Test(arguments: [
    [], ["-o", ""], ["-o", "-", "--rotate-mib", "1"], ["-o", "-", "--json"],
    ["-o", "f", "--keep", "1"],
    ["-o", "f", "--rotate-seconds", "0.5"], ["-o", "f", "--rotate-mib", "0"],
    ["-o", "f", "--replay", "g"],
  ])
  func recordUsage(_ arguments: [String]) throws {
    let run = try Synfin(["record", "--duration", "0"] + arguments)
    #expect(run.status == 64 && run.output.isEmpty && run.errorLines.count == 2)
  }

  private func replay(host: String) throws -> Synfin {
    let path = FileManager.default.temporaryDirectory.appending(path: "synfin-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: path) }
    let text = """
      program synfin 0.1.0
      host \(host)
      kernel 6.12.0
      machine x86_64
      started_at 1
      offset_to_epoch 1
      utc_offset 0
      tick 4000000
      tiers 15

      """
    try head(Array(text.utf8)).write(to: path)
    return try Synfin(["trace", "--replay", path.path])
  }

  /// The head of a recording of format 1 (docs/recordings.md).
  private func head(_ text: [UInt8]) -> Data {
    func number(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(value >> ($0 * 8) & 0xff) } }
    return Data(
      [0x89] + Array("SYNFIN\n".utf8) + [1, 0, 0, 0]
        + number(UInt32(text.count)) + number(checksum(text)) + text)
  }

  /// CRC-32, as zlib and Ethernet have it.
  private func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? 0xedb8_8320 : 0) }
    }
  }
}
