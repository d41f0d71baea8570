// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Common
internal import Glibc

/// Makes a known number of TCP connections over loopback, and says what that cost.
///
/// Every figure about a tracer rests on this number: it either makes all of them or fails.
@main struct Storm {
  static func main() {
    let options = Options()
    // The kernel's own bound; a little later than the orderly end of what waits for one.
    alarm(UInt32(options.timeout + (options.hold > 0 || options.stay ? 15 : 0)))
    if options.freshNamespace, clinux_fresh_netns() < 0 { die("network namespace") }
    if options.stay { makeRoom(for: options.connections) }
    if options.announce { announce() }
    if options.hold > 0 {
      hold(options)
    } else {
      storm(options)
    }
  }

  private static func storm(_ options: Options) {
    warnAboutBuckets(options.connections)
    let gate = Gate(threads: 2 * options.lanes + 1)
    let interval = options.rate > 0 ? Double(options.lanes) / Double(options.rate) : 0
    let lanes = (0..<options.lanes).map { index in
      let share = (options.connections + index) / options.lanes
      return Lane(
        index: index, of: options.lanes, connections: share, interval: interval,
        parting: options.parting, port: options.port > 0 ? UInt16(options.port + index) : 0,
        gate: gate)
    }
    let threads = lanes.flatMap { $0.start() }
    gate.wait()
    let start = Usage()
    for thread in threads { thread.join() }
    let end = Usage()
    for lane in lanes { lane.stop() }
    report(
      connections: options.connections, parting: options.parting,
      listeners: options.parting == .refused ? 0 : lanes.count, from: start, to: end)
    if options.stay { waitForStop(seconds: options.timeout) }
  }

  /// Tells which namespace the load will be in, and waits until the reader is ready for it.
  private static func announce() {
    var status = stat()
    guard stat("/proc/self/ns/net", &status) == 0 else { die("/proc/self/ns/net") }
    say("netns \(status.st_ino)")
    var byte: UInt8 = 0
    while read(0, &byte, 1) == 1, byte != UInt8(ascii: "\n") {}
  }

  /// Beyond this limit the kernel skips TIME_WAIT. The number of state changes stays the same.
  private static func warnAboutBuckets(_ connections: Int) {
    let descriptor = open("/proc/sys/net/ipv4/tcp_max_tw_buckets", O_RDONLY)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 32)
    let count = max(0, read(descriptor, &bytes, bytes.count))
    let digits = String(decoding: bytes.prefix(count), as: UTF8.self)
    if let limit = Int(digits.prefix { $0.isNumber }), limit < connections {
      note("storm: more connections than tcp_max_tw_buckets (\(limit)): some skip TIME_WAIT")
    }
  }
}
