// SPDX-License-Identifier: Apache-2.0

extension Connection {
  /// Takes in the record of an open: CLOSE>SYN_SENT or LISTEN>SYN_RECV.
  mutating func open(_ open: Open, cgroup: UInt64, uid: UInt32, task: Process, at: UInt64) {
    self.cgroup = cgroup
    self.uid = uid
    traits.insert(.hasIdentity)
    self.open(open, task: task, at: at)
  }

  /// The same of one that tells no more.
  mutating func open(_ open: Open, task: Process, at: UInt64) {
    self.open = open
    openedAt = at
    if task.isKnown {
      owner = task
      ownerSource = .connect
    }
    if open == .active {
      // The port is 0 here, the one the socket was bound to, or, where a socket is used again, that
      // of its last connection. The next record has it for sure.
      tuple.localPort = 0
    }
  }

  /// SYN_SENT>SYN_RECV: a SYN met ours.
  mutating func cross(at: UInt64) {
    open = tuple.isSelf ? .selfConnect : .simultaneous
    crossedAt = at
  }

  /// Any state to ESTABLISHED.
  mutating func establish(_ handshake: Record.Handshake, from: TCPState, at: UInt64) {
    establish(from: from, at: at)
    handshakeRetrans = handshake.totalRetrans
    traits.insert(.hasHandshake)
    takeInitialSequenceNumbers(handshake, from: from)
    takeRoundTrip(handshake, from: from)
  }

  /// The same where nothing of the handshake is told.
  mutating func establish(from: TCPState, at: UInt64) {
    establishedAt = at
    if open == .active, from == .synRecv { open = tuple.isSelf ? .selfConnect : .simultaneous }
  }

  /// ACKed and received bytes are counted from the initial sequence numbers on: our SYN is counted
  /// as acknowledged where we sent it first (`tcp_snd_una_update`), and not where a request socket
  /// did; the peer's SYN never is.
  private mutating func takeInitialSequenceNumbers(_ handshake: Record.Handshake, from: TCPState) {
    guard let open, open != .existing else { return }
    isnLocal = handshake.sndUna &- handshake.bytesAcked &- (countsOwnSYN ? 0 : 1)
    isnRemote = handshake.rcvNxt &- handshake.bytesReceived &- 1
    traits.insert(.hasISN)
  }

  /// Whether the kernel's `bytes_acked` counts our SYN.
  var countsOwnSYN: Bool {
    switch open {
    case .active, .simultaneous, .selfConnect: true
    case .passive, .existing, nil: false
    }
  }

  /// `srtt_us` at this moment is one sample. It is true only where nothing was sent again, and where
  /// the kernel took it from its own clock and not from a timestamp option, which counts in
  /// milliseconds (`tcp_ack_update_rtt`). Crossed SYNs make no round trip.
  private mutating func takeRoundTrip(_ handshake: Record.Handshake, from: TCPState) {
    rtt = 0
    let sample = handshake.srtt >> 3
    if open == .simultaneous || open == .selfConnect {
      rttUnknown = .noSample
    } else if open == .existing {
      // From SYN_RECV, of a socket whose SYN may have met another: it is not known what was timed.
      rttUnknown = .notSeen
    } else if handshake.totalRetrans > 0 {
      rttUnknown = .retransmitted
    } else if sample == 0 {
      rttUnknown = .noSample
    } else if from == .synRecv, sample % 1000 == 0 {
      rttUnknown = .timestampSample
    } else {
      rtt = sample
    }
  }
}
