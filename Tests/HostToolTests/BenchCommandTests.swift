import Foundation
import Testing

@testable import HostTool

@Suite struct BenchCommandTests {
  @Test("The benchmark programs of the processor end, and their times are positive")
  func programs() throws {
    let few = ["vector-e16-m1-vadd.vv", "vector-e16-m1-vle16.v-masked", "vector-e16-m8-vsadd.vv"]
    let workloads = ProcessorBenchmark.programs
    let classes = VectorClasses.workloads.filter { few.contains($0.name) }
    #expect(classes.count == few.count)
    for workload in workloads + classes {
      let result = try ProcessorBenchmark.measure(workload, .quick, qemu: nil)
      #expect(result.value > 0 && result.value.isFinite, "\(workload.name)")
      #expect(result.qemu == nil && result.ratio == nil)
    }
  }

  @Test("Every case has a name of its own, and every class assembles")
  func names() throws {
    #expect(Set(Benchmarks.names).count == Benchmarks.names.count)
    for workload in VectorClasses.workloads { _ = try workload.program(1) }
  }

  @Test("Rates and times are compared with QEMU so that more is better for us")
  func ratio() {
    var rate = ProcessorBenchmark.Measurement(
      name: "", note: "", isRate: true, value: 300, qemu: 600)
    #expect(rate.ratio == 0.5)
    rate.isRate = false
    #expect(rate.ratio == 2)
  }
}
