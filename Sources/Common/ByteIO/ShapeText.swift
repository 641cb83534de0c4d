/// A shape as messages and notes show it: `[12,12,1]`.
public func shapeText(_ shape: [Int]) -> String {
  "[" + shape.map(String.init).joined(separator: ",") + "]"
}
