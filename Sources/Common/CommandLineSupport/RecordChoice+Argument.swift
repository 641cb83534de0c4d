import ArgumentParser
import TensorStream

extension RecordChoice: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}
