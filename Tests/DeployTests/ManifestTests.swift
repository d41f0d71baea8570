// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The DaemonSet, read by a parser of YAML and held against the unit.
@Suite(.enabled(if: Manifest.isReadable, "Python's yaml (python3-yaml) is missing"))
struct ManifestTests {
  @Test func kinds() throws {
    let all = try Manifest.read()
    #expect(all.map(\.kind) == ["Namespace", "ServiceAccount", "DaemonSet"])
    #expect(all.dropFirst().allSatisfy { $0.metadata.namespace == all[0].metadata.name })
    #expect(all[1].automountServiceAccountToken == false)
    let set = try #require(all[2].spec)
    #expect(set.template.spec.serviceAccountName == all[1].metadata.name)
    #expect(set.template.spec.automountServiceAccountToken == false)
    #expect(set.selector.matchLabels == set.template.metadata.labels)
  }

  /// No more than the service has under systemd: nothing of the host but its kernel.
  @Test func rights() throws {
    let pod = try Manifest.pod()
    #expect(pod.hostNetwork == nil && pod.hostPID == nil && pod.volumes == nil)
    let container = try #require(pod.containers.first)
    let context = container.securityContext
    let unit = try Unit(Unit.service).words("AmbientCapabilities")
    #expect(context.capabilities.add.map { "CAP_\($0)" } == unit)
    #expect(context.capabilities.drop == ["ALL"])
    #expect(context.readOnlyRootFilesystem && !context.allowPrivilegeEscalation)
    #expect(context.seccompProfile.type == "RuntimeDefault")
    #expect(context.privileged == nil)
  }

  /// One port everywhere, and Prometheus is told which.
  @Test func port() throws {
    let pod = try Manifest.pod()
    let container = try #require(pod.containers.first)
    let listen = try #require(Unit(Unit.service).words("Environment").first)
    let port = try #require(Int(listen.split(separator: ":").last ?? ""))
    #expect(container.ports.map(\.containerPort) == [port])
    #expect(container.args == ["metrics", "--listen", "$(POD_IP):\(port)"])
    let annotations = try #require(try Manifest.read()[2].spec?.template.metadata.annotations)
    #expect(annotations["prometheus.io/port"] == "\(port)")
    #expect(annotations["prometheus.io/path"] == "/metrics")
    for probe in [container.startupProbe, container.livenessProbe, container.readinessProbe] {
      #expect(probe.httpGet.path == "/healthz" && probe.httpGet.port == container.ports[0].name)
    }
    for file in [
      "docs/install.md", "docs/synfin.8", "deploy/container/Containerfile",
      "deploy/systemd/synfin.default",
    ] {
      #expect(try Project.text(file).contains(":\(port)"), "\(file)")
    }
  }

  @Test func version() throws {
    #expect(try Manifest.pod().containers.map(\.image) == ["synfin:\(try Project.version())"])
  }
}
