// SPDX-License-Identifier: Apache-2.0

/// A process that was seen at work on a socket. Never the task that merely ran on the CPU: the
/// kernel's `sk_lock.owned` was set.
public struct Process: Hashable, Sendable, BitwiseCopyable {
  /// `comm` of the thread group's leader, 16 bytes as in memory, ended by zeros.
  public var comm: Comm
  /// The tgid in the initial PID namespace; 0 for no process.
  public var pid: UInt32

  public init(pid: UInt32, comm: Comm) {
    self.pid = pid
    self.comm = comm
  }

  public static let none = Process(pid: 0, comm: Comm())

  public var isKnown: Bool { pid != 0 }
}

/// A task's `comm`: at most 15 bytes and a zero (`TASK_COMM_LEN`).
public struct Comm: Hashable, Sendable, BitwiseCopyable {
  public var first: UInt64
  public var second: UInt64

  public init(first: UInt64 = 0, second: UInt64 = 0) {
    self.first = first
    self.second = second
  }

  public init(_ text: String) { self.init(bytes: text.utf8) }

  /// What is more than fits is left out.
  public init(bytes: some Collection<UInt8>) {
    self.init()
    for (index, byte) in bytes.prefix(15).enumerated() {
      let shifted = UInt64(byte) << UInt64(index % 8 * 8)
      if index < 8 { first |= shifted } else { second |= shifted }
    }
  }

  /// The same without what stands behind its end: older kernels leave there what was there before, and two
  /// names are equal if they read alike.
  public var terminated: Comm {
    let length = length
    func kept(_ word: UInt64, _ count: Int) -> UInt64 {
      count >= 8 ? word : word & (1 << UInt64(max(0, count) * 8) - 1)
    }
    return Comm(first: kept(first, length), second: kept(second, length - 8))
  }

  /// How many bytes there are before the first zero.
  public var length: Int {
    for index in 0..<16 where self[index] == 0 { return index }
    return 16
  }

  /// The kernel keeps whatever a process called itself, so the bytes need not be UTF-8.
  public subscript(index: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: (index < 8 ? first : second) >> UInt64(index % 8 * 8))
  }
}

/// How synfin came to know an owner.
public enum OwnerSource: UInt8, Sendable, BitwiseCopyable {
  case connect = 1
  case accept
  /// It was the first to read from it.
  case io
  /// Of a socket that it was seen to close or shut down first.
  case close
  /// A scan found the socket among its open files.
  case scan
  /// Nobody has accepted the connection yet: who made the listener.
  case listener

  public var name: StaticString {
    switch self {
    case .connect: "connect"
    case .accept: "accept"
    case .io: "io"
    case .close: "close"
    case .scan: "scan"
    case .listener: "listener"
    }
  }
}

/// The process that closed a connection on this side, and how.
public struct Closer: Equatable, Sendable, BitwiseCopyable {
  public var process: Process
  /// The process was exiting (`PF_EXITING`): the close is the end of the process. `nil` where that is not
  /// told.
  public var isExiting: Bool?
  /// A signal killed it (`PF_SIGNALED`).
  public var isKilled: Bool?

  public init(process: Process, isExiting: Bool?, isKilled: Bool?) {
    self.process = process
    self.isExiting = isExiting
    self.isKilled = isKilled
  }

  public static let none = Closer(process: .none, isExiting: false, isKilled: false)
}
