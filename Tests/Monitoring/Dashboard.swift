// SPDX-License-Identifier: Apache-2.0
import Foundation

/// `deploy/grafana/synfin.json`, as far as it asks and says anything.
package struct Dashboard: Decodable {
  package let panels: [Panel]
  package let schemaVersion: Int
  package let templating: Templating

  package static let path = "deploy/grafana/synfin.json"

  package init() throws {
    self = try JSONDecoder().decode(
      Dashboard.self, from: Data(contentsOf: Repository.file(Self.path)))
  }

  package struct Panel: Decodable {
    package let id: Int
    package let type: String
    package let title: String
    package let description: String?
    package let gridPos: Place
    package let datasource: Source?
    package let targets: [Target]?
    package let fieldConfig: FieldConfig?

    package var isRow: Bool { type == "row" }
    package var unit: String? { fieldConfig?.defaults.unit }
  }

  package struct Place: Decodable {
    package let x: Int
    package let y: Int
    package let w: Int
    package let h: Int

    package func overlaps(_ other: Place) -> Bool {
      x < other.x + other.w && other.x < x + w && y < other.y + other.h && other.y < y + h
    }
  }

  package struct Source: Decodable, Equatable {
    package let type: String
    package let uid: String

    /// What the reader of the dashboard chooses.
    package static let chosen = Source(type: "prometheus", uid: "${datasource}")
  }

  package struct Target: Decodable {
    package let expr: String
    package let legendFormat: String
    package let datasource: Source
  }

  package struct FieldConfig: Decodable {
    package let defaults: Defaults

    package struct Defaults: Decodable {
      package let unit: String?
    }
  }

  package struct Templating: Decodable {
    package let list: [Variable]

    package struct Variable: Decodable {
      package let name: String
      package let definition: String?
    }
  }

  /// Those that are no rows.
  package var charts: [Panel] { panels.filter { !$0.isRow } }
}
