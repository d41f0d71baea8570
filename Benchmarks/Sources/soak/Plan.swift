// SPDX-License-Identifier: Apache-2.0

/// When what is done, in seconds since the load began.
struct Plan {
  let seconds: Double

  /// From one burst to the next, so that each quarter of a run has one.
  var burstPeriod: Double { min(300, seconds / 4) }
  var burstLength: Double { min(20, burstPeriod / 5) }
  var hangUpPeriod: Double { min(170, seconds / 3) }
  /// In the middle of the first burst.
  var firstHangUp: Double { (burstPeriod + burstLength) / 2 }
  /// When as much is made as there will ever be; `nil` in a run that is too short for it to matter.
  var surge: Double? { isLongEnoughForMemory ? 15 : nil }
  let scrapePeriod = 2.0
  let vitalsPeriod = 2.0
  let namespacePeriod = 0.5
  /// As long as a share of load is made by one process.
  let segment = 15.0

  /// Whether everything is to be saturated.
  func isBurst(at time: Double) -> Bool {
    time.truncatingRemainder(dividingBy: burstPeriod) >= burstPeriod / 2
      && time.truncatingRemainder(dividingBy: burstPeriod) < burstPeriod / 2 + burstLength
  }

  /// A quarter must be longer than a TIME_WAIT lives, and have a burst like the others.
  var isLongEnoughForMemory: Bool { seconds / 4 >= 120 }
}

/// Tells when something is due that is done every so often.
struct Beat {
  private let period: Double
  private var next: Double

  init(every period: Double, from first: Double) {
    self.period = period
    next = first
  }

  /// What was missed is not made up for.
  mutating func isDue(at time: Double) -> Bool {
    guard time >= next else { return false }
    next = max(next + period, time)
    return true
  }
}
