// SPDX-License-Identifier: Apache-2.0

/// The mini sockets of the host at one moment: how many wait where, and whose they are.
public struct TimeWaitCensus: Equatable, Sendable {
  /// Nanoseconds of CLOCK_MONOTONIC.
  public var at: UInt64
  /// By inode number.
  public var namespaces: [Namespace]

  public init(at: UInt64, namespaces: [Namespace]) {
    self.at = at
    self.namespaces = namespaces
  }

  /// What waits in one network namespace.
  public struct Namespace: Equatable, Sendable {
    public var inode: UInt32
    /// What it says itself, at the moment of the census; `nil` where it cannot be asked.
    public var facts: NamespaceFacts?
    public var timeWait = 0
    /// FIN_WAIT2 of orphans.
    public var finWait2 = 0
    /// Most first.
    public var ports: [Port] = []
    /// Most used first: only those of which some local port is of the ephemeral range.
    public var remotes: [Remote] = []

    public init(inode: UInt32) { self.inode = inode }

    /// Followed less counted by the kernel: 0 where all is told. `nil` where the kernel does not say.
    public var drift: Int? { facts?.minis.map { timeWait + finWait2 - $0 } }
  }

  /// What waits at one local port.
  public struct Port: Equatable, Sendable {
    public var port: UInt16
    public var timeWait = 0
    public var finWait2 = 0
    /// When the oldest TIME_WAIT began or was last restarted; `nil` where there is none.
    public var oldestAt: UInt64?
    /// Whose connections they were: who closed first here. Most first.
    public var leftBy: [Share] = []
    /// Those that were left before the tracer began.
    public var unknown = 0

    public init(port: UInt16) { self.port = port }
  }

  public struct Share: Equatable, Sendable {
    public var process: Process
    public var count: Int

    public init(process: Process, count: Int) {
      self.process = process
      self.count = count
    }
  }

  /// What goes from one local address to one remote address and port: for these, each local port can be
  /// taken once.
  public struct Remote: Equatable, Sendable {
    public var local: Address
    public var remote: Address
    public var remotePort: UInt16
    public var timeWait = 0
    public var finWait2 = 0
    /// Connections that have not ended.
    public var live = 0
    /// How many ports the ephemeral range has.
    public var range: Int

    public init(local: Address, remote: Address, remotePort: UInt16, range: Int) {
      self.local = local
      self.remote = remote
      self.remotePort = remotePort
      self.range = range
    }

    /// How many of the range's ports are taken.
    public var used: Int { timeWait + finWait2 + live }
    public var usedRatio: Double { Double(used) / Double(range) }
  }
}
