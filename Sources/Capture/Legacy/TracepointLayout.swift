// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// The layouts of tracepoints' records that programs of `legacy.bpf.c` are made for, each with its program.
struct TracepointLayout {
  let program: String
  let event: String
  let fields: [(name: String, place: TracepointFormat.Place)]
  /// A field that came later, and with it other things that are told.
  let lacked: String?

  private init(
    _ program: String, _ event: String, _ fields: [(String, Int, Int)],
    lacking lacked: String? = nil
  ) {
    self.program = program
    self.lacked = lacked
    self.event = event
    self.fields = fields.map { ($0.0, TracepointFormat.Place(offset: $0.1, size: $0.2)) }
  }

  /// The one of these that is the running kernel's, or in a few words why none is.
  static func find(_ layouts: [TracepointLayout]) -> Result<TracepointLayout, Unknown> {
    guard let first = layouts.first else { return .failure(.absent(ENOENT)) }
    switch TracepointFormat.read(first.event) {
    case .failure(let error): return .failure(.absent(error.number))
    case .success(let format):
      var difference = ""
      for layout in layouts {
        guard let found = layout.difference(from: format) else { return .success(layout) }
        difference = found
      }
      return .failure(.differs("\(first.event) \(difference)"))
    }
  }

  func difference(from format: TracepointFormat) -> String? {
    if let lacked, format.fields[lacked] != nil { return "has \(lacked) where it is not known" }
    return format.difference(from: fields)
  }

  enum Unknown: Error, Equatable {
    /// It cannot be read, for this errno.
    case absent(CInt)
    case differs(String)
  }

  // MARK: - include/trace/events/sock.h, tcp.h and sched.h

  static let socketEvent = "sock/inet_sock_set_state"
  static let tcpEvent = "tcp/tcp_set_state"

  /// The protocol got its second byte in 5.6, for MPTCP.
  static let socketState = [
    TracepointLayout(
      "synfin_state_u16", socketEvent,
      socketHead + [
        ("protocol", 30, 2), ("saddr", 32, 4), ("daddr", 36, 4), ("saddr_v6", 40, 16),
        ("daddr_v6", 56, 16),
      ]),
    TracepointLayout(
      "synfin_state_u8", socketEvent,
      socketHead + [
        ("protocol", 30, 1), ("saddr", 31, 4), ("daddr", 35, 4), ("saddr_v6", 39, 16),
        ("daddr_v6", 55, 16),
      ]),
  ]

  private static let socketHead = tcpHead + [("family", 28, 2)]

  private static let tcpHead = [
    ("skaddr", 8, 8), ("oldstate", 16, 4), ("newstate", 20, 4), ("sport", 24, 2), ("dport", 26, 2),
  ]

  static let tcpState = [
    TracepointLayout(
      "synfin_state_tcp", tcpEvent,
      tcpHead + [
        ("saddr", 28, 4), ("daddr", 32, 4), ("saddr_v6", 36, 16), ("daddr_v6", 52, 16),
      ])
  ]

  static let receiveReset = [
    TracepointLayout("synfin_rst_in", "tcp/tcp_receive_reset", [("skaddr", 8, 8)])
  ]

  static let sendReset = [
    TracepointLayout(
      "synfin_rst_out_state", "tcp/tcp_send_reset",
      [("skbaddr", 8, 8), ("skaddr", 16, 8), ("state", 24, 4)]),
    TracepointLayout(
      "synfin_rst_out", "tcp/tcp_send_reset", [("skbaddr", 8, 8), ("skaddr", 16, 8)],
      lacking: "state"),
  ]

  static let fork = [
    TracepointLayout(
      "synfin_fork", "sched/sched_process_fork", [("parent_pid", 24, 4), ("child_pid", 44, 4)]),
    TracepointLayout(
      "synfin_fork_loc", "sched/sched_process_fork", [("parent_pid", 12, 4), ("child_pid", 20, 4)]),
  ]

  static let exit = [
    TracepointLayout("synfin_exit", "sched/sched_process_exit", [("pid", 24, 4)])
  ]
}
