// SPDX-License-Identifier: Apache-2.0

extension Format {
  /// What a scraper gets that sends these Accept fields: of the two formats of lines the one that it would
  /// rather have (RFC 9110 §12.5.1), by its most exact range for each.
  ///
  /// Where it does not care, that is the text format 0.0.4, which everything reads and people like. So it
  /// is where there is no such field, where no range of it is one, and where neither format is
  /// among what it takes: to answer all the same is better for a scrape than 406.
  ///
  /// The two versions of OpenMetrics are one: what 1.0.0 has is what Prometheus reads as 0.0.1.
  public static func negotiate(accept fields: [String]) -> Format {
    let ranges = fields.flatMap { $0[...].split(at: ",") }.compactMap(MediaRange.init)
    let (text, openMetrics) = (
      weight(of: ("text", "plain", ["0.0.4"]), in: ranges),
      weight(of: ("application", "openmetrics-text", ["1.0.0", "0.0.1"]), in: ranges)
    )
    return openMetrics > text ? .openMetrics : .text
  }

  /// 0 where it is not taken. Of ranges that mean it as exactly, the gladdest counts.
  private static func weight(
    of offer: (type: String, subtype: String, versions: [String]), in ranges: [MediaRange]
  ) -> Int {
    let weights = ranges.compactMap { range in
      range.precision(for: offer).map { (precision: $0, weight: range.weight) }
    }
    return weights.max { $0 < $1 }?.weight ?? 0
  }
}
