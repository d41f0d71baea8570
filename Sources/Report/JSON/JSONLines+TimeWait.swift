// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

extension JSONLines {
  /// A TIME_WAIT that is over.
  public mutating func timeWait(_ end: TimeWaitEnd) {
    text.beginObject()
    text.member("type", "time_wait")
    text.member("id", end.id)
    text.member("netns", UInt64(end.netns))
    text.endpoints(end.tuple)
    text.member("began_us", end.beganAt.map(time.microseconds))
    text.member("ended_us", end.endedAt.map(time.microseconds))
    text.member("ended_by", end.cause.name)
    text.process("left_by", end.leftBy)
    text.endLine()
  }

  /// What waits at one moment, all of it as one object.
  ///
  /// - Parameter growth: has been given the censuses so far; it says `exhausted_in_s`.
  public mutating func census(_ census: TimeWaitCensus, growth: Growth) {
    let time = time
    text.beginObject()
    text.member("type", "timewait")
    text.member("at_us", time.microseconds(census.at))
    text.member("namespaces", census.namespaces) { text, namespace in
      text.member("netns", UInt64(namespace.inode))
      text.member("time_wait", namespace.timeWait)
      text.member("fin_wait2_mini", namespace.finWait2)
      text.member("kernel_count", namespace.facts?.minis)
      text.member("drift", namespace.drift)
      text.member("limit", namespace.facts?.limit)
      text.member("ports", namespace.ports) { $0.members(of: $1, time) }
      text.member("remotes", namespace.remotes) {
        $0.members(of: $1, exhaustedIn: growth.secondsUntilFull($1, netns: namespace.inode))
      }
    }
    text.endLine()
  }
}

extension Text {
  fileprivate mutating func members(of port: TimeWaitCensus.Port, _ time: LocalTime) {
    member("local_port", UInt64(port.port))
    member("time_wait", port.timeWait)
    member("fin_wait2_mini", port.finWait2)
    member("oldest_us", port.oldestAt.map(time.microseconds))
    member("left_by", port.leftBy) { text, share in
      text.member("pid", UInt64(share.process.pid))
      text.member("comm", share.process.comm)
      text.member("count", share.count)
    }
    member("left_by_unknown", port.unknown)
  }

  fileprivate mutating func members(of remote: TimeWaitCensus.Remote, exhaustedIn: UInt64?) {
    key("local_addr")
    append(byte: UInt8(ascii: "\""))
    append(remote.local)
    append(byte: UInt8(ascii: "\""))
    endpoint("remote", remote.remote, remote.remotePort)
    member("time_wait", remote.timeWait)
    member("fin_wait2_mini", remote.finWait2)
    member("in_use", remote.live)
    member("range", remote.range)
    member("used_ratio", remote.used, of: remote.range)
    member("exhausted_in_s", exhaustedIn)
  }
}
