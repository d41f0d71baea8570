// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Lifecycle

/// Bytes of `record.h` to a ``Record``: the only place that knows both.
enum RecordDecoder {
  /// - Returns: `nil` for bytes that are no record of this version.
  static func decode(_ bytes: UnsafeRawBufferPointer) -> Record? {
    guard bytes.count >= MemoryLayout<synfin_head>.size else { return nil }
    let head = unsafe bytes.loadUnaligned(as: synfin_head.self)
    let flags = Record.Flags(rawValue: head.flags)
    switch UInt32(head.kind) {
    case SYNFIN_ESTABLISHED.rawValue:
      guard let body = unsafe load(synfin_established.self, bytes), let from = state(head.old_state)
      else { return nil }
      let handshake = Record.Handshake(
        srtt: body.srtt_us, totalRetrans: body.total_retrans, sndUna: body.snd_una,
        rcvNxt: body.rcv_nxt, bytesAcked: body.bytes_acked, bytesReceived: body.bytes_received)
      return unsafe record(
        head, flags, bytes, after: synfin_established.self,
        .established(from: from, handshake))
    case SYNFIN_OPEN_ACTIVE.rawValue, SYNFIN_LISTEN.rawValue, SYNFIN_ACCEPT.rawValue,
      SYNFIN_READ.rawValue, SYNFIN_FOUND.rawValue:
      guard let body = unsafe load(synfin_owned.self, bytes), let facts = owned(body)
      else { return nil }
      return unsafe record(head, flags, bytes, after: synfin_owned.self, facts)
    case SYNFIN_OPEN_PASSIVE.rawValue:
      guard let body = unsafe load(synfin_open_passive.self, bytes) else { return nil }
      return unsafe record(
        head, flags, bytes, after: synfin_open_passive.self,
        .openedPassively(cgroup: body.cgroup, uid: body.uid))
    case SYNFIN_STEP.rawValue:
      guard let body = unsafe load(synfin_step.self, bytes), let from = state(head.old_state),
        let to = state(head.new_state)
      else { return nil }
      return unsafe record(
        head, flags, bytes, after: synfin_step.self,
        .step(from: from, to: to, stamp: stamp(head, age: body.age), unsent: body.unsent))
    case SYNFIN_SHUT.rawValue:
      guard let body = unsafe load(synfin_shut.self, bytes), let from = state(head.old_state),
        let to = state(head.new_state)
      else { return nil }
      return unsafe record(
        head, flags, bytes, after: synfin_shut.self,
        .shut(
          from: from, to: to,
          Record.Shut(
            lag: body.lag, unsent: body.unsent, unacked: body.unacked, segsOut: body.segs_out,
            totalRetrans: body.total_retrans, task: process(body.task))))
    case SYNFIN_CLOSE.rawValue:
      guard let body = unsafe load(synfin_close.self, bytes), let from = state(head.old_state)
      else { return nil }
      let closed = Record.Closed(
        bytesAcked: body.bytes_acked, bytesReceived: body.bytes_received,
        stamp: stamp(head, age: body.age), totalRetrans: body.total_retrans, unread: body.unread,
        unacked: body.unacked, unsent: body.unsent, segsIn: from == .synSent ? body.segs : 0,
        segsOut: from == .synSent ? 0 : body.segs, softError: body.soft,
        probes: body.probes, retransmits: body.retransmits, task: process(body.task),
        finTime: body.fin_time, uid: body.uid, jiffies: body.jiffies, net: body.net)
      return unsafe record(
        head, flags, bytes, after: synfin_close.self, .closed(from: from, closed))
    case SYNFIN_MINI.rawValue, SYNFIN_FOUND_MINI.rawValue:
      guard let body = unsafe load(synfin_mini.self, bytes), let substate = state(body.substate)
      else { return nil }
      let mini = Record.Mini(
        substate: substate, expires: body.expires, jiffies: body.jiffies, net: body.net)
      let segment = Record.Segment(
        isGone: head.flags & UInt16(SYNFIN_GONE.rawValue) != 0,
        hasRST: body.tcp_flags & 0x04 != 0, hasSYN: body.tcp_flags & 0x02 != 0)
      let isFound = head.kind == SYNFIN_FOUND_MINI.rawValue
      return unsafe record(
        head, flags, bytes, after: synfin_mini.self,
        isFound ? .foundMini(mini) : .mini(mini, segment))
    case SYNFIN_BARE.rawValue:
      guard let body = unsafe load(synfin_bare.self, bytes), let from = state(head.old_state),
        let to = state(head.new_state)
      else { return nil }
      return unsafe record(
        head, flags, bytes, after: synfin_bare.self, bare(from, to, process(body.task)))
    case SYNFIN_SCANNED.rawValue:
      guard let body = unsafe load(synfin_scanned.self, bytes) else { return nil }
      return bare(head, flags, .scanned(address: body.net))
    case SYNFIN_RESET_RECEIVED.rawValue:
      return bare(head, flags, .resetReceived)
    case SYNFIN_RESET_SENT.rawValue:
      let isAnswer = head.flags & UInt16(SYNFIN_ANSWER.rawValue) != 0
      return bare(head, flags, .resetSent(isAnswer: isAnswer))
    default:
      return nil
    }
  }

