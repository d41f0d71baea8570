// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle
internal import Report

extension Bar {
  /// One name for those that go together, which then share a track.
  var sliceName: String {
    var text = Text(capacity: 64)
    let tuple = connection.tuple
    switch Track.Role(connection.open) {
    case .server:
      text.append("at :")
      text.append(tuple.localPort)
    case let role:
      text.append(role.mark)
      text.append(" ")
      text.append(tuple.remote, port: tuple.remotePort)
    }
    return String(decoding: text.bytes, as: UTF8.self)
  }
}

extension Bar.Beginning {
  var word: StaticString {
    switch self {
    case .seen: "seen"
    case .earlier: "before the tracer"
    case .unknown: "unknown"
    }
  }
}

extension Bar.Last {
  var word: StaticString {
    switch self {
    case .over: "then"
    case .goesOn: "not at the stop"
    case .unknown: "unknown"
    }
  }
}

extension Track.Owner {
  var displayName: String {
    switch self {
    case .process(let process): process.comm.text
    case .sameName(let comm, _): comm.text
    case .others(let processes): "\(processes) processes"
    case .unknown: "owner unknown"
    }
  }
}
