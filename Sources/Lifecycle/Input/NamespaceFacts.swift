// SPDX-License-Identifier: Apache-2.0

/// A network namespace's name in records: its inode number, which is used again, and the address of
/// its `struct net`, which is used again too.
public struct NamespaceName: Hashable, Sendable, BitwiseCopyable {
  public var inode: UInt32
  public var address: UInt64

  public init(inode: UInt32, address: UInt64) {
    self.inode = inode
    self.address = address
  }
}

/// What a network namespace says of itself at one moment.
public struct NamespaceFacts: Equatable, Sendable {
  public var inode: UInt32
  /// Unique since boot; 0 where the kernel has none.
  public var cookie: UInt64
  /// Nanoseconds of CLOCK_MONOTONIC.
  public var at: UInt64
  public var jiffies: UInt64
  /// Whether anybody uses it: otherwise it is gone, or about to.
  public var isUsed: Bool
  /// Mini sockets, in TIME_WAIT and FIN_WAIT2; `nil` where the kernel's count cannot be read.
  public var minis: Int?
  /// `net.ipv4.tcp_max_tw_buckets`.
  public var limit: Int?
  /// `net.ipv4.ip_local_port_range`.
  public var ports: ClosedRange<UInt16>

  public init(
    inode: UInt32, cookie: UInt64 = 0, at: UInt64, jiffies: UInt64, isUsed: Bool = true,
    minis: Int? = nil, limit: Int? = nil, ports: ClosedRange<UInt16> = 32768...60999
  ) {
    self.inode = inode
    self.cookie = cookie
    self.at = at
    self.jiffies = jiffies
    self.isUsed = isUsed
    self.minis = minis
    self.limit = limit
    self.ports = ports
  }

  /// Takes for the kernel's count the one nearest to ours that it has had: it went from one number to
  /// the other, one by one, while ours was made, and so was right if ours lies between them.
  public mutating func setMinis(nearest ours: Int, from before: Int, to after: Int) {
    minis = max(min(before, after), min(max(before, after), ours))
  }
}