  private static func load<Body>(_: Body.Type, _ bytes: UnsafeRawBufferPointer) -> Body? {
    guard bytes.count >= MemoryLayout<Body>.size else { return nil }
    return unsafe bytes.loadUnaligned(as: Body.self)
  }

  private static func record<Body>(
    _ head: synfin_head, _ flags: Record.Flags, _ bytes: UnsafeRawBufferPointer, after: Body.Type,
    _ facts: Record.Facts
  ) -> Record? {
    let start = MemoryLayout<Body>.size
    let local: Address
    let remote: Address
    if flags.contains(.ipv6) {
      guard bytes.count >= start + 32 else { return nil }
      local = unsafe address(bytes, at: start)
      remote = unsafe address(bytes, at: start + 16)
    } else {
      guard bytes.count >= start + 8 else { return nil }
      local = unsafe Address(v4: word(bytes, at: start))
      remote = unsafe Address(v4: word(bytes, at: start + 4))
    }
    return Record(
      socket: head.sk, at: head.at,
      tuple: Tuple(
        local: local, localPort: head.local_port, remote: remote, remotePort: head.remote_port),
      netns: head.netns, flags: flags, error: head.err, shutdown: head.shutdown, facts: facts)
  }

  /// Those that have one layout and five meanings.
  private static func owned(_ body: synfin_owned) -> Record.Facts? {
    let (cgroup, uid, task) = (body.cgroup, body.uid, process(body.task))
    switch UInt32(body.head.kind) {
    case SYNFIN_OPEN_ACTIVE.rawValue: return .openedActively(cgroup: cgroup, uid: uid, task: task)
    case SYNFIN_LISTEN.rawValue:
      return .listening(isOpen: state(body.head.new_state) == .listen, task: task)
    case SYNFIN_ACCEPT.rawValue: return .taken(.accept, cgroup: cgroup, uid: uid, task: task)
    case SYNFIN_READ.rawValue: return .taken(.io, cgroup: cgroup, uid: uid, task: task)
    default:
      return state(body.head.new_state).map { .found($0, cgroup: cgroup, uid: uid, task: task) }
    }
  }

  /// A transition without the facts of its socket: a connection's, or a listener's.
  private static func bare(_ from: TCPState, _ to: TCPState, _ task: Process) -> Record.Facts {
    switch (from, to) {
    case (.closed, .listen): .listening(isOpen: true, task: task)
    case (.listen, .closed): .listening(isOpen: false, task: task)
    default: .told(from: from, to: to, task: task)
    }
  }

  /// One without addresses.
  private static func bare(
    _ head: synfin_head, _ flags: Record.Flags, _ facts: Record.Facts
  ) -> Record {
    Record(
      socket: head.sk, at: head.at, tuple: .none, netns: head.netns, flags: flags, facts: facts)
  }

  private static func address(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Address {
    unsafe Address(
      high: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)),
      low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)))
  }

  private static func word(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt32 {
    unsafe UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  private static func state(_ number: UInt8) -> TCPState? { TCPState(rawValue: number) }

  /// The kernel's clock of the last segment, which the record tells as its age.
  private static func stamp(_ head: synfin_head, age: UInt32) -> UInt64? {
    age == .max ? nil : head.at &- UInt64(age)
  }

  private static func process(_ task: synfin_task) -> Process {
    let comm = unsafe unsafeBitCast(task.comm, to: (UInt64, UInt64).self)
    return Process(pid: task.pid, comm: Comm(first: comm.0, second: comm.1).terminated)
  }
}
