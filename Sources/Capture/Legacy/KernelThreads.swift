// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Lifecycle

/// The kernel's own threads, which a program cannot tell from processes: whatever they do with a socket,
/// they do for somebody else.
enum KernelThreads {
  /// Their parent (`kthreadd`), whose number is the same since there is one.
  private static let parent: UInt32 = 2

  /// Tells the programs of those that there are; of later ones they hear by themselves.
  ///
  /// - Returns: whether all can be known. They cannot where /proc is of another PID namespace, or hides them.
  static func enter(into map: BPFMap) -> Bool {
    guard let first = ProcessStat.read(parent), first.isKernelThread, first.comm == Comm("kthreadd")
    else { return false }
    for name in TextFile.names(in: "/proc") {
      guard let pid = UInt32(name), let stat = ProcessStat.read(pid), stat.isKernelThread else {
        continue
      }
      guard map.set(pid, to: UInt32(1)) else { return false }
    }
    return true
  }
}
