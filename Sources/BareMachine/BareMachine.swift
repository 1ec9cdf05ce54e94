public import PlasticityProcessor

/// A processor with a memory of its own and nothing else: programs without the chip.
public struct BareMachine: ~Copyable {
  public var processor: PlasticityProcessor

  public init(processor: consuming PlasticityProcessor) { self.processor = processor }
}
