package io.beamhouse.transforms.flatten;

/**
 * An array for each element of which the row is repeated; without elements the row stays, with
 * nulls in the element's place.
 *
 * @param index column of the element's position, -1 for none
 */
record ExplodeNode(Node element, int index) implements Node {
  @Override
  public void write(Object value, FlatRow row) {
    if (value != null) {
      row.explode(this, (Iterable<?>) value);
    }
  }

  void writeElement(Object value, int position, FlatRow row) {
    if (index >= 0) {
      row.set(index, position);
    }
    element.write(value, row);
  }

  @Override
  public Object read(StoredRow row) {
    throw new IllegalStateException("a plan that explodes in place is not lossless");
  }
}
