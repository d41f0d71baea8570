// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Harness

/// One run under a tracer, and its two neighbours without any.
struct Turn<Base, Under> {
  let tracer: Tracer
  let before: Base
  let under: Under
  let after: Base
}

/// A round of turns: base, tracer, base, tracer, ..., base.
struct Round<Base, Under> {
  var bases: [Base]
  var turns: [Turn<Base, Under>] = []

  /// The difference that the method finds for no tracer at all, sign taken off: each base compared
  /// with the bases before and after it.
  func noise(_ figure: (Base) -> Double) -> [Double] {
    bases.indices.dropFirst().dropLast().map { index in
      let neighbours = (figure(bases[index - 1]) + figure(bases[index + 1])) / 2
      return abs(figure(bases[index]) - neighbours)
    }
  }
}

extension Lab {
  /// Lets all tracers have their turn, so that what changes on the machine meanwhile meets all of
  /// them alike; each round begins with another one. A turn that fails is left out.
  func round<Base, Under>(
    _ number: Int, of tracers: [Tracer],
    base: (borrowing Lab) throws(Trouble) -> Base,
    under: (borrowing Lab, Tracer) throws(Trouble) -> Under
  ) throws(Trouble) -> Round<Base, Under> {
    var before = try base(self)
    var round = Round<Base, Under>(bases: [before])
    for index in tracers.indices {
      let tracer = tracers[(index + number) % tracers.count]
      let result = try attempt(tracer.name) { lab throws(Trouble) in try under(lab, tracer) }
      let after = try base(self)
      round.bases.append(after)
      if let result {
        round.turns.append(Turn(tracer: tracer, before: before, under: result, after: after))
      }
      before = after
    }
    return round
  }
}

/// How far a median of `count` differences may be off, by the noise of them: 1.25 standard errors,
/// taking 1.48 of the noise's median for a standard deviation.
func doubt(_ noise: [Double], of count: Int) -> Double {
  1.25 * 1.48 * Spread(noise).median / Double(count).squareRoot()
}
