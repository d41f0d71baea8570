// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// The ways to stop, and to be left alone by a reader.
  @Suite struct StopTests {
    @Test(arguments: [SIGINT, SIGTERM])
    func signal(_ number: CInt) throws {
      let tracer = try Tracer("trace", "--json")
      let totals = try tracer.stop(number).totals()
      #expect(totals.allLost == 0)
    }

    @Test func duration() throws {
      let tracer = try Tracer("trace", "--json", "--duration", "0.3")
      _ = try tracer.finished().totals()
    }

    /// As `synfin trace | head -n 1`.
    @Test func readerLeaves() throws {
      var pipe = try Pipe()
      let tracer = try Tracer("trace", "--json", stdout: pipe.write)
      pipe.closeWrite()
      let listener = try Socket.listening()
      try makeOrderly(1, to: listener)
      #expect(pipe.read().first == UInt8(ascii: "{"))
      pipe.closeRead()
      try makeOrderly(1, to: listener)
      let end = try tracer.process.wait()
      #expect(end.status == 0)
      let alarming = end.stderr.split(separator: "\n").filter {
        !$0.hasPrefix("synfin: attached") && !$0.hasPrefix("synfin: summary")
      }
      #expect(alarming.isEmpty)
    }

    /// A reader that sleeps, as behind Ctrl-S, does not hold up the stop.
    @Test func readerSleeps() throws {
      var pipe = try Pipe()
      let tracer = try Tracer("trace", "--json", stdout: pipe.write)
      pipe.closeWrite()
      // More than a pipe holds.
      try makeOrderly(200, to: Socket.listening())
      try waitUntil("a full pipe") { pipe.isFull }
      tracer.process.signal(SIGINT)
      let end = try tracer.process.wait()
      #expect(end.status == 0)
      #expect(end.stderr.contains("synfin: summary"))
    }

    @Test func diskIsFull() throws {
      let full = unsafe open("/dev/full", O_WRONLY | O_CLOEXEC)
      defer { close(full) }
      let tracer = try Tracer("trace", "--json", stdout: full)
      try makeOrderly(1, to: Socket.listening())
      let end = try tracer.process.wait()
      #expect(end.status == 1)
      #expect(end.stderr.contains("No space left on device"))
    }
  }
}

/// A pipe whose ends no child gets but the one that is given it.
private struct Pipe: ~Copyable {
  private(set) var readEnd: CInt = -1
  private(set) var write: CInt = -1

  init() throws {
    var ends: [CInt] = [-1, -1]
    try #require(unsafe pipe(&ends) == 0)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (readEnd, write) = (ends[0], ends[1])
  }

  deinit {
    if readEnd >= 0 { close(readEnd) }
    if write >= 0 { close(write) }
  }

  mutating func closeRead() {
    close(readEnd)
    readEnd = -1
  }

  mutating func closeWrite() {
    close(write)
    write = -1
  }

  /// Waits for some bytes.
  func read() -> [UInt8] {
    var waiting = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&waiting, 1, CInt(patience * 1000)) == 1 else { return [] }
    var bytes = [UInt8](repeating: 0, count: 4_096)
    let count = unsafe bytes.withUnsafeMutableBytes {
      unsafe Glibc.read(readEnd, $0.baseAddress, $0.count)
    }
    return Array(bytes.prefix(max(0, count)))
  }

  /// Whether its writer has to wait for the next portion.
  var isFull: Bool {
    var unread: CInt = 0
    unsafe _ = ioctl(readEnd, UInt(FIONREAD), &unread)
    return unread > 60_000
  }
}
