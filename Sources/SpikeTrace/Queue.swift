/// A first-in-first-out list in an array.
struct Queue<Element> {
  private var elements: [Element] = []
  private var head = 0

  var count: Int { elements.count - head }
  var first: Element? { head < elements.count ? elements[head] : nil }

  subscript(_ index: Int) -> Element {
    get { elements[head + index] }
    set { elements[head + index] = newValue }
  }

  mutating func append(_ element: Element) { elements.append(element) }

  mutating func removeFirst() {
    head += 1
    if head == elements.count || head >= 64 && head * 2 > elements.count {
      elements.removeFirst(head)
      head = 0
    }
  }
}
