package io.beamhouse.quality;

import io.beamhouse.core.error.Problems;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;

/**
 * The checks of all rules for one schema, in the order of the rules.
 *
 * @param rules for each check the position of its rule; equal ones stand together
 */
record BoundRules(Check[] checks, int[] rules) {
  static BoundRules of(RowChecks step, Schema input, Problems problems) {
    Schema plain = step.plain(input);
    List<Check> checks = new ArrayList<>();
    List<Integer> owners = new ArrayList<>();
    int foreignKeys = 0;
    for (int i = 0; i < step.rules().size(); i++) {
      RowRule rule = step.rules().get(i);
      List<Check> own = rule.condition().compile(new RuleSchema(plain, problems, rule.origin(i)));
      if (rule.condition() instanceof ExistsIn key) {
        if (!step.marked()) {
          rule.origin(i).add(problems, "exists_in", "needs the input '" + key.table() + "'");
        }
        own = List.of(key.check(plain.getFieldCount(), foreignKeys++));
      }
      checks.addAll(own);
      for (int check = 0; check < own.size(); check++) {
        owners.add(i);
      }
    }
    return new BoundRules(
        checks.toArray(new Check[0]), owners.stream().mapToInt(Integer::intValue).toArray());
  }
}
