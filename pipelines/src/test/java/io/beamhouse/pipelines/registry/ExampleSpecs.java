package io.beamhouse.pipelines.registry;

import io.beamhouse.core.provider.TransformProvider;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts an example step into a whole spec: what it takes comes from Create, its errors go on. */
final class ExampleSpecs {
  private static final Pattern INPUT = Pattern.compile("(?m)^input:\\s*[\\[{]?([^\\]}\\n]*)");
  private static final Pattern NAME = Pattern.compile("(?m)^name:\\s*(\\S+)");
  private static final Pattern ERRORS =
      Pattern.compile("error_handling:\\s*\\{?\\s*output:\\s*([a-z_]+)");

  private ExampleSpecs() {}

  static String around(TransformProvider<?> provider) {
    String example = provider.example().strip();
    Set<String> inputs = new LinkedHashSet<>();
    Matcher input = INPUT.matcher(example);
    if (input.find()) {
      for (String name : input.group(1).split(",")) {
        // Of 'tag: Name' the name.
        inputs.add(name.substring(name.indexOf(':') + 1).strip());
      }
    } else if (!provider.inputCollectionNames().isEmpty()) {
      inputs.add("Rows");
      example += "\ninput: Rows";
    }
    String name = "Example";
    Matcher named = NAME.matcher(example);
    if (named.find()) {
      name = named.group(1);
    } else {
      example += "\nname: Example";
    }
    StringBuilder spec = new StringBuilder("name: example\npipeline:\n  transforms:\n");
    for (String each : inputs) {
      step(spec, "type: Create\nname: " + each + "\nconfig: {elements: [{id: 1}]}");
    }
    step(spec, example);
    if (!provider.outputCollectionNames().isEmpty()) {
      step(spec, "type: WriteFakeLines\nname: End\ninput: " + name + "\nconfig: {path: x}");
    }
    Matcher errors = ERRORS.matcher(example);
    if (errors.find()) {
      step(spec, "type: LogForTesting\nname: Bad\ninput: " + name + "." + errors.group(1));
    }
    return spec.toString();
  }

  private static void step(StringBuilder spec, String step) {
    String indented = step.replace("\n", "\n      ");
    spec.append("    - ").append(indented).append('\n');
  }
}
