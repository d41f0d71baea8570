// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What of the cluster's objects is looked at. An option that is absent is `nil`, and one that must be there
/// is not optional.
struct Manifest: Decodable {
  var kind: String
  var metadata: Metadata
  var automountServiceAccountToken: Bool?
  var spec: Spec?

  struct Metadata: Decodable {
    var name: String?
    var namespace: String?
    var labels: [String: String]?
    var annotations: [String: String]?
  }

  struct Spec: Decodable {
    var selector: Selector
    var template: Template
  }

  struct Selector: Decodable { var matchLabels: [String: String]? }

  struct Template: Decodable {
    var metadata: Metadata
    var spec: Pod
  }

  struct Pod: Decodable {
    var serviceAccountName: String
    var automountServiceAccountToken: Bool?
    var hostNetwork: Bool?
    var hostPID: Bool?
    var volumes: [[String: String]]?
    var containers: [Container]
  }

  struct Container: Decodable {
    var image: String
    var args: [String]
    var ports: [Port]
    var securityContext: SecurityContext
    var startupProbe: Probe
    var livenessProbe: Probe
    var readinessProbe: Probe
  }

  struct Port: Decodable {
    var name: String
    var containerPort: Int
  }

  struct SecurityContext: Decodable {
    var privileged: Bool?
    var allowPrivilegeEscalation: Bool
    var readOnlyRootFilesystem: Bool
    var capabilities: Capabilities
    var seccompProfile: Profile
  }

  struct Capabilities: Decodable {
    var drop: [String]
    var add: [String]
  }

  struct Profile: Decodable { var type: String }

  struct Probe: Decodable { var httpGet: Get }

  struct Get: Decodable {
    var path: String
    var port: String
  }

  static let path = "deploy/kubernetes/daemonset.yaml"
  private static let python = "/usr/bin/python3"
  static let isReadable =
    Project.requiresAll || (try? Tool(python, "-c", "import yaml"))?.status == 0

  static func read() throws -> [Manifest] {
    let script =
      "import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(open(sys.argv[1])))))"
    let json = try Tool.text(python, "-c", script, path)
    return try JSONDecoder().decode([Manifest].self, from: Data(json.utf8))
  }

  static func pod() throws -> Pod {
    struct NoPod: Error {}
    guard let pod = try read().last?.spec?.template.spec else { throw NoPod() }
    return pod
  }
}
