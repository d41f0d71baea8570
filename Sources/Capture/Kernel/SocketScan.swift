// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Glibc

/// One pass over what is there: the sockets of each network namespace, and the open files of all
/// processes. What is found goes through the ring, like all that happens meanwhile.
final class SocketScan {
  private let sockets: BPFLink
  private let files: BPFLink

  /// A pass that waits so often without any room being made is given up.
  private static let patience = 1000

  init(sockets: BPFProgram, files: BPFProgram) throws(SystemError) {
    let first = try sockets.iterate()
    let second = try files.iterate()
    self.sockets = first
    self.files = second
  }

  /// - Parameters:
  ///   - onlyNetns: one namespace by inode number; 0 for all that can be found.
  ///   - makeRoom: reads the ring, and returns how many records there were.
  /// - Returns: what it is without.
  func run(onlyNetns: UInt32, makingRoom makeRoom: () -> Int) -> NetworkNamespace.Unseen {
    let unseen = NetworkNamespace.forEach(only: onlyNetns == 0 ? nil : onlyNetns) { namespace in
      namespace.within { Self.pass(sockets, makeRoom) }
    }
    Self.pass(files, makeRoom)
    return unseen
  }

  private static func pass(_ link: borrowing BPFLink, _ makeRoom: () -> Int) {
    let iterator = link.openIterator()
    guard iterator >= 0 else { return }
    defer { close(iterator) }
    var byte: UInt8 = 0
    var waits = 0
    while waits < patience {
      // Nothing is ever written to it: it ends, or must wait for room, or has come far enough for once.
      let count = unsafe read(iterator, &byte, 1)
      if count >= 0 { break }
      guard errno == EAGAIN || errno == EINTR else { break }
      if makeRoom() > 0 {
        waits = 0
      } else {
        // A program on another CPU holds room that it has not filled yet.
        waits += 1
        usleep(1000)
      }
    }
    _ = makeRoom()
  }
}
