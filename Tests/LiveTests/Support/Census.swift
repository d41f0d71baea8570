// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

/// What waits at one moment, as `timewait --json` tells it.
struct Census: Decodable {
  let atUs: Int
  let namespaces: [Space]

  struct Space: Decodable {
    let netns: UInt64
    let timeWait: Int
    let finWait2Mini: Int
    let kernelCount: Int?
    let drift: Int?
    let limit: Int?
    let ports: [Port]
    let remotes: [Remote]

    func port(_ number: UInt16) -> Port? { ports.first { $0.localPort == number } }

    func remote(_ number: UInt16) -> Remote? {
      remotes.first { $0.remote == "127.0.0.1:\(number)" }
    }

    var waiting: Waiting {
      var waiting = Waiting()
      for port in ports {
        if port.timeWait > 0 { waiting.timeWaits[port.localPort] = port.timeWait }
        if port.finWait2Mini > 0 { waiting.finWaits[port.localPort] = port.finWait2Mini }
      }
      return waiting
    }
  }

  struct Port: Decodable {
    let localPort: UInt16
    let timeWait: Int
    let finWait2Mini: Int
    let oldestUs: Int?
    let leftBy: [Share]
    let leftByUnknown: Int
  }

  struct Share: Decodable {
    let pid: Int
    let comm: String
    let count: Int
  }

  struct Remote: Decodable {
    let localAddr: String
    let remote: String
    let timeWait: Int
    let finWait2Mini: Int
    let inUse: Int
    let range: Int
    let usedRatio: Double
    let exhaustedInS: Int?
  }

  /// `synfin timewait --json`, once.
  static func snapshot(_ filters: String...) throws -> Census {
    let end = try Child([Product.path, "timewait", "--json"] + filters).wait()
    try #require(end.status == 0, "\(end.stderr)")
    return try #require(try objects("timewait", in: end.stdout, as: Census.self).first)
  }

  func space(_ inode: UInt64) throws -> Space {
    try #require(namespaces.first { $0.netns == inode })
  }
}

/// A TIME_WAIT that is over, as `trace --json` tells it.
struct TimeWaitOver: Decodable {
  let id: Int?
  let netns: UInt64
  let local: String
  let remote: String
  let beganUs: Int?
  let endedUs: Int?
  let endedBy: String
  let leftBy: End.Task?
}

/// Mini sockets of a namespace, by their local ports.
struct Waiting: Equatable {
  var timeWaits: [UInt16: Int] = [:]
  var finWaits: [UInt16: Int] = [:]

  var count: Int { timeWaits.values.reduce(0, +) + finWaits.values.reduce(0, +) }
}

extension KernelTables {
  /// What `ss` shows in the namespace of the calling thread. It shows no difference between a mini
  /// socket in FIN_WAIT2 and a whole one.
  static func waiting() throws -> Waiting {
    let end = try Child.run("ss", "-Htan", "state", "time-wait", "state", "fin-wait-2")
    try #require(end.status == 0, "\(end.stderr)")
    var waiting = Waiting()
    for line in end.stdout.split(separator: "\n") {
      let fields = line.split(separator: " ")
      let port = UInt16(fields[3].split(separator: ":").last ?? "") ?? 0
      if fields[0] == "TIME-WAIT" {
        waiting.timeWaits[port, default: 0] += 1
      } else {
        waiting.finWaits[port, default: 0] += 1
      }
    }
    return waiting
  }
}

/// `timewait --json` with an interval, whose objects are long: each is read once.
final class CensusTaker {
  let tracer: Tracer
  private let file: FileHandle
  private var rest = Data()
  private(set) var last: Census?

  init(_ arguments: String...) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "synfin-\(UUID().uuidString)")
    try Data().write(to: path)
    let output = try FileHandle(forWritingTo: path)
    file = try FileHandle(forReadingFrom: path)
    try FileManager.default.removeItem(at: path)
    tracer = try Tracer(
      ["timewait", "--json"] + arguments, stdout: output.fileDescriptor)
  }

  /// Reads on to the last object so far.
  private func read() throws {
    rest += try file.readToEnd() ?? Data()
    guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { return }
    let lines = rest[..<end].split(separator: UInt8(ascii: "\n"))
    if let line = lines.last {
      let text = String(decoding: line, as: UTF8.self) + "\n"
      last = try objects("timewait", in: text, as: Census.self).first
    }
    rest = Data(rest[rest.index(after: end)...])
  }

  /// The last object of a tracer that has stopped.
  func final() throws -> Census {
    try read()
    return try #require(last)
  }

  /// A moment at which nothing came or went: what synfin and `ss` say of it. Of the calling thread's
  /// namespace, which is the only one that is watched.
  func moment() throws -> (census: Census.Space, listed: Waiting) {
    var found: (Census.Space, Waiting)?
    try waitUntil("a quiet moment") {
      let before = try KernelTables.waiting()
      let now = Int(Date().timeIntervalSince1970 * 1e6)
      try waitUntil("a census since \(now)") {
        try read()
        return last.map { $0.atUs > now } ?? false
      }
      let census = try #require(last).namespaces.first ?? .empty(Namespace.inode)
      guard try KernelTables.waiting() == before else { return false }
      found = (census, before)
      return true
    }
    return try #require(found)
  }
}

extension Census.Space {
  static func empty(_ inode: UInt64) -> Census.Space {
    Census.Space(
      netns: inode, timeWait: 0, finWait2Mini: 0, kernelCount: 0, drift: 0, limit: nil, ports: [],
      remotes: [])
  }
}
