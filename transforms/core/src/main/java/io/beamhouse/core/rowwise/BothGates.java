package io.beamhouse.core.rowwise;

/** Two gates that must agree. */
record BothGates(Gate one, Gate other) implements Gate {
  @Override
  public void check(Tally tally) {
    one.check(tally);
    other.check(tally);
  }

  @Override
  public boolean limitsDeletes() {
    return one.limitsDeletes() || other.limitsDeletes();
  }

  @Override
  public void checkDeletes(String target, long deleted, long rows, long uncounted) {
    one.checkDeletes(target, deleted, rows, uncounted);
    other.checkDeletes(target, deleted, rows, uncounted);
  }
}
