package io.beamhouse.pipelines.spec;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.Problems;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Limits under which a run may be committed.
 *
 * @param minRows rows that the run must read; null for none
 * @param maxRejectShare share of the rows read that may go to error outputs; null for none
 */
@Internal
public record Guards(Long minRows, Double maxRejectShare) implements Serializable {
  public static final Guards NONE = new Guards(null, null);

  static final List<String> KEYS = List.of("min_rows", "max_reject_share");

  static Guards read(YamlNode node, SpecProblems problems) {
    if (YamlNode.isNull(node)) {
      return NONE;
    }
    if (!(node instanceof YamlNode.Mapping mapping)) {
      problems.add(node.line(), "guards", "expected a mapping, found " + node.kindName());
      return NONE;
    }
    Long minRows = null;
    Double share = null;
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
      boolean whole = entry.getKey().equals("min_rows");
      boolean fits =
          number.isPresent()
              && number.get() >= 0
              && (whole ? number.get() == Math.rint(number.get()) : number.get() <= 1);
      if (!fits) {
        problems.add(
            value.line(),
            path,
            "expected " + (whole ? "a number of rows, 0 or more" : "a share, 0 to 1"));
      } else if (whole) {
        minRows = number.get().longValue();
      } else {
        share = number.get();
      }
    }
    return new Guards(minRows, share);
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
