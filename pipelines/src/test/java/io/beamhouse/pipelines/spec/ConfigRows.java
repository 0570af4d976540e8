package io.beamhouse.pipelines.spec;

import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/** Reads configs outside of a spec. */
public final class ConfigRows {
  private ConfigRows() {}

  /** The row of a config that is all there is in {@code yaml}. */
  public static Row of(String yaml, Schema schema) {
    return row(parse(yaml), schema);
  }

  /** The row of the config of the step {@code yaml}. */
  public static Row ofStep(String yaml, Schema schema) {
    YamlNode.Mapping step = (YamlNode.Mapping) parse(yaml);
    return row(step.get("config").orElse(new YamlNode.Scalar(1, "", YamlNode.Kind.NULL)), schema);
  }

  private static Row row(YamlNode node, Schema schema) {
    SpecProblems problems = new SpecProblems("config");
    Row row = new ConfigReader("?", problems).read(node, schema, "").orElse(null);
    problems.throwIfAny();
    return row;
  }

  private static YamlNode parse(String yaml) {
    SpecProblems problems = new SpecProblems("config");
    YamlNode node = YamlText.parse(yaml, problems).orElse(null);
    problems.throwIfAny();
    return node;
  }
}
