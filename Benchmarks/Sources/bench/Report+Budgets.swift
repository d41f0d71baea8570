// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Harness

extension Report {
  /// Whether a promise does not hold, or none could be looked at.
  var missed: Bool { budgets.isEmpty || budgets.contains { $0.met == false } }

  var budgetTable: Table { Table(budgets, "budget") }

  private var budgets: [Budget] {
    let tools = starts.map(\.tracer).filter { $0.hasPrefix("synfin") }
    return tools.flatMap { loadBudgets($0) } + memoryBudgets + tools.flatMap { restBudgets($0) }
      + timeWaitBudgets + recordingBudgets
  }

  /// What holds under load.
  private func loadBudgets(_ tool: String) -> [Budget] {
    guard let flat = shapes.first, let oneCore = shapes.last else { return [] }
    // The dearer of both shapes: a budget is a promise for either.
    let user = [flat, oneCore].map { $0.spread(tool, \.user) }.max { $0.median < $1.median }
    return [
      price(tool, oneCore),
      rate(tool, flat),
      Budget(
        "\(tool): user CPU per million, dearer shape", user ?? Spread([]),
        atMost: Self.userBudget(tool), "s", decimals: 2),
      loss(tool, flat),
    ]
  }

  private static func userBudget(_ tool: String) -> Double {
    if tool.hasPrefix("synfin top") || tool.hasSuffix("metrics") { return 0.25 }
    return tool.hasSuffix("--transitions") ? 1.2 : 0.5
  }

  private func price(_ tool: String, _ shape: Interleaved) -> Budget {
    let (own, floor) = (shape.spread(tool, \.price), shape.spread("floor", \.price))
    let ratio = own.median / floor.median
    // A price within the noise proves nothing.
    let error = shape.priceError
    let measured = own.median > error && floor.median > error
    return Budget(
      "\(tool): price of an event to the floor's, onecore",
      measured: "\(ratio.fixed(2)) = \(own.text(0)) : \(floor.text(0)) ns, +-\(error.fixed(0))",
      allowed: "<= 2", met: measured ? ratio <= 2 : nil)
  }

  private func rate(_ tool: String, _ shape: Interleaved) -> Budget {
    let ratio = shape.spread(tool, \.ratio)
    return Budget(
      "\(tool): connection rate to that without, flat", measured: ratio.text(2),
      allowed: ">= 0.88", met: ratio.isEmpty ? nil : ratio.median >= 0.88)
  }

  private func loss(_ tool: String, _ shape: Interleaved) -> Budget {
    let lost = shape.spread(tool, \.lost)
    let untold = shape.spread(tool) { $0.lost - Double($0.seen.toldLost) }
    return Budget(
      "\(tool): lost, and of it untold, flat",
      measured: "\(lost.text(0)), \(untold.text(0))", allowed: "0, 0 in every round",
      met: lost.isEmpty ? nil : lost.maximum <= 0 && untold.maximum <= 0)
  }

  private var memoryBudgets: [Budget] {
    guard let (tool, runs) = memory.first(where: { $0.tracer.hasPrefix("synfin") }) else {
      return []
    }
    return [
      Budget(
        "\(tool): resident, \(Memory.many) connections (\(2 * Memory.many) ends) held",
        Spread(runs.map { $0.resident / 1_048_576 }), atMost: 25, "MiB", decimals: 1),
      Budget(
        "\(tool): own memory for one more end", Spread(runs.map(\.perEnd)), atMost: 200, "bytes",
        decimals: 0),
      Budget(
        "\(tool): resident, \(Memory.many) connections before the start",
        before.first { $0.tracer == tool }?.before.resident ?? Spread([]), atMost: 25, "MiB",
        decimals: 1),
    ]
  }

  private func restBudgets(_ tool: String) -> [Budget] {
    var budgets = [
      Budget(
        "\(tool): start to attached",
        starts.first { $0.tracer == tool }?.start.milliseconds ?? Spread([]), atMost: 100, "ms",
        decimals: 1),
      Budget(
        "\(tool): the same beside \(Memory.many) connections",
        before.first { $0.tracer == tool }?.before.milliseconds ?? Spread([]), atMost: 100, "ms",
        decimals: 1),
      Budget(
        "\(tool): idle", Spread(idle.filter { $0.tracer == tool }.map(\.percent)), atMost: 0.1,
        "% of a core", decimals: 3),
    ]
    if let steady = steady.first(where: { $0.tracer == tool })?.steady, tool.hasPrefix("synfin top")
    {
      budgets.append(
        Budget(
          "\(tool): at \(Steady.rate) connections a second", steady.percent, atMost: 2,
          "% of a core", decimals: 2))
    }
    return budgets
  }
}
