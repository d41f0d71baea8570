// SPDX-License-Identifier: Apache-2.0
import Exposition
import Lifecycle
import MadeUpHost
import Metrics
import Report
import Testing

extension Exposition {
  func written(_ format: Format) -> String {
    var text = Text()
    write(format, to: &text)
    return String(decoding: text.bytes, as: UTF8.self)
  }

  /// The lines of the text format that are series, by what stands before the value.
  var series: [String: String] {
    let lines = written(.text).split(separator: "\n").filter { !$0.hasPrefix("#") }
    return Dictionary(unique: lines) { line in
      let end = line.lastIndex(of: " ") ?? line.endIndex
      return (String(line[..<end]), String(line[end...].dropFirst()))
    }
  }

  /// A little of everything that can be told.
  static var example: Exposition {
    var host = Host()
    host.closeFirst(host.accept(at: 443), by: Host.nginx)
    host.receiveFIN(host.accept(at: 443, rtt: 0))
    let client = host.connect(to: 5432, in: 1_000_090_000, retrans: 1)
    host.receiveFIN(client)
    host.closeSecond(client, by: Host.curl)
    host.closeFirst(host.connect(to: 5432))
    host.refused(at: 9999)
    _ = host.find(.established, localPort: 22, remotePort: 50_000)
    host.say(minis: 1, limit: 65_536)
    var snapshot = host.snapshot()
    snapshot.offsetToEpoch = 1_795_000_000_123_456_789
    snapshot.losses.gaps = 3
    snapshot.beyondPorts = 7
    snapshot.attachments = 2
    snapshot.attachedAt += 1_500_000_000
    snapshot.programs = [ProgramRuns(name: "synfin_state", runs: 38, nanoseconds: 9_010)]
    var tracer = TracerFacts(version: "1.2.3")
    tracer.kernel = "6.18.5"
    tracer.process = ProcessFacts(
      cpuTime: 1_230_000_000, residentBytes: 20_971_520, virtualBytes: 104_857_600,
      openDescriptors: 17, maxDescriptors: 1024, startedAt: 1_795_000_003_120_000_000)
    var endpoint = EndpointFacts()
    endpoint.requests = [404: 1, 200: 12]
    endpoint.dropped = ["timeout": 2, "limit": 0]
    endpoint.connections = 1
    tracer.endpoint = endpoint
    tracer.textfileFailures = 0
    return Exposition(snapshot, by: tracer)
  }
}

extension Dictionary where Key == String, Value: Equatable {
  /// What each element is called, and its value: none comes twice.
  init<Elements: Sequence>(
    unique elements: Elements, _ entry: (Elements.Element) -> (String, Value)
  ) {
    self = elements.reduce(into: [:]) { all, element in
      let (key, value) = entry(element)
      let old = all.updateValue(value, forKey: key)
      #expect(old == nil, "\(key) comes twice")
    }
  }
}
