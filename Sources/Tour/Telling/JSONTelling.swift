// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle
package import Report

/// The tour as JSON, one object a line: each case with all of its evidence, then the question that it belongs
/// to, and at last the summary. The keys are a promise.
package struct JSONTelling: Telling, ~Copyable {
  private var text = Text()
  private let time: LocalTime

  package init(time: LocalTime) { self.time = time }

  package mutating func tell(_ performance: Performance) {
    let played = performance.played
    text.beginObject()
    text.member("type", "case")
    text.member("question", UInt64(performance.question))
    text.member("case", string: played.name)
    text.member("title", string: played.title)
    text.member("explanation", string: played.explanation)
    switch performance.outcome {
    case .notPlayed(let reason):
      text.member("not_played", string: reason)
    case .played(let evidence):
      text.member("not_played", nil as StaticString?)
      text.members(of: evidence, time)
    }
    text.member("checks", performance.checks) { text, check in
      text.member("claim", string: check.claim)
      text.member("answer", check.answer.word)
      text.member("remark", string: check.answer.remark)
    }
    text.endLine()
  }

  package mutating func begin(_ question: Question) {}

  package mutating func end(_ account: Account) {
    text.beginObject()
    text.member("type", "question")
    text.member("question", UInt64(account.question.number))
    text.member("title", string: account.question.title)
    text.member("answer", string: account.question.answer)
    text.members(of: account.tally)
    text.endLine()
  }

  package mutating func end(_ accounts: [Account]) {
    text.beginObject()
    text.member("type", "summary")
    text.members(of: Tally(accounts))
    text.endLine()
  }

  package mutating func withText<Failure>(
    _ body: (inout Text) throws(Failure) -> Void
  ) throws(Failure) {
    try body(&text)
  }
}

extension Text {
  fileprivate mutating func members(of tally: Tally) {
    member("held", UInt64(tally.held))
    member("contradicted", UInt64(tally.contradicted))
    member("unknown", UInt64(tally.unknown))
  }

  fileprivate mutating func members(of evidence: Evidence, _ time: LocalTime) {
    member("place", evidence.kind == .wire ? "wire" : "loopback")
    member("hosts", evidence.hosts) { text, host in
      text.member("side", host.side.name)
      text.member("netns", host.netns)
      text.endpoint("address", host.address)
    }
    if let segments = evidence.segments {
      member("segments", segments) { $0.members(of: $1, time) }
    } else {
      member("segments", nil as StaticString?)
    }
    member("transitions", evidence.steps) { text, step in
      text.member("side", step.side.name)
      text.member("id", step.connection.id)
      text.member("at_us", time.microseconds(step.at))
      text.member("from", step.edge.from.name)
      text.member("to", step.edge.to.name)
      text.member("state", string: step.entered)
      text.members(of: step.ports)
    }
    member("ends", evidence.ends) { text, end in
      text.member("side", end.side.name)
      text.key("connection")
      text.connection(end.end, time)
    }
    member("time_waits", evidence.timeWaits) { text, end in
      text.member("id", end.id)
      text.member("netns", UInt64(end.netns))
      text.member("began_us", end.beganAt.map(time.microseconds))
      text.member("ended_us", end.endedAt.map(time.microseconds))
      text.member("ended_by", end.cause.name)
    }
    member("waiting", evidence.waiting) { text, waiting in
      text.member("id", waiting.id)
      text.member("netns", UInt64(waiting.netns))
      text.member("state", (waiting.isTimeWait ? EndsIn.timeWait : .finWait2Mini).name)
      text.member("left_by", waiting.leftBy.isKnown ? UInt64(waiting.leftBy.pid) : nil)
      text.member("started_us", waiting.startedAt.map(time.microseconds))
      text.member("ends_us", time.microseconds(waiting.firesAt))
    }
    member("marks", evidence.marks) { text, mark in
      text.member("at_us", time.microseconds(mark.at))
      text.member("side", mark.side?.name)
      text.member("text", string: mark.text)
    }
    member("meters", evidence.meters) { text, meter in
      text.member("name", string: meter.name)
      text.member("label", string: meter.label)
      text.member("part", meter.part)
      text.member("whole", meter.whole)
      text.member("source", string: meter.source)
    }
    member("facts", evidence.facts) { $0.members(of: $1) }
    member("other_connections", evidence.others)
    member("lost_records", evidence.lost)
  }

  private mutating func members(of ports: Ports) {
    member("client_port", UInt64(ports.client))
    member("server_port", UInt64(ports.server))
  }

  private mutating func members(of segment: Segment, _ time: LocalTime) {
    member("at_us", time.microseconds(segment.at))
    key("delivered_us")
    append("[")
    for (index, at) in segment.deliveredAt.enumerated() {
      if index > 0 { append(",") }
      append(time.microseconds(at))
    }
    append("]")
    member("fate", segment.fate.word)
    member("from", segment.from.name)
    members(of: segment.ports)
    member("flags", string: segment.packet.flags.text)
    member("seq", UInt64(segment.packet.sequence))
    let acknowledges = segment.packet.flags.contains(.ack)
    member("ack", acknowledges ? UInt64(segment.packet.acknowledgment) : nil)
    member("relative_seq", segment.sequence.map(UInt64.init))
    member("relative_ack", segment.acknowledgment.map(UInt64.init))
    member("length", UInt64(segment.packet.length))
  }

  private mutating func members(of fact: Fact) {
    member("name", string: fact.name)
    switch fact.value {
    case .duration(let nanoseconds):
      member("value", nanoseconds / 1_000)
      member("unit", "us")
    case .count(let count, let unit):
      member("value", count)
      member("unit", string: unit.isEmpty ? nil : unit)
    case .text(let text):
      member("value", string: text)
      member("unit", nil as StaticString?)
    case .unknown(let why):
      member("value", nil as StaticString?)
      member("unit", nil as StaticString?)
      member("unknown", string: why)
    }
    member("source", string: fact.source)
  }

  private mutating func endpoint(_ name: StaticString, _ address: Address) {
    key(name)
    append("\"")
    append(address)
    append("\"")
  }
}
