// SPDX-License-Identifier: Apache-2.0

/// A part of the load. Each has ports of its own, by which the daemon's counters tell it apart from
/// all else on the host.
enum Kind: Int, CaseIterable {
  case clientFirst
  case serverFirst
  case reset
  case refused
  /// Open all the time.
  case held
  /// The same, the servers in CLOSE_WAIT.
  case half
  /// In network namespaces that live for moments.
  case namespaces
  /// Flat out, each lane at the next port. The last of them, for that.
  case burst

  var name: String {
    switch self {
    case .clientFirst: "client closes first"
    case .serverFirst: "server closes first"
    case .reset: "client resets"
    case .refused: "nobody listens"
    case .held: "open all the time"
    case .half: "half closed all the time"
    case .namespaces: "in short-lived namespaces"
    case .burst: "flat out"
    }
  }

  /// What `storm` is to do.
  var words: [String] {
    switch self {
    case .clientFirst, .burst, .namespaces, .held: []
    case .serverFirst: ["--server-first"]
    case .reset: ["--reset"]
    case .refused: ["--refused"]
    case .half: ["--half"]
    }
  }

  /// Of the steady load, in percent.
  var share: Int {
    switch self {
    case .clientFirst: 60
    case .serverFirst: 20
    case .reset: 15
    case .refused: 5
    default: 0
    }
  }

  /// Whether the words of a close, as a metric's labels have them, can be true of one of its ends.
  ///
  /// - Parameter role: where it is `unknown`, either end may be meant.
  func allows(close: String, firstFIN: String, role: String) -> Bool {
    switch (self, close) {
    // It is never wrong. Whether it may be said is another question.
    case (_, "unknown"): return true
    case (.refused, _): return false
    case (.reset, "reset_sent"): return firstFIN == "none" && role != "server"
    case (.reset, "reset_received"): return firstFIN == "none" && role != "client"
    case (.reset, _): return false
    case (_, "four_way"), (_, "three_way"):
      let closesFirst = self == .serverFirst ? "server" : "client"
      return role == "unknown" || firstFIN == (role == closesFirst ? "local" : "remote")
    default: return false
    }
  }
}
