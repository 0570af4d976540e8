package io.beamhouse.transforms.flatten;

import io.beamhouse.core.error.Problems;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;

/**
 * The scalars of a row that its child rows repeat.
 *
 * @param values the keys, then what is carried
 */
record RootPaths(List<ValuePath> keys, List<ValuePath> values) {
  static RootPaths of(FlattenSettings settings, Schema input, Problems problems) {
    List<ValuePath> keys = find("keys", settings.keys(), input, problems);
    List<ValuePath> values = new ArrayList<>(keys);
    for (ValuePath carried : find("carry", settings.carry(), input, problems)) {
      if (!values.contains(carried)) {
        values.add(carried);
      }
    }
    return new RootPaths(keys, List.copyOf(values));
  }

  private static List<ValuePath> find(
      String option, List<String> paths, Schema input, Problems problems) {
    List<ValuePath> found = new ArrayList<>();
    for (String path : paths) {
      ValuePath value = ValuePath.find(input, path);
      if (value == null) {
        problems.add(
            option,
            "'"
                + path
                + "' is no scalar of the input"
                + Problems.didYouMean(path, input.getFieldNames())
                + "; its fields are: "
                + String.join(", ", input.getFieldNames()));
      } else if (!SettingsCheck.hashable(value.type())) {
        problems.add(option, "'" + path + "' has a type that no key can have");
      } else if (found.contains(value)) {
        problems.add(option, "'" + path + "' is given twice");
      } else {
        found.add(value);
      }
    }
    return List.copyOf(found);
  }
}
