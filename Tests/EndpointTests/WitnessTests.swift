// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Endpoint

/// What another's HTTP client and another's gzip make of it.
@Suite struct WitnessTests {
  @Test(.enabled("python3 is not installed") { Python.isThere || Python.isRequired })
  func pythonReadsIt() throws {
    let running = try Running()
    let script = """
      import gzip, http.client
      connection = http.client.HTTPConnection("\(running.endpoint.address)", timeout=20)

      def ask(method, **fields):
          connection.request(method, "/long", headers=fields)
          answer = connection.getresponse()
          return answer, answer.read()

      answer, plain = ask("GET")
      assert answer.status == 200 and answer.getheader("content-encoding") is None
      socket = connection.sock
      answer, packed = ask("GET", **{"Accept-Encoding": "gzip, deflate"})
      assert answer.getheader("content-encoding") == "gzip"
      assert len(packed) < len(plain) / 10
      assert gzip.decompress(packed) == plain
      answer, nothing = ask("HEAD", **{"Accept-Encoding": "gzip"})
      assert nothing == b"" and int(answer.getheader("content-length")) == len(packed)
      answer, again = ask("GET")
      assert again == plain and len(plain) == 105000
      assert connection.sock is socket, "one connection is enough"
      """
    let run = try Python.run(script)
    #expect(run.status == 0, "\(run.errors)")
    #expect(running.endpoint.facts().requests == [200: 4])
  }
}

enum Python {
  static let isThere = ["/usr/bin", "/usr/local/bin"].contains {
    FileManager.default.isExecutableFile(atPath: "\($0)/python3")
  }
  /// As for all tests that need more than the toolchain.
  static let isRequired = ProcessInfo.processInfo.environment["SYNFIN_REQUIRE_LIVE"] == "1"

  static func run(_ script: String) throws -> (status: Int32, errors: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script]
    process.environment = ["PATH": "/usr/bin:/usr/local/bin:/bin"]
    process.standardInput = FileHandle.nullDevice
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let text = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: text, as: UTF8.self))
  }
}
