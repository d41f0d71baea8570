// SPDX-License-Identifier: Apache-2.0

/// How the scraping goes: absent where nothing listens, or no file is written. Counted since the process
/// was, and not since the telling began.
extension Family {
  static let endpoint = [
    Family(
      "synfin_http_requests_total", .counter, by: "code",
      help: "Requests that were answered, by the status code."
    ) { exposition in
      (exposition.tracer.endpoint?.requests ?? [:]).sorted { $0.key < $1.key }
        .map { Sample(.number($0.key), value: .count($0.value)) }
    },
    Family(
      "synfin_http_connections_dropped_total", .counter, by: "reason",
      help: "Connections to the endpoint that were given up, by why."
    ) { exposition in
      (exposition.tracer.endpoint?.dropped ?? [:]).sorted { $0.key < $1.key }
        .map { Sample(.text($0.key), value: .count($0.value)) }
    },
    Family(
      "synfin_http_connections", .gauge,
      help: "Connections to the endpoint that are open.",
      value: { $0.tracer.endpoint.map { .count($0.connections) } }),
    Family(
      "synfin_textfile_failures_total", .counter,
      help: "How often the text file could not be written."
    ) { exposition in
      exposition.tracer.textfileFailures.map { [Sample(value: .count($0))] } ?? []
    },
  ]
}
