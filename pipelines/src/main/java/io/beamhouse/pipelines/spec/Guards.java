package io.beamhouse.pipelines.spec;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.Problems;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Limits under which a run may be committed.
 *
 * @param minRows rows that the run must read; null for none
 * @param maxRejectShare share of the rows read that may go to error outputs; null for none
 * @param maxDeleteShare share of a table's rows that a merge may delete; null for none
 * @param maxNewColumns columns that a source may have gained since the last run; null for none
 */
@Internal
public record Guards(Long minRows, Double maxRejectShare, Double maxDeleteShare, Long maxNewColumns)
    implements Serializable {
  public static final Guards NONE = new Guards(null, null, null, null);

  static final String MAX_DELETE_SHARE = "max_delete_share";

  static final List<String> KEYS =
      List.of("min_rows", "max_reject_share", MAX_DELETE_SHARE, "max_new_columns");

  private static final Map<String, String> WHOLE =
      Map.of("min_rows", "a number of rows", "max_new_columns", "a number of columns");

  static Guards read(YamlNode node, SpecProblems problems) {
    if (YamlNode.isNull(node)) {
      return NONE;
    }
    if (!(node instanceof YamlNode.Mapping mapping)) {
      problems.add(node.line(), "guards", "expected a mapping, found " + node.kindName());
      return NONE;
    }
    Map<String, Double> found = new HashMap<>();
    for (Map.Entry<String, YamlNode.Entry> entry : mapping.entries().entrySet()) {
      String path = "guards." + entry.getKey();
      YamlNode value = entry.getValue().value();
      if (!KEYS.contains(entry.getKey())) {
        problems.add(
            entry.getValue().line(),
            path,
            "unknown key '"
                + entry.getKey()
                + "'"
                + Problems.didYouMean(entry.getKey(), KEYS)
                + "; allowed: "
                + SpecProblems.oneOf(KEYS));
        continue;
      }
      Optional<Double> number = number(value);
      boolean whole = !entry.getKey().endsWith("_share");
      boolean fits =
          number.isPresent()
              && number.get() >= 0
              && (whole ? number.get() == Math.rint(number.get()) : number.get() <= 1);
      if (!fits) {
        problems.add(
            value.line(),
            path,
            "expected " + (whole ? WHOLE.get(entry.getKey()) + ", 0 or more" : "a share, 0 to 1"));
      } else {
        found.put(entry.getKey(), number.get());
      }
    }
    return new Guards(
        whole(found.get("min_rows")),
        found.get("max_reject_share"),
        found.get(MAX_DELETE_SHARE),
        whole(found.get("max_new_columns")));
  }

  private static Long whole(Double number) {
    return number == null ? null : Long.valueOf(number.longValue());
  }

  private static Optional<Double> number(YamlNode value) {
    try {
      return value instanceof YamlNode.Scalar scalar
          ? Optional.of(Double.valueOf(scalar.text()))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
