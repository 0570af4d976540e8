package io.beamhouse.pipelines.spec;

import io.beamhouse.pipelines.registry.Registry;
import java.util.Map;

/** The configs of a spec after all replacement, as text. */
final class ConfigTexts {
  private final StringBuilder text = new StringBuilder();

  ConfigTexts(String spec, Map<String, String> values) {
    SpecProblems problems = new SpecProblems("s.yaml");
    Spec read =
        new SpecReader(Registry.load(), problems).read(new SpecFile("s.yaml", spec), values);
    problems.throwIfAny();
    for (Spec.Table table : read.tables()) {
      text.append(read.name().orElse("")).append('/').append(table.name()).append('\n');
      for (Step step : table.steps()) {
        text.append(step.name()).append(step.inputs());
        step.config().getSchema().getFieldNames().stream()
            .sorted()
            .filter(key -> step.config().getValue(key) != null)
            .forEach(
                key ->
                    text.append(' ')
                        .append(key)
                        .append('=')
                        .append(step.config().<Object>getValue(key)));
        text.append('\n');
      }
    }
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
