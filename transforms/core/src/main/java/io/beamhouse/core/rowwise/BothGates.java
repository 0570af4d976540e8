package io.beamhouse.core.rowwise;

import io.beamhouse.core.error.GateRefusedException;
import java.util.HashMap;
import java.util.Map;

/** Two gates that must agree; both are asked, so that a refusal gives every reason. */
record BothGates(Gate one, Gate other) implements Gate {
  @Override
  public void check(Tally tally) {
    GateRefusedException refusal = null;
    try {
      one.check(tally);
    } catch (GateRefusedException e) {
      refusal = e;
    }
    try {
      other.check(tally);
    } catch (GateRefusedException e) {
      refusal =
          refusal == null
              ? e
              : new GateRefusedException(refusal.getMessage() + " " + e.getMessage());
    }
    if (refusal != null) {
      throw refusal;
    }
  }

  @Override
  public Map<String, MeasureSum> sums() {
    Map<String, MeasureSum> sums = new HashMap<>(one.sums());
    sums.putAll(other.sums());
    return sums;
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
